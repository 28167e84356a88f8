# nix-community/home-manager: configurations are not evaluated; its flake-parts module declares two outputs.
{ lib, ... }:
let
  module = { flake-parts-lib, lib, ... }: {
    options.flake = flake-parts-lib.mkSubmoduleOptions {
      homeConfigurations = lib.mkOption { type = lib.types.lazyAttrsOf lib.types.raw; default = { }; };
      homeModules = lib.mkOption { type = lib.types.lazyAttrsOf lib.types.deferredModule; default = { }; };
    };
  };
  aModule = builtins.__unknown "a module of home-manager";
in
builtins.__open "an output of home-manager that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = {
    hm = builtins.__open "a function of home-manager's library" { };
    homeManagerConfiguration = arguments: builtins.__open "a part of a configuration that is not followed" {
      _module = builtins.__open "a configuration is not evaluated" { modules = arguments.modules or [ ]; };
      activationPackage = builtins.__unknown "a package of a home configuration";
      config = builtins.__open "a configuration is not evaluated" { };
      options = builtins.__open "a configuration is not evaluated" { };
      pkgs = arguments.pkgs or (builtins.__unknown "the packages of a home configuration");
    };
  };
  nixosModules = { home-manager = aModule; default = aModule; };
  darwinModules = { home-manager = aModule; default = aModule; };
  flakeModules = { home-manager = module; default = module; };
}
