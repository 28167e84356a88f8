# srid/landrun-nix: each `landrunApps.NAME` is a package and an app.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a program wrapped by landrun-nix";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.landrunApps = mkOption {
        type = types.lazyAttrsOf types.deferredModule;
        default = { };
        apply = builtins.mapAttrs (name: app: { wrappedPackage = opaque; });
      };
    };
    config.perSystem = { config, ... }:
      let apps = config.landrunApps or { }; in
      {
        packages = builtins.mapAttrs (name: app: opaque) apps;
        apps = builtins.mapAttrs (name: app: { type = "app"; program = opaque; }) apps;
      };
  };
in
builtins.__open "an output of landrun-nix that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  landrunModules = builtins.__open "a module of landrun-nix" { };
  outPath = builtins.__unknown "a source that is fetched";
}
