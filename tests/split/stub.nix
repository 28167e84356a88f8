# Stands for nixpkgs and flake-utils: real derivations, and no more of the library than the shapes read.
let
  drv = name: { script ? "", system ? "x86_64-linux" }:
    derivation { inherit name system; builder = "/bin/sh"; args = [ "-c" script ]; };
  genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
  extend = set: overlay: let final = set // overlay final set; in final;
  tools = genAttrs [ "git" "jq" "curl" "wget" "sed" "awk" "grep" "less" "more" ] (name: drv name { });
  evalModules = { modules }:
    let
      config = builtins.foldl' (all: one: all // one) { } (map values modules);
      values = module: (if builtins.isFunction module then module { inherit config lib; } else module).config or { };
    in
    { inherit config; };
  lib = {
    inherit drv genAttrs extend evalModules;
    name = "lib";
    id = x: x;
    concat = builtins.concatStringsSep "";
  };
  legacyPackages = genAttrs [ "x86_64-linux" "aarch64-linux" "aarch64-darwin" ] (system: {
    inherit system lib;
    mk = name: script: drv name { inherit script system; };
  });
  eachSystem = systems: f:
    let each = genAttrs systems f; in
    genAttrs (builtins.attrNames (f (builtins.head systems))) (kind: builtins.mapAttrs (_: set: set.${kind}) each);
in
{
  nixpkgs = { inherit lib legacyPackages tools; more = { git = "other git"; }; };
  flake-utils.lib = { inherit eachSystem; };
}
