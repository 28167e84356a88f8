# terranix/terranix: each `terranix.terranixConfigurations.NAME` is a package and a shell; the commands of `default` are
# apps.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of terranix";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.terranix = {
        exportDevShells = mkOption { type = types.bool; default = true; };
        setDevShell = mkOption { type = types.bool; default = true; };
        terranixConfigurations = mkOption {
          type = types.lazyAttrsOf types.deferredModule;
          default = { };
          apply = builtins.mapAttrs (name: configuration: builtins.__open "a result of terranix" { result = opaque; });
        };
      };
    };
    config.perSystem = { config, ... }:
      let
        own = config.terranix or { };
        each = builtins.mapAttrs (name: configuration: opaque) (own.terranixConfigurations or { });
      in
      {
        packages = each;
        apps = lib.optionalAttrs (each ? default) (lib.genAttrs [ "apply" "destroy" "init" "plan" ] (command: opaque));
        devShells = lib.mkIf ((own.exportDevShells or true) && (own.setDevShell or true)) each;
      };
  };
in
builtins.__open "an output of terranix that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  lib = builtins.__open "a function of terranix" { terranixConfiguration = arguments: opaque; };
  outPath = builtins.__unknown "a source that is fetched";
}
