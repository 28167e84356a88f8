# Platonic-Systems/process-compose-flake: each `process-compose.NAME` is a package, and a check where it has a process
# `test`.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of process-compose-flake";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.process-compose = mkOption {
        default = { };
        type = types.lazyAttrsOf (types.submodule {
          freeformType = types.lazyAttrsOf types.anything;
          options.outputs = mkOption { type = types.raw; default = builtins.__open "a result" { package = opaque; }; };
          options.settings = mkOption {
            default = { };
            type = types.submodule {
              freeformType = types.lazyAttrsOf types.anything;
              options.processes = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
            };
          };
        });
      };
    };
    config.perSystem = { config, ... }:
      let groups = config.process-compose or { }; in
      {
        packages = builtins.mapAttrs (name: group: opaque) groups;
        checks = builtins.mapAttrs (name: group: opaque)
          (lib.filterAttrs (name: group: (group.settings.processes or { }) ? test) groups);
      };
  };
in
builtins.__open "an output of process-compose-flake that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  # A path: `import process-compose-flake.lib { inherit pkgs; }`.
  lib = builtins.__open "a function of process-compose-flake" {
    __import = arguments: builtins.__open "a function of process-compose-flake" {
      makeProcessCompose = arguments: opaque;
      evalModules = arguments: { config = builtins.__open "an option of process-compose-flake" { }; };
    };
  };
  outPath = builtins.__unknown "a source that is fetched";
}
