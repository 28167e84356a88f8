# numtide/treefmt-nix: its flake-parts module adds `formatter` and the check `treefmt`, unless switched off.
{ lib, name, ... }:
let
  module = {
    perSystem = { config, ... }: {
      formatter = lib.mkIf (config.treefmt.flakeFormatter or true) (builtins.__unknown "the formatter of treefmt-nix");
      checks = lib.mkIf (config.treefmt.flakeCheck or true) { treefmt = builtins.__unknown "the check of treefmt-nix"; };
    };
  };
in
{
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
  lib = {
    evalModule = pkgs: configuration: builtins.__unknown "an evaluation by treefmt-nix";
    mkWrapper = pkgs: configuration: builtins.__unknown "a formatter by treefmt-nix";
  };
}
