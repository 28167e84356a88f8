# juspay/just-flake: recipes for a shell; it adds no output by itself.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of just-flake";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.just-flake = {
        commonFileName = mkOption { type = types.str; default = "just-flake.just"; };
        features = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
        outputs.devShell = mkOption { type = types.raw; default = opaque; };
      };
    };
    config = { };
  };
in
builtins.__open "an output of just-flake that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
