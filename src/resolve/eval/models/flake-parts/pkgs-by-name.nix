# drupol/pkgs-by-name-for-flake-parts: the packages below `pkgsDirectory`, as a tree in `legacyPackages`, and flat in
# `packages`. A directory with a `package.nix`, and any other `.nix` file, is a package.
{ lib, ... }:
let
  inherit (builtins) concatStringsSep listToAttrs pathExists readDir;
  inherit (lib) filterAttrs hasSuffix mapAttrsToList mkOption nameValuePair removeSuffix types;
  opaque = builtins.__unknown "a package by name";
  entries = directory: filterAttrs (name: type: type == "directory" || (type == "regular" && hasSuffix ".nix" name)) (readDir directory);
  isPackage = directory: pathExists (directory + "/package.nix");
  tree = directory: listToAttrs (mapAttrsToList (name: type:
    let below = directory + "/${name}"; in
    if type == "directory" then nameValuePair name (if isPackage below then opaque else tree below)
    else nameValuePair (removeSuffix ".nix" name) opaque) (entries directory));
  flat = prefix: directory: lib.concatLists (mapAttrsToList (name: type:
    let below = directory + "/${name}"; in
    if type == "directory" then (if isPackage below then [ (prefix ++ [ name ]) ] else flat (prefix ++ [ name ]) below)
    else [ (prefix ++ [ (removeSuffix ".nix" name) ]) ]) (entries directory));
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options = {
        pkgsDirectory = mkOption { type = types.nullOr types.raw; default = null; };
        pkgsNameSeparator = mkOption { type = types.str; default = "/"; };
      };
    };
    config.perSystem = { config, ... }:
      let
        directory = config.pkgsDirectory or null;
        joined = path: concatStringsSep (config.pkgsNameSeparator or "/") path;
      in
      {
        legacyPackages = lib.mkIf (directory != null) (tree directory);
        packages = lib.mkIf (directory != null) (listToAttrs (map (path: nameValuePair (joined path) opaque) (flat [ ] directory)));
      };
  };
in
builtins.__open "an output of pkgs-by-name-for-flake-parts that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
