# nix-community/nix-unit: the check `nix-unit`, and the tests of each system below `tests.systems`.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of nix-unit";
  set = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
  testsOutput = {
    options.flake.tests = set;
    config.flake.tests = { };
  };
  module = { config, flake-parts-lib, ... }: {
    options = {
      flake = flake-parts-lib.mkSubmoduleOptions { tests = set; };
      perSystem = flake-parts-lib.mkPerSystemOption {
        options.nix-unit = {
          package = mkOption { type = types.raw; default = opaque; };
          inputs = set;
          tests = set;
          allowNetwork = mkOption { type = types.bool; default = false; };
          enableSystemAgnostic = mkOption { type = types.bool; default = true; };
        };
      };
    };
    config = {
      flake.tests.systems = builtins.mapAttrs (system: own: own.nix-unit.tests or { }) config.allSystems;
      perSystem.checks.nix-unit = opaque;
    };
  };
in
builtins.__open "an output of nix-unit that is not modelled" {
  modules.flake = { default = module; inherit testsOutput; };
  lib = builtins.__open "a function of nix-unit" { };
  packages = lib.genAttrs lib.systems.flakeExposed (system: { default = opaque; nix-unit = opaque; doc = opaque; });
  outPath = builtins.__unknown "a source that is fetched";
}
