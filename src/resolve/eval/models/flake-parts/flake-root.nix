# srid/flake-root: a program that finds the root of a project; it adds no output by itself.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of flake-root";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.flake-root = {
        projectRootFile = mkOption { type = types.str; default = "flake.nix"; };
        devShell = mkOption { type = types.raw; default = opaque; };
        package = mkOption { type = types.raw; default = opaque; };
      };
    };
    config = { };
  };
in
builtins.__open "an output of flake-root that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
