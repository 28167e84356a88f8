{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.treefmt-nix.url = "github:numtide/treefmt-nix";
  inputs.fourmolu-nix.url = "github:jedimahdi/fourmolu-nix";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.treefmt-nix.flakeModule inputs.fourmolu-nix.flakeModule ];
      perSystem = { config, pkgs, ... }: {
        fourmolu.settings = { indentation = 2; };
        treefmt = {
          projectRootFile = "flake.nix";
          programs.fourmolu.enable = true;
          programs.fourmolu.package = config.fourmolu.wrapper;
        };
        devShells.default = pkgs.mkShell { packages = [ config.fourmolu.wrapper ]; };
      };
    };
}
