# numtide/devshell: its flake-parts module makes `devShells.NAME` of `devshells.NAME`.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a shell of devshell";
  module = { flake-parts-lib, ... }: {
    # Other libraries import it too.
    key = "devshell";
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.devshells = mkOption {
        type = types.lazyAttrsOf types.deferredModule;
        default = { };
        apply = builtins.mapAttrs (name: shell: opaque);
      };
    };
    config.perSystem = { config, ... }: {
      devShells = builtins.mapAttrs (name: shell: opaque) (config.devshells or { });
    };
  };
  tools = builtins.__open "a function of devshell" {
    mkShell = configuration: opaque;
    eval = arguments: opaque;
    fromTOML = path: opaque;
    importTOML = path: arguments: opaque;
  };
in
builtins.__open "an output of devshell that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  overlay = final: previous: { devshell = tools; };
  overlays.default = final: previous: { devshell = tools; };
  legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: tools);
  outPath = builtins.__unknown "a source that is fetched";
}
