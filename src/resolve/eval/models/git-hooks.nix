# cachix/git-hooks.nix: its flake-parts module adds the check `pre-commit`, unless switched off.
{ lib, name, ... }:
let
  module = {
    perSystem = { config, ... }: {
      checks = lib.mkIf (config.pre-commit.check.enable or true) { pre-commit = builtins.__unknown "the check of git-hooks.nix"; };
    };
  };
in
{
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
  lib = lib.genAttrs lib.systems.flakeExposed (system: builtins.__open "a function of git-hooks.nix" { });
}
