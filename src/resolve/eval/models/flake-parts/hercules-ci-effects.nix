# hercules-ci/hercules-ci-effects: `herculesCI` is a function that a CI calls; modules get `hci-effects`.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "an effect";
  effects = builtins.__open "an effect" { };
  loose = mkOption {
    type = types.submodule { freeformType = types.lazyAttrsOf types.anything; };
    default = { };
  };
  module = { config, flake-parts-lib, ... }:
    let system = config.defaultEffectSystem or "x86_64-linux"; in
    {
      options = {
        defaultEffectSystem = mkOption { type = types.str; default = "x86_64-linux"; };
        herculesCI = mkOption { type = types.deferredModule; default = { }; };
        hercules-ci = {
          github-pages = {
            branch = mkOption { type = types.nullOr types.str; default = null; };
            check.enable = mkOption { type = types.bool; default = true; };
            pushJob = mkOption { type = types.str; default = "default"; };
            settings = mkOption { type = types.deferredModule; default = { }; };
          };
          github-releases = loose;
          cargo-publish = loose;
          flake-update = loose;
        };
        perSystem = flake-parts-lib.mkPerSystemOption {
          options = {
            herculesCIEffects.pkgs = mkOption { type = types.raw; default = opaque; };
            hercules-ci.github-pages.settings = mkOption { type = types.deferredModule; default = { }; };
          };
        };
      };
      config = {
        perSystem = perSystem: {
          _module.args = { inherit effects; hci-effects = effects; };
          checks = lib.mkIf (perSystem.system == system && (config.hercules-ci.github-pages.branch or null) != null) {
            github-pages-effect-is-buildable = opaque;
          };
        };
        flake.herculesCI = arguments: opaque;
      };
    };
in
builtins.__open "an output of hercules-ci-effects that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  lib = {
    withPkgs = pkgs: effects;
    mkHerculesCI = arguments: module: arguments: opaque;
  };
  overlay = final: previous: { inherit effects; hci-effects = effects; };
  modules.effect = opaque;
  outPath = builtins.__unknown "a source that is fetched";
}
