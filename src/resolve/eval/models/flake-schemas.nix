# DeterminateSystems/flake-schemas: `schemas` has an attribute for each kind of outputs. They came over time.
{ modified, ... }:
let
  since = date: if modified >= date then true else if modified < date - 2000000 then false
    else builtins.__unknown "a schema that came about then";
  schema = { version = 1; doc = builtins.__unknown "a text"; inventory = output: builtins.__unknown "an inventory"; };
  from = date: names: if since date then builtins.listToAttrs (map (name: { inherit name; value = schema; }) names) else { };
in
builtins.__open "an output of flake-schemas that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = builtins.__open "a function of flake-schemas" { };
  schemas = from 0 [ "schemas" "packages" "legacyPackages" "checks" "devShells" "hydraJobs" "overlays" ]
    // from 1693413273 [ "nixosConfigurations" ]
    // from 1697467827 [ "nixosModules" ]
    // from 1721078157 [ "apps" "formatter" "templates" "homeConfigurations" "darwinConfigurations" ]
    // from 1721786084 [ "darwinModules" ]
    // from 1721999734 [ "homeModules" ]
    // (if since 1773770223 then { ociImages = schema; } else from 1721078157 [ "dockerImages" ])
    // from 1761577921 [ "bundlers" ]
    // from 1773853635 [ "defaultApp" "defaultPackage" "devShell" ];
}
