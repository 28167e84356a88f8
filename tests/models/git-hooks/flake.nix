{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.git-hooks.url = "github:cachix/git-hooks.nix";

  outputs = inputs@{ self, flake-parts, git-hooks, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-linux" ];
      # As `git-hooks.flakeModule`.
      imports = [ (git-hooks + /flake-module.nix) ];
      perSystem = { config, pkgs, system, ... }: {
        pre-commit.check.enable = system == "x86_64-linux";
        pre-commit.settings.hooks.nixfmt.enable = true;
        devShells.default = pkgs.mkShell { shellHook = config.pre-commit.installationScript; };
        checks.by-hand = git-hooks.lib.${system}.run { src = ./.; hooks.nixfmt.enable = true; };
      };
    };
}
