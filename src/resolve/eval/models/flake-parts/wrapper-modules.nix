# BirdeeHub/nix-wrapper-modules: each `flake.wrappers.NAME` is a package too, except those that `perSystem` leaves out.
{ lib, ... }:
let
  inherit (builtins) intersectAttrs mapAttrs;
  inherit (lib) filterAttrs mkOption types;
  opaque = builtins.__unknown "a value of nix-wrapper-modules";
  module = { config, flake-parts-lib, ... }: {
    options = {
      flake = flake-parts-lib.mkSubmoduleOptions {
        wrappers = mkOption { type = types.lazyAttrsOf types.deferredModule; default = { }; };
        wrapperModules = mkOption { type = types.lazyAttrsOf types.deferredModule; default = { }; };
      };
      perSystem = flake-parts-lib.mkPerSystemOption {
        options.wrappers = {
          pkgs = mkOption { type = types.raw; default = opaque; };
          control_type = mkOption { type = types.str; default = "exclude"; };
          packages = mkOption { type = types.lazyAttrsOf types.bool; default = { }; };
        };
      };
    };
    config = {
      flake.wrappers = { };
      flake.wrapperModules = mapAttrs (name: wrapper: opaque) (config.flake.wrappers or { });
      perSystem = perSystem:
        let
          own = perSystem.config.wrappers or { };
          named = filterAttrs (name: chosen: chosen) (own.packages or { });
          wrappers = config.flake.wrappers or { };
          chosen =
            if (own.control_type or "exclude") == "build" then intersectAttrs named wrappers
            else filterAttrs (name: wrapper: !(named ? ${name})) wrappers;
        in
        { packages = mapAttrs (name: wrapper: opaque) chosen; };
    };
  };
in
builtins.__open "an output of nix-wrapper-modules that is not modelled" {
  flakeModules = { default = module; wrappers = module; };
  lib = builtins.__open "a function of nix-wrapper-modules" { };
  outPath = builtins.__unknown "a source that is fetched";
}
