# nialov/actions.nix: the package `render-workflows`, the output `actions-nix`, and the module of git-hooks.nix.
arguments@{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of actions.nix";
  set = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
  module = { flake-parts-lib, ... }: {
    imports = [ (builtins.__model "github:cachix/git-hooks.nix" arguments).flakeModule ];
    options.flake = flake-parts-lib.mkSubmoduleOptions {
      actions-nix = mkOption {
        default = { };
        type = types.submodule {
          options = {
            defaultValues = set;
            defaults = set;
            workflows = set;
            pre-commit.enable = mkOption { type = types.bool; default = false; };
            useJJ = mkOption { type = types.bool; default = false; };
          };
        };
      };
    };
    config = {
      flake.actions-nix = { };
      perSystem.packages.render-workflows = opaque;
    };
  };
in
builtins.__open "an output of actions.nix that is not modelled" {
  flakeModules = { default = module; actions-nix = module; };
  lib = builtins.__open "a function of actions.nix" { };
  outPath = builtins.__unknown "a source that is fetched";
}
