# What flake-parts does with modules, as far as the shapes of `parts.rs` go: arguments by name, `imports`, `perSystem`,
# options that are merged by attribute, and an error where two modules define one value.
{ nixpkgs }:
let
  fold = f: builtins.foldl' f { };
  concat = builtins.concatMap;
  join = where: fold (all: one:
    let both = builtins.intersectAttrs all one; in
    if both == { } then all // one else throw "${where}.${toString (builtins.attrNames both)} is defined twice");
  flatten = arguments: module:
    let
      value = if builtins.isPath module then import module else module;
      set = if builtins.isFunction value then value arguments else value;
    in
    concat (flatten arguments) (set.imports or [ ]) ++ [ (removeAttrs set [ "imports" ]) ];
  # Sets of options, of which those that `merged` names are joined by attribute.
  options = merged: sets:
    let
      names = builtins.attrNames (fold (all: one: all // one) sets);
      of = name: concat (set: if set ? ${name} then [ set.${name} ] else [ ]) sets;
      value = name:
        let all = of name; in
        if builtins.elem name merged then join name all
        else if builtins.length all == 1 then builtins.head all
        else throw "${name} is defined twice";
    in
    builtins.listToAttrs (map (name: { inherit name; value = value name; }) names);
  kinds = [ "packages" "devShells" "checks" "apps" "legacyPackages" ];
in
{
  lib.mkFlake = { inputs }: module:
    let
      arguments = { inherit inputs; inherit (inputs) self; inherit (nixpkgs) lib; config = { }; withSystem = system: f: f (given system); };
      modules = flatten arguments module;
      all = name: concat (one: if one ? ${name} then [ one.${name} ] else [ ]) modules;
      systems = concat (one: one) (all "systems");
      given = system: {
        inherit system;
        inherit (nixpkgs) lib;
        pkgs = nixpkgs.legacyPackages.${system};
        config = perSystem system;
        inputs' = { };
        self' = builtins.mapAttrs (kind: value: value.${system} or null) inputs.self;
      };
      perSystem = system: options kinds (concat (flatten (given system)) (all "perSystem"));
      by = f: builtins.listToAttrs (map (system: { name = system; value = f (perSystem system); }) systems);
      transposed = builtins.listToAttrs (map (name: { inherit name; value = by (set: set.${name} or { }); }) kinds);
    in
    transposed // { formatter = by (set: set.formatter or null); } // options [ "overlays" "nixosConfigurations" ] (all "flake");
}
