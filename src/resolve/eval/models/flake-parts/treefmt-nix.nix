# numtide/treefmt-nix: its flake-parts module adds `formatter` and the check `treefmt`, unless switched off.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of treefmt-nix";
  flag = mkOption { type = types.bool; default = true; };
  module = { flake-parts-lib, ... }: {
    # Other libraries import it too.
    key = "treefmt-nix";
    options.perSystem = flake-parts-lib.mkPerSystemOption ({ pkgs, ... }: {
      options.treefmt = mkOption {
        default = { };
        # Not `submodule`: `treefmt.config = { … }` is a module too.
        type = types.submoduleWith {
          modules = [ {
            freeformType = types.lazyAttrsOf types.anything;
            options.flakeFormatter = flag;
            options.flakeCheck = flag;
            config._module.args = { inherit pkgs; };
          } ];
        };
      };
    });
    config.perSystem = { config, ... }: {
      treefmt.build = builtins.__open "a build of treefmt-nix" {
        wrapper = opaque;
        programs = builtins.mapAttrs (name: program: opaque)
          (lib.filterAttrs (name: program: program.enable or false) (config.treefmt.programs or { }));
        check = source: opaque;
      };
      checks = lib.mkIf (config.treefmt.flakeCheck or true) { treefmt = opaque; };
      formatter = lib.mkIf (config.treefmt.flakeFormatter or true) (lib.mkDefault opaque);
    };
  };
in
builtins.__open "an output of treefmt-nix that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
  lib = builtins.__open "a function of treefmt-nix that is not modelled" {
    evalModule = pkgs: configuration: builtins.__open "a part of an evaluation by treefmt-nix" {
      _type = "configuration";
      config = builtins.__open "an option of treefmt-nix" {
        build = builtins.__open "a build of treefmt-nix" { wrapper = opaque; check = source: opaque; };
      };
      options = opaque;
    };
    mkWrapper = pkgs: configuration: opaque;
    mkConfigFile = pkgs: configuration: opaque;
  };
}
