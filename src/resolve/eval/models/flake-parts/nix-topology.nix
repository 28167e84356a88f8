# oddlama/nix-topology: `topology.SYSTEM` is an evaluation of modules.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of nix-topology";
  module = { config, flake-parts-lib, ... }: {
    options = {
      flake = flake-parts-lib.mkSubmoduleOptions { topology = mkOption { type = types.lazyAttrsOf types.raw; }; };
      perSystem = flake-parts-lib.mkPerSystemOption {
        options.topology = {
          nixosConfigurations = mkOption { type = types.lazyAttrsOf types.raw; default = { }; };
          pkgs = mkOption { type = types.raw; default = opaque; };
          modules = mkOption { type = types.listOf types.raw; default = [ ]; };
        };
      };
    };
    config.flake.topology =
      builtins.mapAttrs (system: own: lib.evalModules { modules = [ ]; } // { config = opaque; options = opaque; })
        config.allSystems;
  };
in
builtins.__open "an output of nix-topology that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  nixosModules = { default = opaque; topology = opaque; };
  overlays = { default = final: previous: { }; topology = final: previous: { }; };
  outPath = builtins.__unknown "a source that is fetched";
}
