{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.rust-flake.url = "github:juspay/rust-flake";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, flake-parts-lib, ... }: {
      config.systems = [ "x86_64-linux" ];
      imports = [ inputs.rust-flake.flakeModules.default ];
      # In place of `flakeModules.nixpkgs`, which reads a module of nixpkgs.
      options.perSystem = flake-parts-lib.mkPerSystemOption {
        options.nixpkgs.overlays = lib.mkOption { type = lib.types.listOf lib.types.raw; default = [ ]; };
      };
      config.perSystem = { self', pkgs, ... }: {
        rust-project.toolchain = pkgs.hello;
        rust-project.crateNixFile = "crate.nix";
        rust-project.crane-lib = builtins.mapAttrs (name: value: arguments: pkgs.hello)
          { buildDepsOnly = null; buildPackage = null; cargoClippy = null; cargoDoc = null; }
        // { filterCargoSources = path: type: true; };
        rust-project.crates.app.crane.clippy.enable = false;
        rust-project.crates.helper.autoWire = [ ];
        packages.default = self'.packages.app;
      };
    });
}
