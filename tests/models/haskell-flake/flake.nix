{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.haskell-flake.url = "github:srid/haskell-flake";

  outputs = inputs@{ self, flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.haskell-flake.flakeModule ];
      perSystem = { self', pkgs, ... }: {
        haskellProjects.default = { };
        haskellProjects.old = {
          autoWire = [ "packages" "checks" ];
          devShell.hlsCheck.enable = true;
        };
        haskellProjects.chosen = {
          defaults.packages = { };
          packages.tool.source = self + "/tool";
          packages.library.source = ./library;
          packages.aeson.source = "2.1.2.1";
          packages.aeson.cabal.executables = [ ];
          devShell.enable = false;
        };
        packages.alias = self'.packages.tool;
      };
    };
}
