# vic/import-tree: `import-tree ./dir` is a module that imports every .nix file below the directory,
# except where a path component below it starts with `_`.
{ lib, name, ... }:
let
  files = dir:
    let entries = builtins.readDir dir; in
    builtins.concatMap (entry:
      let path = dir + "/${entry}"; in
      if lib.hasPrefix "_" entry then [ ]
      else if entries.${entry} == "directory" then files path
      else if lib.hasSuffix ".nix" entry then [ path ]
      else [ ]) (builtins.attrNames entries);
  tree = paths: {
    imports = builtins.concatMap (path:
      if builtins.isList path then (tree path).imports
      else if lib.hasSuffix ".nix" (toString path) then [ path ]
      else files path) (if builtins.isList paths then paths else [ paths ]);
  };
in
builtins.__open "a method of import-tree that is not modelled" {
  __functor = self: paths: builtins.__framework "import-tree" (tree paths);
}
