# mightyiam/files: a check `files:PATH` for each `files.file.PATH`, and an app that writes them, if it is asked for.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of files";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.files = {
        gitToplevel = mkOption { type = types.raw; default = opaque; };
        file = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
        # Before `file`: a list.
        files = mkOption { type = types.raw; default = null; };
        writer = {
          exeFilename = mkOption { type = types.str; default = "write-files"; };
          drv = mkOption { type = types.raw; default = opaque; };
          app = mkOption { type = types.bool; default = false; };
        };
      };
    };
    config.perSystem = { config, ... }:
      let
        own = config.files or { };
        listed = if (own.files or null) == null then checks: checks else builtins.__open "a check of files";
      in
      {
        checks = listed (lib.mapAttrs' (path: file: { name = "files:${path}"; value = opaque; }) (own.file or { }));
        apps = lib.mkIf (own.writer.app or false) {
          ${own.writer.exeFilename or "write-files"} = { type = "app"; program = opaque; };
        };
      };
  };
in
builtins.__open "an output of files that is not modelled" {
  flakeModules.default = module;
  flakeModule = module;
  outPath = builtins.__unknown "a source that is fetched";
}
