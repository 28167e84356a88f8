# nixpkgs.lib.attrsets.
{ lib }:
let
  inherit (builtins)
    all attrNames attrValues catAttrs concatMap elemAt filter foldl' genList getAttr groupBy hasAttr head intersectAttrs isAttrs
    isList length listToAttrs map mapAttrs partition removeAttrs zipAttrsWith;

  nameValuePair = name: value: { inherit name value; };
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  mapAttrsToList = f: set: attrValues (mapAttrs f set);
  attrByPath = path: default: set:
    let
      n = length path;
      at = i: value:
        if i == n then value
        else if isAttrs value && value ? ${elemAt path i} then at (i + 1) value.${elemAt path i}
        else default;
    in
    at 0 set;
  prefixOf = path: set:
    let
      n = length path;
      at = i: value: if i == n then n else if isAttrs value && value ? ${elemAt path i} then at (i + 1) value.${elemAt path i} else i;
    in
    at 0 set;
  showAttrPath = path:
    if path == [ ] then "<root attribute path>" else lib.concatMapStringsSep "." lib.strings.escapeNixIdentifier path;
  recursiveUpdateUntil = stop: left: right:
    let
      go = path: zipAttrsWith (name: values:
        let here = path ++ [ name ]; in
        if length values == 1 || stop here (elemAt values 1) (head values) then head values else go here values);
    in
    go [ ] [ right left ];
  mapAttrsRecursiveCond = enter: f: set:
    let
      go = path: mapAttrs (name: value:
        let here = path ++ [ name ]; in
        if isAttrs value && enter value then go here value else f here value);
    in
    go [ ] set;
  mapAttrsToListRecursiveCond = enter: f: set:
    let
      at = path: value: if isAttrs value && enter path value then below path value else [ (f path value) ];
      below = path: set: concatMap (name: at (path ++ [ name ]) set.${name}) (attrNames set);
    in
    below [ ] set;
  getOutput = output: package:
    if package.outputSpecified or false then package else package.${output} or (package.out or package);
  firstOutput = candidates: package:
    let found = filter (name: hasAttr name package) candidates; in
    if package.outputSpecified or false || found == [ ] then package else package.${head found};
  cartesianProduct = sets:
    foldl' (products: name: concatMap (product: map (value: product // { ${name} = value; }) sets.${name}) products)
      [ { } ] (attrNames sets);
  matchAttrs = pattern: set: all (name:
    set ? ${name} && (
      if isAttrs pattern.${name} then isAttrs set.${name} && matchAttrs pattern.${name} set.${name}
      else pattern.${name} == set.${name}))
    (attrNames pattern);
  collect = wanted: set:
    if wanted set then [ set ] else if isAttrs set then concatMap (collect wanted) (attrValues set) else [ ];
  # All updates of one path at a time, from the root down; the update of a path itself comes last.
  updateMany = depth: updates: value:
    let
      parts = partition (one: length one.path == depth) updates;
      below = groupBy (one: elemAt one.path depth) parts.wrong;
      inner = if parts.wrong == [ ] then value
        else value // mapAttrs (name: more: updateMany (depth + 1) more (value.${name} or { })) below;
    in
    foldl' (result: one: one.update result) inner parts.right;
in
{
  inherit
    attrByPath attrNames attrValues cartesianProduct catAttrs collect genAttrs getAttr getOutput hasAttr intersectAttrs isAttrs
    listToAttrs mapAttrs mapAttrsRecursiveCond mapAttrsToList mapAttrsToListRecursiveCond matchAttrs nameValuePair
    recursiveUpdateUntil removeAttrs showAttrPath zipAttrsWith;
  hasAttrByPath = path: set: prefixOf path set == length path;
  longestValidPathPrefix = path: set: genList (elemAt path) (prefixOf path set);
  setAttrByPath = path: value:
    let n = length path; at = i: if i == n then value else { ${elemAt path i} = at (i + 1); }; in at 0;
  getAttrFromPath = path: set: attrByPath path (throw "cannot find attribute `${showAttrPath path}`") set;
  concatMapAttrs = f: set: builtins.__mergeAttrs (attrValues (mapAttrs f set));
  mergeAttrsList = builtins.__mergeAttrs;
  updateManyAttrsByPath = updates: value: updateMany 0 updates value;
  attrVals = names: set: map (name: set.${name}) names;
  getAttrs = names: set: genAttrs names (name: set.${name});
  filterAttrs = builtins.__filterAttrs;
  filterAttrsRecursive = keep: set:
    mapAttrs (name: value: if isAttrs value then lib.attrsets.filterAttrsRecursive keep value else value)
      (builtins.__filterAttrs keep set);
  foldlAttrs = f: start: set: foldl' (all: name: f all name set.${name}) start (attrNames set);
  foldAttrs = f: start: sets: zipAttrsWith (name: values: lib.lists.foldr f start values) sets;
  mapCartesianProduct = f: sets: map f (cartesianProduct sets);
  cartesianProductOfSets = cartesianProduct;
  mapAttrs' = f: set: listToAttrs (mapAttrsToList f set);
  attrsToList = mapAttrsToList nameValuePair;
  mapAttrsRecursive = mapAttrsRecursiveCond (set: true);
  mapAttrsToListRecursive = mapAttrsToListRecursiveCond (path: set: true);
  genAttrs' = items: f: listToAttrs (map f items);
  isDerivation = builtins.__isDerivation;
  toDerivation = path: builtins.__open "an attribute of a derivation" {
    type = "derivation";
    outPath = builtins.__unknown "a store path";
    outputs = [ "out" ];
    outputName = "out";
  };
  optionalAttrs = condition: set: if condition then set else { };
  zipAttrsWithNames = names: f: sets: genAttrs names (name: f name (catAttrs name sets));
  zipAttrs = zipAttrsWith (name: values: values);
  recursiveUpdate = recursiveUpdateUntil (path: left: right: !(isAttrs left && isAttrs right));
  overrideExisting = old: new: mapAttrs (name: value: new.${name} or value) old;
  getFirstOutput = firstOutput;
  getBin = getOutput "bin";
  getLib = getOutput "lib";
  getDev = getOutput "dev";
  getMan = getOutput "man";
  getStatic = firstOutput [ "static" "lib" "out" ];
  getInclude = firstOutput [ "include" "dev" "out" ];
  chooseDevOutputs = map (getOutput "dev");
  recurseIntoAttrs = set: set // { recurseForDerivations = true; };
  dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };
  unionOfDisjoint = a: b: a // b // mapAttrs (name: value: throw "`${name}` is in both sets") (intersectAttrs a b);
}
