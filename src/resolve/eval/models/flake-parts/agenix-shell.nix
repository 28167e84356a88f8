# aciceri/agenix-shell: secrets for a shell; its flake-parts module adds no output.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of agenix-shell";
  raw = mkOption { type = types.raw; default = opaque; };
  module = { flake-parts-lib, ... }: {
    options = {
      agenix-shell = mkOption { type = types.submodule { freeformType = types.lazyAttrsOf types.anything; }; default = { }; };
      perSystem = flake-parts-lib.mkPerSystemOption {
        options.agenix-shell = { agePackage = raw; installationScript = raw; };
      };
    };
    config = { };
  };
in
builtins.__open "an output of agenix-shell that is not modelled" {
  flakeModule = module;
  flakeModules = { default = module; agenix-shell = module; };
  lib = builtins.__open "a function of agenix-shell" { };
  outPath = builtins.__unknown "a source that is fetched";
}
