# nixpkgs.lib.filesystem, path, sources and fileset. A filtered source is the directory that it filters.
{ lib }:
let
  inherit (builtins)
    all any attrNames attrValues baseNameOf concatLists concatMap concatStringsSep dirOf elemAt filter foldl' genList head
    intersectAttrs isAttrs isList isPath isString length map match pathExists readDir removeAttrs replaceStrings split
    stringLength substring tail toString;
  inherit (lib.strings) hasPrefix hasSuffix removeSuffix;

  pathType = path: builtins.readFileType path;
  isDirectory = path: pathExists path && pathType path == "directory";
  listFilesRecursive = directory: concatLists (lib.mapAttrsToList
    (name: type: if type == "directory" then listFilesRecursive (directory + "/${name}") else [ (directory + "/${name}") ])
    (readDir directory));
  packagesIn = { callPackage, directory, ... }@arguments: lib.concatMapAttrs
    (name: type:
      let path = directory + "/${name}"; in
      if type == "directory" then { ${name} = packagesFromDirectoryRecursive (arguments // { directory = path; }); }
      else if type == "regular" && hasSuffix ".nix" name then { ${removeSuffix ".nix" name} = callPackage path { }; }
      else if type == "regular" then { }
      else throw "a file of type `${type}` among packages")
    (readDir directory);
  packagesFromDirectoryRecursive = { callPackage, directory, ... }@arguments:
    if pathExists (directory + "/package.nix") then callPackage (directory + "/package.nix") { }
    else if arguments ? newScope then
      lib.recurseIntoAttrs (lib.makeScope arguments.newScope
        (self: packagesIn (arguments // { inherit (self) callPackage newScope; })))
    else packagesIn arguments;

  # Components of `./a/b`, without `.` and doubled slashes.
  components = sub: filter (part: isString part && part != "" && part != ".") (split "/" sub);
  joined = parts: "./" + (if parts == [ ] then "." else concatStringsSep "/" parts);
  isSubpath = sub:
    isString sub && sub != "" && substring 0 1 sub != "/" && match "(.*/)?\\.\\.(/.*)?" sub == null;
  checked = sub: if isSubpath sub then sub else throw "not a valid subpath";
  partsOf = path: components (toString path);
  below = prefix: path:
    let parts = partsOf path; n = length (partsOf prefix); in
    if lib.take n parts == partsOf prefix then lib.drop n parts else throw "not a prefix of the path";

  filteredOf = src: isAttrs src && src ? _isLibCleanSourceWith;
  source = src: keep: name:
    let origSrc = if filteredOf src then src.origSrc else src; in
    {
      _isLibCleanSourceWith = true;
      inherit origSrc name;
      filter = path: type: keep path type && (if filteredOf src then src.filter path type else true);
      outPath = if isAttrs origSrc then origSrc.outPath else origSrc;
    };
  cleanSourceFilter = path: type:
    let name = baseNameOf path; in
    !(name == ".git" || (type == "directory" && any (other: other == name) [ ".svn" "CVS" ".hg" ".jj" ".pijul" "_darcs" ])
      || hasSuffix "~" name || match "\\.sw[a-z]" name != null || match "\\..*\\.sw[a-z]" name != null
      || hasSuffix ".o" name || hasSuffix ".so" name || (type == "symlink" && hasPrefix "result" name)
      || type == "unknown");

  # A set of files: by path, with what sorts before everything else in place of the slash.
  fileset = files: { _type = "fileset"; inherit files; };
  keyOf = path: replaceStrings [ "/" ] [ "\t" ] (toString path);
  filesOf = x:
    if isAttrs x && x._type or null == "fileset" then x.files
    else if isAttrs x && filteredOf x then filesOf (lib.fileset.fromSource x)
    else if !(pathExists x) then throw "a fileset of a path that does not exist"
    else filesBelow x;
  filesBelow = path:
    if pathType path == "directory" then lib.genAttrs' (listFilesRecursive path) (file: lib.nameValuePair (keyOf file) file)
    else { ${keyOf path} = path; };
  describe = path: rec {
    name = baseNameOf path;
    type = pathType path;
    hasExt = extension: hasSuffix ".${extension}" name;
  };
  filtered = keep: path: type:
    if type == "directory" then lib.concatMapAttrs
      (name: type: let sub = path + "/${name}"; in if keep (toString sub) type then filtered keep sub type else { })
      (readDir path)
    else { ${keyOf path} = path; };
in
{
  filesystem = {
    inherit (builtins) baseNameOf dirOf hashFile isPath readDir readFileType;
    inherit listFilesRecursive packagesFromDirectoryRecursive pathType;
    pathIsDirectory = isDirectory;
    pathIsRegularFile = path: pathExists path && pathType path == "regular";
    haskellPathsInDir = root:
      builtins.__filterAttrs (name: path: pathExists (path + "/${name}.cabal"))
        (builtins.mapAttrs (name: type: root + "/${name}") (readDir root));
    locateDominatingFile = pattern: file:
      let
        go = path:
          let matches = filter (found: found != null) (map (match pattern) (attrNames (readDir path))); in
          if matches != [ ] then { inherit path matches; } else if toString path == "/" then null else go (dirOf path);
      in
      go (if isDirectory file then file else dirOf file);
    resolveDefaultNix = path:
      if isDirectory path then path + "/default.nix"
      else if isString path && hasSuffix "/" path then path + "default.nix" else path;
  };
  path = {
    append = path: sub: path + "/${checked sub}";
    hasPrefix = prefix: path: lib.take (length (partsOf prefix)) (partsOf path) == partsOf prefix;
    removePrefix = prefix: path: joined (below prefix path);
    splitRoot = path: builtins.__unknown "a root of the file system";
    hasStorePathPrefix = path: builtins.__unknown "whether something is in the store";
    subpath = {
      isValid = isSubpath;
      join = parts: joined (concatMap (part: components (checked part)) parts);
      components = sub: components (checked sub);
      normalise = sub: joined (components (checked sub));
    };
  };
  sources = {
    inherit (builtins) filterSource;
    inherit cleanSourceFilter;
    cleanSource = src: source src cleanSourceFilter (if filteredOf src then src.name else "source");
    cleanSourceWith = { src, filter ? (path: type: true), name ? null }:
      source src filter (if name != null then name else if filteredOf src then src.name else "source");
    sourceByRegex = src: patterns: source src (path: type: builtins.__unknown "a filter of a source") "source";
    sourceByGlobs = src: patterns: source src (path: type: builtins.__unknown "a filter of a source") "source";
    sourceFilesBySuffices = src: suffixes:
      source src (path: type: type == "directory" || any (suffix: hasSuffix suffix (baseNameOf path)) suffixes) "source";
    trace = src: src;
    canCleanSource = src: builtins.__unknown "whether something is a store path";
    pathHasContext = path: builtins.__unknown "whether something is a store path";
    pathIsGitRepo = path: builtins.__unknown "it depends on the state of git";
    commitIdFromGitRepo = path: builtins.__unknown "it depends on the state of git";
    revOrTag = rev: tag: if tag != null then tag else if rev != null then rev else "HEAD";
    repoRevToName = kind: repo: rev: suffix: builtins.__unknown "the name of a source";
    shortRev = rev: builtins.__unknown "the name of a revision";
    urlToName = url: builtins.__unknown "the name of a source";
  };
  fileset = {
    empty = fileset { };
    isFileset = x: isAttrs x && x._type or null == "fileset";
    maybeMissing = path: fileset (if pathExists path then filesBelow path else { });
    trace = set: value: value;
    traceVal = set: set;
    toSource = { root, fileset }: source root (path: type: builtins.__unknown "a filter of a source") "source";
    toList = set: attrValues (filesOf set);
    union = a: b: fileset (filesOf a // filesOf b);
    unions = sets: fileset (builtins.__mergeAttrs (map filesOf sets));
    intersection = a: b: fileset (intersectAttrs (filesOf a) (filesOf b));
    difference = a: b: fileset (removeAttrs (filesOf a) (attrNames (filesOf b)));
    fileFilter = keep: path: fileset (builtins.__filterAttrs (key: file: keep (describe file)) (filesBelow path));
    fromSource = src: fileset (
      if filteredOf src then filtered src.filter src.origSrc (pathType src.origSrc) else filesBelow src);
    # In a flake there are only files that git knows.
    gitTracked = path: fileset (filesBelow path);
    gitTrackedWith = options: path: fileset (filesBelow path);
  };
}
