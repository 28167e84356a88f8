{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.treefmt-nix.url = "github:numtide/treefmt-nix";

  outputs = inputs@{ flake-parts, nixpkgs, treefmt-nix, ... }:
    let
      evaluated = treefmt-nix.lib.evalModule nixpkgs.legacyPackages.x86_64-linux { programs.nixfmt.enable = true; };
    in
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ treefmt-nix.flakeModule ];
      perSystem = { pkgs, ... }: {
        treefmt.flakeFormatter = false;
        formatter = pkgs.alejandra;
        checks.formatting = evaluated.config.build.check ./.;
      };
    };
}
