# Platonic-Systems/mission-control: scripts for a shell; it adds no output by itself.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of mission-control";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.mission-control = {
        wrapperName = mkOption { type = types.str; default = ","; };
        scripts = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
        wrapper = mkOption { type = types.raw; default = opaque; };
        banner = mkOption { type = types.raw; default = opaque; };
        devShell = mkOption { type = types.raw; default = opaque; };
      };
    };
    config = { };
  };
in
builtins.__open "an output of mission-control that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
