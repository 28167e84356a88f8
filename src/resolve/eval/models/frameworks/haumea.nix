# nix-community/haumea: a directory of Nix files as a set. Written after its documentation of `load`: names come from
# files and folders, `_x` is seen below its folder's root only, `__x` from its own folder only.
{ lib, modified, ... }:
let
  inherit (builtins)
    attrNames concatMap filter foldl' functionArgs head isAttrs isFunction length map mapAttrs match readDir removeAttrs
    stringLength;
  inherit (lib) attrByPath flatten hasPrefix hasSuffix mapAttrs' recursiveUpdate removePrefix take toFunction;

  loaders = rec {
    default = with' (path: import path);
    with' = read: inputs: path:
      let f = toFunction (read path); in
      f (mapAttrs (name: optional: inputs.${name}) (functionArgs f));
    verbatim = inputs: path: import path;
    path = inputs: path: path;
    callPackage = inputs: path: lib.callPackageWith inputs path { };
    scoped = inputs: with' (builtins.scopedImport inputs) inputs;
  };
  matchers = {
    always = loader: { matches = file: true; inherit loader; };
    extension = extension: loader: {
      matches = file: hasSuffix ".${extension}" file && stringLength file > stringLength extension + 1;
      inherit loader;
    };
    nix = matchers.extension "nix";
    json = matchers.extension "json" (inputs: path: lib.importJSON path);
    toml = matchers.extension "toml" (inputs: path: lib.importTOML path);
    regex = pattern: loader: {
      matches = file: match pattern file != null;
      loader = inputs: path: loader (match pattern (baseNameOf path)) inputs path;
    };
  };

  transformers = {
    liftDefault = cursor: set: removeAttrs set [ "default" ] // (set.default or { });
    prependUnderscore = cursor: mapAttrs' (name: value: {
      name = if match "[a-zA-Z_].*" name != null then name else "_${name}";
      inherit value;
    });
    hoistAttrs = from: to: cursor: set:
      let target = if cursor == [ ] then to else from; in
      foldl' recursiveUpdate { } (map (name:
        let value = set.${name}; in
        if !(isAttrs value && value ? ${from}) then { ${name} = value; }
        else { ${name} = removeAttrs value [ from ]; ${target} = { ${name} = value.${from}; }; }) (attrNames set));
    hoistLists = from: to: cursor: set:
      let
        target = if cursor == [ ] then to else from;
        given = filter (name: isAttrs set.${name} && set.${name} ? ${from}) (attrNames set);
        own = mapAttrs (name: value: if isAttrs value && value ? ${from} then removeAttrs value [ from ] else value) set;
      in
      if own == { } then { }
      else own // { ${target} = concatMap (name: set.${name}.${from}) given ++ (own.${target} or [ ]); };
  };

  # The name and the visibility of an entry; `null` for `_` and `__`.
  entryOf = file: kind:
    let
      rest = removePrefix "_" (removePrefix "_" file);
      parts = match "(.+)[.][^.]+" rest;
    in
    if rest == "" || (kind != "directory" && kind != "regular") then null
    else {
      inherit rest;
      name = if kind == "directory" || parts == null then rest else head parts;
      seen = if hasPrefix "__" file then "super" else if hasPrefix "_" file then "root" else "public";
    };

  load = { src, loader ? loaders.default, inputs ? { }, transformer ? [ ] }:
    let
      ways = if isFunction loader then [ (matchers.nix loader) ] else loader;
      steps = flatten transformer;
      # What is below a folder, by name.
      children = view: dir:
        let
          entries = readDir dir;
          child = file:
            let
              kind = entries.${file};
              entry = entryOf file kind;
              path = dir + "/${file}";
              fitting = filter (way: way.matches entry.rest) ways;
              self = (head fitting).loader (inputs // {
                inherit self;
                super = attrByPath view { } (show view [ ] root);
                root = show view [ ] root;
              }) path;
            in
            if entry == null then { }
            else if kind == "directory" then { ${entry.name} = { inherit (entry) seen; folder = true; children = children (view ++ [ entry.name ]) path; }; }
            else if fitting == [ ] then { }
            else { ${entry.name} = { inherit (entry) seen; inherit path; folder = false; value = self; }; };
        in
        foldl' (done: file: done // child file) { } (attrNames entries);
      root = { folder = true; children = children [ ] src; };
      # A folder as it is seen from a folder (`null`: from outside).
      show = view: cursor: node:
        let
          visible = {
            public = true;
            root = view != null;
            super = view != null && take (length cursor) view == cursor;
          };
          shown = foldl' (done: name:
            let child = node.children.${name}; in
            if !visible.${child.seen} then done
            else if child.folder then done // { ${name} = show view (cursor ++ [ name ]) child; }
            else done // builtins.__writtenIn child.path { ${name} = child.value; }) { } (attrNames node.children);
        in
        if node.folder then foldl' (set: step: step cursor set) shown steps else node.value;
    in
    builtins.__framework "haumea" (show null [ ] root);

  # What the locked version has, by the time it came.
  since = times: lib.filterAttrs (name: value: modified >= times.${name} or 0);
in
{
  lib = since { matchers = 1685131310; transformers = 1680714716; } {
    inherit load;
    loaders = since { path = 1680359729; scoped = 1681754464; } (removeAttrs loaders [ "with'" ]);
    matchers = since { json = 1685132175; toml = 1685132410; extension = 1685131850; } matchers;
    transformers = since
      { hoistLists = 1681161189; hoistAttrs = 1681165524; prependUnderscore = 1687479476; }
      transformers;
    loadEvalTests = arguments: { };
  };
  templates.default = builtins.__unknown "a template of haumea";
  checks = { };
  outPath = builtins.__unknown "a source that is fetched";
}
