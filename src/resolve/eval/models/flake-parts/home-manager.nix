# nix-community/home-manager: its flake-parts module declares `homeConfigurations` and `homeModules`, which are there
# even if nothing defines them.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  module = { flake-parts-lib, ... }: {
    options.flake = flake-parts-lib.mkSubmoduleOptions {
      homeConfigurations = mkOption { type = types.lazyAttrsOf types.raw; default = { }; };
      homeModules = mkOption { type = types.lazyAttrsOf types.deferredModule; default = { }; };
    };
    config.flake = { homeConfigurations = { }; homeModules = { }; };
  };
  opaque = builtins.__unknown "a module of home-manager";
  modules = { home-manager = opaque; default = opaque; };
in
builtins.__open "an output of home-manager that is not modelled" {
  flakeModules = { home-manager = module; default = module; };
  nixosModules = modules;
  darwinModules = modules;
  nixosModule = opaque;
  lib = builtins.__open "a function of home-manager that is not modelled" {
    homeManagerConfiguration = arguments: builtins.__unknown "a Home Manager configuration";
    hm = builtins.__open "a function of home-manager" { };
  };
  outPath = builtins.__unknown "a source that is fetched";
}
