# colmena: `lib.makeHive` makes a set of fixed names out of a hive, with its nodes in `nodes`.
{ lib, ... }:
let
  makeHive = given:
    let
      hive = if builtins.isFunction given then given { } else given;
      meta = hive.meta or hive.network or { };
      reserved = [ "defaults" "meta" "network" ];
      asList = value: if builtins.isList value then value else [ value ];
      nodes = builtins.mapAttrs (name: node: builtins.__model "model:configuration" { inherit lib; } {
        class = "nixos";
        arguments = {
          system = (meta.nodeNixpkgs.${name} or meta.nixpkgs or (builtins.__unknown "the nixpkgs of a hive")).system;
          modules = asList (hive.defaults or { }) ++ asList node;
          specialArgs = (meta.specialArgs or { }) // { inherit name nodes; };
        };
      }) (removeAttrs hive reserved);
      each = value: builtins.mapAttrs (name: node: builtins.__unknown value) nodes;
      chosen = names: set: lib.filterAttrs (name: value: builtins.elem name names) set;
    in
    {
      __schema = builtins.__unknown "the version of a hive";
      inherit nodes;
      toplevel = each "a system that is built";
      deploymentConfig = each "the deployment of a node";
      deploymentConfigSelected = names: chosen names (each "the deployment of a node");
      evalSelected = names: chosen names (each "a system that is built");
      evalSelectedDrvPaths = names: chosen names (each "a derivation");
      metaConfig = lib.filterAttrs (name: value: builtins.elem name [ "name" "description" "machinesFile" "allowApplyAll" ])
        ({ name = null; description = null; machinesFile = null; allowApplyAll = null; } // meta);
      introspect = f: builtins.__unknown "what is asked of a hive";
    };
in
builtins.__open "an output of colmena that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = { inherit makeHive; };
}
