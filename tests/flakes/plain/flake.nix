{
  description = "A greeting, packaged for two systems";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      machines = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      # `genAttrs` under a name of our own.
      onEach = build: nixpkgs.lib.genAttrs machines (system: build nixpkgs.legacyPackages.${system});

      greeting =
        pkgs:
        pkgs.writeTextFile {
          name = "greeting";
          text = "hello";
        };
    in
    {
      packages = onEach (pkgs: {
        default = greeting pkgs;
        loud = pkgs.writeShellScriptBin "loud" ''
          # a comment of the shell, not of Nix

          tr a-z A-Z < ${greeting pkgs}
        '';
      });

      checks = onEach (pkgs: {
        is-polite = pkgs.runCommand "is-polite" { } ''
          grep hello ${greeting pkgs} > $out
        '';
      });

      devShells = onEach (pkgs: {
        default = pkgs.mkShell { packages = [ pkgs.shellcheck ]; };
      });

      formatter = onEach (pkgs: pkgs.nixfmt);

      overlays.default = final: prev: { inherit (self.packages.${prev.system}) loud; };
    };
}
