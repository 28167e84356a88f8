# vic/import-tree: `import-tree ./dir` is a module that imports every .nix file below the directory, except where a
# path component below it starts with `_`. Written after its documentation of the methods; each gives a new tree.
{ lib, ... }:
let
  inherit (builtins) attrNames concatMap filter isAttrs isFunction isList isPath isString map mapAttrs match readDir readFileType;
  inherit (lib) flatten hasInfix hasPrefix hasSuffix;

  isTree = x: isAttrs x && x ? __config;
  hasOutPath = x: isAttrs x && x ? outPath;
  isPathLike = x: isPath x || isString x || hasOutPath x;

  # Files below a directory with their path from there: `{ path, from = "/a/b.nix"; }`.
  below = hidden: from: dir:
    let entries = readDir dir; in
    concatMap (name:
      let path = dir + "/${name}"; here = "${from}/${name}"; in
      if !hidden && hasPrefix "_" name then [ ]
      else if entries.${name} == "directory" then below hidden here path
      else if hidden || hasSuffix ".nix" name then [ { inherit path; from = here; } ]
      else [ ]) (attrNames entries);

  leafs = state: root:
    let
      custom = state.initial != null;
      wanted = item: builtins.all (test: test item) state.tests;
      of = x:
        if builtins.__isUnknown x then [ x ]
        else if isTree x then of x.files
        else if isList x then concatMap of x
        else if !(isPathLike x) then filter (item: wanted item && (!custom || state.initial item)) [ x ]
        else if hasOutPath x then of x.outPath
        else if readFileType x == "directory" then
          map (found: found.path) (filter (found: wanted found.from && (!custom || state.initial found.from)) (below custom "" x))
        else
          filter (path: let text = toString path; in
            wanted text && (if custom then state.initial text else hasSuffix ".nix" text && !(hasInfix "/_" text))) [ x ];
    in
    map state.map (concatMap of (flatten [ state.paths root ]));

  read = state: root:
    let files = leafs state root; in
    builtins.__framework "import-tree" (if state.pipe == null then { imports = files; } else state.pipe files);

  make = state:
    let
      self = mapAttrs (name: method: method self) state.api // {
        __config = state;
        __functor = own: root: read state (if isAttrs root && root ? options then [ ] else root);
        filter = test: make (state // { tests = state.tests ++ [ test ]; });
        filterNot = test: self.filter (item: !(test item));
        match = pattern: self.filter (item: match pattern item != null);
        matchNot = pattern: self.filter (item: match pattern item == null);
        map = f: make (state // { map = item: f (state.map item); });
        addPath = path: make (state // { paths = state.paths ++ [ path ]; });
        addAPI = api: make (state // { api = state.api // api; });
        withLib = given: self;
        initFilter = initial: make (state // { inherit initial; });
        pipeTo = pipe: make (state // { inherit pipe; });
        leafs = self.pipeTo (files: files);
        result = self [ ];
        files = self.leafs.result;
        new = empty;
      };
    in
    self;
  empty = make { api = { }; initial = null; map = item: item; paths = [ ]; pipe = null; tests = [ ]; };
in
empty // {
  __import = empty;
  outPath = builtins.__unknown "a source that is fetched";
}
