{
  description = "Static linter and modularization auditor for Nix flakes";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-linux"
      ];
      forAllSystems = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
    in
    {
      packages = forAllSystems (pkgs: {
        default = pkgs.callPackage ./package.nix { };
      });

      apps = forAllSystems (pkgs: {
        default = {
          type = "app";
          program = nixpkgs.lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.default;
          meta.description = "Audit the flakes of a tree";
        };
      });

      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell {
          inputsFrom = [ self.packages.${pkgs.stdenv.hostPlatform.system}.default ];
          packages = [
            pkgs.actionlint
            pkgs.clippy
            pkgs.rustfmt
            pkgs.zizmor
          ];
        };
      });

      # The package runs its tests; this runs it on its own tree.
      checks = forAllSystems (
        pkgs:
        let
          flake-audit = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        in
        {
          package = flake-audit;
          own-tree = pkgs.runCommand "flake-audit-own-tree" { nativeBuildInputs = [ flake-audit ]; } ''
            flake-audit check ${self}
            touch $out
          '';
        }
      );

      formatter = forAllSystems (pkgs: pkgs.nixfmt-tree);

      overlays.default = final: _: {
        flake-audit = final.callPackage ./package.nix { };
      };
    };
}
