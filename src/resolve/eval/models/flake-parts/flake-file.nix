# vic/flake-file: packages that write `flake.nix` and others, one for each `flake-file.apps.NAME`, and a check that
# `flake.nix` is as it would be written.
{ lib, modified, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of flake-file";
  raw = default: mkOption { type = types.raw; inherit default; };
  # The programs have been these since May 2026.
  programs = (if modified < 1779051720 then builtins.__open "a program of an older flake-file" else programs: programs) {
    write-flake = opaque;
    write-inputs = opaque;
    write-lock = opaque;
  };
  base = {
    key = "flake-file";
    options.flake-file = mkOption {
      default = { };
      type = types.submodule {
        freeformType = types.lazyAttrsOf types.anything;
        options = {
          apps = mkOption { type = types.lazyAttrsOf types.raw; default = { }; };
          inputs = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
          outputs = raw "";
          formatter = raw opaque;
        };
      };
    };
    config.flake-file.apps = programs;
  };
  outputs = { config, ... }: {
    key = "flake-file/flake-parts";
    config.perSystem = {
      packages = builtins.mapAttrs (name: program: opaque) config.flake-file.apps;
      checks.check-flake-file = opaque;
    };
  };
  default.imports = [ base outputs ];
  import-tree.config.flake-file.inputs.import-tree = { };
  # What a module of another input is, where it is there.
  dendritic = { inputs, ... }: {
    imports = [ default (inputs.flake-parts.flakeModules.modules or { }) ];
    config.flake.modules = { };
    config.systems = lib.mkDefault lib.systems.flakeExposed;
  };
in
builtins.__open "an output of flake-file that is not modelled" {
  flakeModules = builtins.__open "a module of flake-file that is not modelled" {
    inherit default dendritic import-tree;
    allfollow = { };
    nix-auto-follow = { };
  };
  lib = builtins.__open "a function of flake-file" { };
  outPath = builtins.__unknown "a source that is fetched";
}
