{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.treefmt-nix.url = "github:numtide/treefmt-nix";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [ inputs.treefmt-nix.flakeModule ];
      perSystem = { config, pkgs, system, ... }: {
        treefmt = {
          projectRootFile = "flake.nix";
          programs.nixfmt.enable = true;
          flakeCheck = system == "x86_64-linux";
        };
        devShells.default = pkgs.mkShell { packages = [ config.treefmt.build.wrapper ]; };
        checks.own = config.treefmt.build.check ./.;
        packages = config.treefmt.build.programs // {
          by-hand = inputs.treefmt-nix.lib.mkWrapper pkgs { programs.nixfmt.enable = true; };
        };
      };
    };
}
