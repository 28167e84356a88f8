# nix-community/disko: its flake-parts module declares `diskoConfigurations`.
{ lib, ... }:
let
  module = {
    options.flake.diskoConfigurations = lib.mkOption { type = lib.types.lazyAttrsOf lib.types.raw; default = { }; };
    config.flake.diskoConfigurations = { };
  };
  opaque = builtins.__unknown "a module of disko";
in
builtins.__open "an output of disko that is not modelled" {
  flakeModule = module;
  flakeModules = { default = module; disko = module; };
  nixosModules = { default = opaque; disko = opaque; };
  lib = builtins.__open "a function of disko" { };
  outPath = builtins.__unknown "a source that is fetched";
}
