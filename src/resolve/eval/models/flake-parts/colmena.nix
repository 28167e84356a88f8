# zhaofengli/colmena: `makeHive` makes a set of fixed names; each attribute of the hive but three is a node.
{ lib, ... }:
let
  opaque = builtins.__unknown "a value of colmena";
  makeHive = hive:
    let nodes = builtins.mapAttrs (name: node: opaque) (removeAttrs hive [ "defaults" "meta" "network" ]); in
    {
      __schema = "v0.5";
      inherit nodes;
      toplevel = nodes;
      deploymentConfig = nodes;
      deploymentConfigSelected = names: opaque;
      evalSelected = names: opaque;
      evalSelectedDrvPaths = names: opaque;
      metaConfig = opaque;
      introspect = f: opaque;
    };
  overlay = final: previous: { colmena = opaque; };
in
builtins.__open "an output of colmena that is not modelled" {
  lib = builtins.__open "a function of colmena" { inherit makeHive; };
  nixosModules = builtins.__open "a module of colmena" {
    deploymentOptions = opaque;
    metaOptions = opaque;
    keyChownModule = opaque;
    keyServiceModule = opaque;
    assertionModule = opaque;
  };
  inherit overlay;
  overlays.default = overlay;
  packages = lib.genAttrs lib.systems.flakeExposed (system: { colmena = opaque; manual = opaque; });
  outPath = builtins.__unknown "a source that is fetched";
}
