# divnix/hive: std with block types for hosts; `collect` names a host after its cell and target.
{ lib, modified ? 9223372036854775807, ... }@arguments:
let
  # `self` also has what Nix adds to outputs, of which some may be absent: only systems are looked at.
  ofSystems = builtins.intersectAttrs
    (lib.genAttrs (lib.systems.doubles.linux ++ lib.systems.doubles.darwin ++ [ "x86_64-freebsd" ]) (system: null));
  std = builtins.__model "github:divnix/std" (arguments // { source = "github:divnix/std"; });
  kinds = [ "colmenaConfigurations" "darwinConfigurations" "diskoConfigurations" "homeConfigurations" "nixosConfigurations" ];
  renamer = cell: target: "${cell}-${target}";
  # A host is there for the one system that its `bee.system` says.
  collected = kind: rename: outputs:
    let
      found = ofSystems outputs;
      ofCell = system: cell: blocks: lib.mapAttrsToList (target: host: { name = rename cell target; value = host; })
        (lib.filterAttrs (target: host:
          if kind == "diskoConfigurations" then system == "x86_64-linux" else systemOf host == system)
          (blocks.${kind} or { }));
    in
    builtins.listToAttrs (builtins.concatMap (system:
      builtins.concatLists (lib.mapAttrsToList (ofCell system) found.${system})) (builtins.attrNames found));
  systemOf = host:
    if builtins.__isUnknown host then host
    else if builtins.isFunction host then systemOf (host (builtins.mapAttrs (name: optional: builtins.__unknown "an argument of a module") (builtins.functionArgs host)))
    else host.bee.system or (builtins.head (builtins.filter (found: found != null) (map systemOf (host.imports or [ ])) ++ [ null ]));
  collect = {
    inherit renamer;
    __functor = self: outputs: kind:
      let hosts = collected kind self.renamer outputs; in
      if kind != "colmenaConfigurations" then builtins.mapAttrs (name: host: builtins.__unknown "a configuration of hive") hosts
      else
        let each = builtins.mapAttrs (name: host: builtins.__unknown "a configuration of hive") hosts; in
        lib.genAttrs [ "__schema" "deploymentConfigSelected" "evalSelected" "evalSelectedDrvPaths" "introspect" "metaConfig" ]
          (name: builtins.__unknown "a part of a hive")
        // { nodes = each; toplevel = each; deploymentConfig = each; };
  };
  findLoad = { inputs, cell, block }:
    lib.mapAttrs' (file: type: lib.nameValuePair (lib.removeSuffix ".nix" file) (builtins.__unknown "a module that hive loads"))
      (removeAttrs (builtins.readDir block) [ "default.nix" ]);
in
builtins.__open "an output of hive that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  inherit collect findLoad;
  inherit (std) grow growOn harvest pick winnow;
  load = arguments: builtins.__unknown "a module that hive loads";
  blockTypes = lib.genAttrs kinds (name: { inherit name; type = name; });
}
