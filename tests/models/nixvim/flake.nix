{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.nixvim.url = "github:nix-community/nixvim";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [ inputs.nixvim.flakeModules.default ];
      nixvim.packages = { enable = true; nameFunction = name: "nvim-${name}"; };
      nixvim.checks.enable = true;
      flake.nixvimModules.base = ./base.nix;
      perSystem = { system, lib, ... }: {
        nixvimConfigurations = {
          full = inputs.nixvim.lib.evalNixvim { inherit system; modules = [ ./base.nix ]; };
        } // lib.optionalAttrs (system == "x86_64-linux") {
          small = inputs.nixvim.lib.evalNixvim { inherit system; modules = [ { plugins.lualine.enable = true; } ]; };
        };
        packages.by-hand = inputs.nixvim.legacyPackages.${system}.makeNixvim { };
      };
    };
}
