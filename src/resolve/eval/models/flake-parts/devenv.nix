# cachix/devenv: each `devenv.shells.NAME` is a shell, and has packages for its processes, tests and (on Linux)
# containers, whose names start with the shell's unless it is `default`.
{ lib, ... }:
let
  inherit (builtins) attrNames concatMap listToAttrs mapAttrs;
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of devenv";
  shell = {
    freeformType = types.lazyAttrsOf types.anything;
    options.containers = mkOption {
      type = types.lazyAttrsOf types.anything;
      default = { };
    };
    config.containers = { processes = { }; shell = { }; };
  };
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.devenv = {
        modules = mkOption { type = types.listOf types.raw; default = [ ]; };
        root = mkOption { type = types.raw; default = null; };
        shells = mkOption { type = types.lazyAttrsOf (types.submodule shell); default = { }; };
      };
    };
    config.perSystem = { config, system, ... }:
      let
        shells = config.devenv.shells or { };
        names = name: shell:
          map (what: (if name == "default" then "" else "${name}-") + what)
            ([ "devenv-up" "devenv-test" ]
              ++ lib.optionals (lib.hasSuffix "-linux" system) (map (container: "container-${container}") (attrNames (shell.containers or { }))));
      in
      {
        devShells = mapAttrs (name: shell: opaque) shells;
        packages = listToAttrs (concatMap (name: map (name: { inherit name; value = opaque; }) (names name shells.${name})) (attrNames shells));
      };
  };
in
builtins.__open "an output of devenv that is not modelled" {
  flakeModule = module;
  flakeModules = { default = module; readDevenvRoot = { }; };
  lib = builtins.__open "a function of devenv" {
    mkShell = arguments: opaque;
    mkConfig = arguments: builtins.__open "an option of devenv" { };
    mkEval = arguments: opaque;
  };
  overlays.default = final: previous: { devenv = opaque; };
  packages = lib.genAttrs lib.systems.flakeExposed (system: builtins.__open "a package of devenv" { default = opaque; devenv = opaque; });
  outPath = builtins.__unknown "a source that is fetched";
}
