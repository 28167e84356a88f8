# linyinfeng/flat-flake: the output `flatFlake` and a check of the lock file.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a check of flat-flake";
  module = { config, flake-parts-lib, ... }: let old = config.flatFlake.check or { }; in {
    options = {
      flatFlake = {
        output.enable = mkOption { type = types.bool; default = true; };
        # Before it was an option of `perSystem`.
        check = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
        config.allowed = mkOption { type = types.listOf types.raw; default = [ ]; };
      };
      perSystem = flake-parts-lib.mkPerSystemOption {
        options.flatFlake.check = {
          enable = mkOption { type = types.bool; default = true; };
          name = mkOption { type = types.str; default = "flat-flake"; };
        };
      };
    };
    config = {
      flake = lib.mkIf (config.flatFlake.output.enable or true) {
        flatFlake.allowed = config.flatFlake.config.allowed or [ ];
      };
      perSystem = { config, ... }:
        let check = config.flatFlake.check or { }; in
        {
          checks = lib.mkIf ((old.enable or true) && (check.enable or true)) { ${old.name or check.name or "flat-flake"} = opaque; };
        };
    };
  };
in
builtins.__open "an output of flat-flake that is not modelled" {
  flakeModule = module;
  flakeModules = { default = module; flatFlake = module; };
  outPath = builtins.__unknown "a source that is fetched";
}
