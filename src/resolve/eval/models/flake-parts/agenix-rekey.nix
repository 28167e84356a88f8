# oddlama/agenix-rekey: `agenix-rekey.SYSTEM` has one script for each of its commands.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of agenix-rekey";
  scripts = system: lib.genAttrs [ "edit-view" "generate" "rekey" "update-masterkeys" ] (command: opaque);
  configurations = mkOption { type = types.lazyAttrsOf types.raw; default = { }; };
  module = { config, flake-parts-lib, ... }: {
    options.flake = flake-parts-lib.mkSubmoduleOptions {
      agenix-rekey = mkOption { type = types.lazyAttrsOf types.raw; };
    };
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.agenix-rekey = {
        nodes = configurations;
        nixosConfigurations = configurations;
        darwinConfigurations = configurations;
        homeConfigurations = configurations;
        collectHomeManagerConfigurations = mkOption { type = types.bool; default = true; };
        pkgs = mkOption { type = types.raw; default = opaque; };
        agePackage = mkOption { type = types.raw; default = opaque; };
        package = mkOption { type = types.raw; default = opaque; };
      };
    };
    config.flake.agenix-rekey = builtins.mapAttrs (system: own: scripts system) config.allSystems;
  };
in
builtins.__open "an output of agenix-rekey that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  configure = arguments:
    lib.genAttrs (arguments.systems or [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ]) scripts;
  nixosModules = { agenix-rekey = opaque; agenixRekey = opaque; default = opaque; };
  overlays.default = final: previous: { agenix-rekey = opaque; };
  outPath = builtins.__unknown "a source that is fetched";
}
