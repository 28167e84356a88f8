{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.actions-nix.url = "github:nialov/actions.nix";
  inputs.git-hooks.url = "github:cachix/git-hooks.nix";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.actions-nix.flakeModules.default inputs.git-hooks.flakeModule ];
      flake.actions-nix.pre-commit.enable = true;
      perSystem = { ... }: { pre-commit.settings.hooks.nixfmt.enable = true; };
    };
}
