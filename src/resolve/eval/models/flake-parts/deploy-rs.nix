# serokell/deploy-rs: `deployChecks` gives two checks; what activates a profile is opaque.
{ lib, modified, ... }:
let
  opaque = builtins.__unknown "a value of deploy-rs";
  # Before, the checks were `schema` and `activate`; the names have had a prefix at least since 2024.
  prefixed =
    if modified < 1640995200 then false
    else if modified > 1704067200 then true
    else builtins.__unknown "the names of the checks of this version of deploy-rs";
  functions = builtins.__open "a function of deploy-rs" {
    setActivate = package: command: opaque;
    activate = builtins.__open "a function of deploy-rs" {
      custom = builtins.__open "a function of deploy-rs" { __functor = self: package: command: opaque; };
      nixos = configuration: opaque;
      home-manager = configuration: opaque;
      darwin = configuration: opaque;
      noop = package: opaque;
    };
    deployChecks = deploy:
      if prefixed then { deploy-schema = opaque; deploy-activate = opaque; }
      else { schema = opaque; activate = opaque; };
  };
  overlay = final: previous: {
    deploy-rs = builtins.__open "a package of deploy-rs" { deploy-rs = opaque; lib = functions; };
  };
  packages = builtins.__open "a package of deploy-rs" { default = opaque; deploy-rs = opaque; };
in
builtins.__open "an output of deploy-rs that is not modelled" {
  lib = lib.genAttrs lib.systems.flakeExposed (system: functions);
  packages = lib.genAttrs lib.systems.flakeExposed (system: packages);
  defaultPackage = lib.genAttrs lib.systems.flakeExposed (system: opaque);
  inherit overlay;
  overlays.default = overlay;
  outPath = builtins.__unknown "a source that is fetched";
}
