# cachix/git-hooks.nix: its flake-parts module adds the check `pre-commit`, unless switched off.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of git-hooks.nix";
  module = { flake-parts-lib, ... }: {
    # Other libraries import it too.
    key = "git-hooks";
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.pre-commit = {
        check.enable = mkOption { type = types.bool; default = true; };
        pkgs = mkOption { type = types.raw; default = opaque; };
        settings = mkOption { type = types.deferredModule; default = { }; apply = settings: opaque; };
        shellHook = mkOption { type = types.raw; default = opaque; };
        installationScript = mkOption { type = types.raw; default = opaque; };
        devShell = mkOption { type = types.raw; default = opaque; };
      };
    };
    config.perSystem = { config, ... }: {
      checks = lib.mkIf (config.pre-commit.check.enable or true) { pre-commit = opaque; };
    };
  };
in
builtins.__open "an output of git-hooks.nix that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
  lib = lib.genAttrs lib.systems.flakeExposed (system: builtins.__open "a function of git-hooks.nix" {
    run = arguments: opaque;
  });
}
