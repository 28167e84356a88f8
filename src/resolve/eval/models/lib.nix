# nixpkgs.lib: the functions that flakes use on names. What is not here is unknown, and says so.
{ ... }:
let
  inherit (builtins)
    add all any attrNames attrValues catAttrs concatLists concatMap concatStringsSep elem elemAt filter foldl' functionArgs
    genList getAttr groupBy hasAttr head intersectAttrs isAttrs isBool isFloat isFunction isInt isList isPath isString
    length lessThan listToAttrs map mapAttrs match partition readDir removeAttrs replaceStrings seq sort split
    stringLength substring tail toString zipAttrsWith;

  nameValuePair = name: value: { inherit name value; };
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  genAttrs' = items: f: listToAttrs (map f items);
  mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
  filterAttrs = keep: set: removeAttrs set (filter (name: !(keep name set.${name})) (attrNames set));
  mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
  concatMapAttrs = f: set: foldl' (a: b: a // b) { } (attrValues (mapAttrs f set));
  mergeAttrsList = foldl' (a: b: a // b) { };
  optionalAttrs = condition: set: if condition then set else { };
  optional = condition: item: if condition then [ item ] else [ ];
  optionals = condition: items: if condition then items else [ ];
  optionalString = condition: text: if condition then text else "";
  flatten = x: if isList x then concatMap flatten x else [ x ];
  unique = foldl' (seen: item: if elem item seen then seen else seen ++ [ item ]) [ ];
  last = list: elemAt list (length list - 1);
  init = list: genList (elemAt list) (length list - 1);
  take = n: list: genList (elemAt list) (if n < length list then n else length list);
  drop = n: list: if n >= length list then [ ] else genList (i: elemAt list (i + n)) (length list - n);
  reverseList = list: let n = length list; in genList (i: elemAt list (n - i - 1)) n;
  foldr = f: start: list: foldl' (rest: item: f item rest) start (reverseList list);
  range = first: final: if first > final then [ ] else genList (n: first + n) (final - first + 1);
  imap0 = f: list: genList (n: f n (elemAt list n)) (length list);
  zipListsWith = f: a: b: genList (n: f (elemAt a n) (elemAt b n)) (if length a < length b then length a else length b);
  crossLists = f: lists: foldl' (fs: args: concatMap (f: map f args) fs) [ f ] lists;
  cartesianProduct = sets: foldl' (products: name: concatMap (product: map (value: product // { ${name} = value; }) sets.${name}) products) [ { } ] (attrNames sets);
  attrByPath = path: default: set:
    if path == [ ] then set
    else if isAttrs set && set ? ${head path} then attrByPath (tail path) default set.${head path}
    else default;
  hasAttrByPath = path: set: path == [ ] || (isAttrs set && set ? ${head path} && hasAttrByPath (tail path) set.${head path});
  setAttrByPath = path: value: if path == [ ] then value else { ${head path} = setAttrByPath (tail path) value; };
  recursiveUpdateUntil = stop: left: right:
    let
      go = path: zipAttrsWith (name: values:
        let here = path ++ [ name ]; in
        if length values == 1 || stop here (elemAt values 1) (head values) then head values else go here values);
    in
    go [ ] [ right left ];
  recursiveUpdate = recursiveUpdateUntil (path: left: right: !(isAttrs left && isAttrs right));
  foldAttrs = f: start: list: zipAttrsWith (name: values: foldr f start values) list;
  fix = f: let x = f x; in x;
  composeExtensions = f: g: final: previous: let a = f final previous; in a // g final (previous // a);
  composeManyExtensions = foldr composeExtensions (final: previous: { });
  hasPrefix = prefix: text: substring 0 (stringLength prefix) (toString text) == prefix;
  hasSuffix = suffix: text:
    let t = toString text; n = stringLength t; s = stringLength suffix; in n >= s && substring (n - s) n t == suffix;
  hasInfix = infix: text: length (splitString infix (toString text)) > 1;
  removePrefix = prefix: text: if hasPrefix prefix text then substring (stringLength prefix) (stringLength text) text else text;
  removeSuffix = suffix: text: if hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
  splitString = separator: text: filter isString (split (escapeRegex separator) (toString text));
  stringToCharacters = text: genList (n: substring n 1 text) (stringLength text);
  escape = list: replaceStrings list (map (c: "\\${c}") list);
  escapeRegex = escape (stringToCharacters "\\[{()^$?*+|.");
  lower = stringToCharacters "abcdefghijklmnopqrstuvwxyz";
  upper = stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = replaceStrings upper lower;
  toUpper = replaceStrings lower upper;
  isDerivation = value: value.type or null == "derivation";
  pathType = path: (readDir (dirOf path)).${baseNameOf path};
  listFilesRecursive = dir: concatLists (mapAttrsToList (name: type:
    if type == "directory" then listFilesRecursive (dir + "/${name}") else [ (dir + "/${name}") ]) (readDir dir));
  # A function of the workspace is called; what it is given of the scope is mostly a package, hence unknown.
  called = scope: f: arguments:
    let
      function = if isFunction f then f else import f;
      formals = functionArgs function;
    in
    function (mapAttrs (name: optional: scope.${name}) (removeAttrs formals (attrNames arguments)) // arguments);
  callPackageWith = scope: f: arguments:
    let result = called scope f arguments; in
    if builtins.__isUnknown result || !(isAttrs result) then result
    else result // {
      override = builtins.__unknown "an overridden package";
      overrideDerivation = builtins.__unknown "an overridden package";
    };
  callPackagesWith = called;
  makeScope = newScope: f:
    let
      self = f self // {
        newScope = scope: newScope (self // scope);
        callPackage = self.newScope { };
        overrideScope = overlay: makeScope newScope (final: let previous = f final; in previous // overlay final previous);
        packages = f;
      };
    in
    self;
  packagesFromDirectoryRecursive = { directory, ... }: mapAttrs' (name: type:
    if type == "directory" then
      nameValuePair name (
        if builtins.pathExists (directory + "/${name}/package.nix") then builtins.__unknown "a package"
        else packagesFromDirectoryRecursive { directory = directory + "/${name}"; })
    else nameValuePair (removeSuffix ".nix" name) (builtins.__unknown "a package"))
    (filterAttrs (name: type: type == "directory" || hasSuffix ".nix" name) (readDir directory));

  elaborate = given:
    let
      # A set, or a triple like `x86_64-unknown-freebsd`, needs more than its name says.
      system = if isAttrs given then given.system or (builtins.__unknown "a platform") else given;
      parts = match "([^-]*)-([^-]*)" system;
      cpu = if parts == null then builtins.__unknown "the platform `${system}`" else head parts;
      kernel = if parts == null then builtins.__unknown "the platform `${system}`" else elemAt parts 1;
    in
    {
      inherit system;
      config = system;
      isLinux = kernel == "linux";
      isDarwin = kernel == "darwin";
      isFreeBSD = kernel == "freebsd";
      isUnix = true;
      isWindows = kernel == "windows";
      isAarch64 = cpu == "aarch64";
      isx86_64 = cpu == "x86_64";
      isx86_32 = cpu == "i686";
      isi686 = cpu == "i686";
      isx86 = cpu == "x86_64" || cpu == "i686";
      isAarch32 = hasPrefix "arm" cpu;
      isRiscV64 = cpu == "riscv64";
      is64bit = elem cpu [ "x86_64" "aarch64" "riscv64" "powerpc64le" ];
    };
  linux = [ "aarch64-linux" "armv5tel-linux" "armv6l-linux" "armv7a-linux" "armv7l-linux" "i686-linux" "loongarch64-linux" "m68k-linux" "microblaze-linux" "microblazeel-linux" "mips-linux" "mips64-linux" "mips64el-linux" "mipsel-linux" "powerpc64-linux" "powerpc64le-linux" "riscv32-linux" "riscv64-linux" "s390-linux" "s390x-linux" "x86_64-linux" ];
  darwin = [ "x86_64-darwin" "aarch64-darwin" ];

  strings = {
    inherit concatStringsSep escape escapeRegex hasInfix hasPrefix hasSuffix optionalString removePrefix removeSuffix
      replaceStrings splitString stringLength stringToCharacters substring toLower toUpper;
    concatStrings = concatStringsSep "";
    concatMapStrings = f: list: concatStringsSep "" (map f list);
    concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
    concatImapStringsSep = separator: f: list: concatStringsSep separator (imap0 (n: f (n + 1)) list);
    concatLines = list: concatStringsSep "" (map (line: line + "\n") list);
    getName = drv: if isString drv then (builtins.parseDrvName drv).name else drv.pname or (builtins.__unknown "a package's name");
    getVersion = drv: builtins.__unknown "a package's version";
    fileContents = path: removeSuffix "\n" (builtins.readFile path);
    trim = text: let found = match "[ \t\r\n]*(.*[^ \t\r\n])[ \t\r\n]*" text; in if found == null then "" else head found;
    toInt = text: builtins.fromJSON text;
    fixedWidthString = width: filler: text: if stringLength text >= width then text else strings.fixedWidthString width filler (filler + text);
    versionOlder = a: b: builtins.compareVersions b a == 1;
    versionAtLeast = a: b: builtins.compareVersions b a != 1;
    versions = {
      major = version: elemAt (builtins.splitVersion version) 0;
      minor = version: elemAt (builtins.splitVersion version) 1;
      majorMinor = version: concatStringsSep "." (take 2 (builtins.splitVersion version));
    };
    escapeShellArg = builtins.__unknown "`escapeShellArg`";
    makeBinPath = packages: builtins.__unknown "a search path of packages";
    makeLibraryPath = packages: builtins.__unknown "a search path of packages";
  };
  lists = {
    inherit all any concatLists concatMap crossLists drop elem elemAt filter flatten foldl' foldr genList head imap0 init
      last length map optional optionals partition range reverseList sort tail take unique zipListsWith groupBy;
    fold = foldr;
    foldl = foldl';
    imap1 = f: imap0 (n: f (n + 1));
    singleton = item: [ item ];
    forEach = list: f: map f list;
    remove = item: filter (other: other != item);
    findFirst = test: default: list: let found = filter test list; in if found == [ ] then default else head found;
    subtractLists = remove: filter (item: !(elem item remove));
    intersectLists = keep: filter (item: elem item keep);
    toList = x: if isList x then x else [ x ];
    count = test: list: length (filter test list);
    naturalSort = sort lessThan;
    sortOn = f: sort (a: b: f a < f b);
    zipLists = zipListsWith (fst: snd: { inherit fst snd; });
    mutuallyExclusive = a: b: !(any (item: elem item b) a);
    concat = a: b: a ++ b;
    isList = isList;
  };
  attrsets = {
    inherit attrByPath attrNames attrValues cartesianProduct catAttrs concatMapAttrs filterAttrs foldAttrs genAttrs genAttrs'
      getAttr hasAttr hasAttrByPath intersectAttrs isAttrs isDerivation listToAttrs mapAttrs mapAttrs' mapAttrsToList
      mergeAttrsList nameValuePair optionalAttrs recursiveUpdate recursiveUpdateUntil removeAttrs setAttrByPath zipAttrsWith;
    cartesianProductOfSets = cartesianProduct;
    attrsToList = mapAttrsToList nameValuePair;
    attrVals = names: set: map (name: set.${name}) names;
    getAttrFromPath = path: set: attrByPath path (throw "a missing attribute") set;
    getAttrs = names: set: genAttrs names (name: set.${name});
    getBin = package: package;
    getLib = package: package;
    getDev = package: package;
    getExe = package: builtins.__unknown "a program of a package";
    getExe' = package: name: builtins.__unknown "a program of a package";
    mapAttrsRecursive = f: set: mapAttrs (name: value: if isAttrs value then builtins.__unknown "`mapAttrsRecursive`" else f [ name ] value) set;
    filterAttrsRecursive = keep: set: mapAttrs (name: value: if isAttrs value then attrsets.filterAttrsRecursive keep value else value) (filterAttrs keep set);
    recurseIntoAttrs = set: set // { recurseForDerivations = true; };
    dontRecurseIntoAttrs = set: set // { recurseForDerivations = false; };
    updateManyAttrsByPath = builtins.__unknown "`updateManyAttrsByPath`";
    zipAttrs = zipAttrsWith (name: values: values);
    unionOfDisjoint = a: b: a // b;
    mergeAttrs = a: b: a // b;
    foldlAttrs = f: start: set: foldl' (all: name: f all name set.${name}) start (attrNames set);
  };
  trivial = {
    inherit (builtins) deepSeq genericClosure pathExists readFile;
    inherit fix functionArgs isBool isFloat isFunction isInt isPath isString seq toString;
    id = x: x;
    const = x: y: x;
    flip = f: a: b: f b a;
    pipe = foldl' (x: f: f x);
    and = a: b: a && b;
    or = a: b: a || b;
    not = a: !a;
    boolToString = b: if b then "true" else "false";
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    importTOML = path: builtins.fromTOML (builtins.readFile path);
    setFunctionArgs = f: arguments: { __functor = self: f; __functionArgs = arguments; };
    mapNullable = f: x: if x == null then x else f x;
    defaultTo = default: x: if x == null then default else x;
    warn = message: value: value;
    warnIf = condition: message: value: value;
    warnIfNot = condition: message: value: value;
    throwIf = condition: message: value: if condition then throw message else value;
    throwIfNot = condition: message: value: if condition then value else throw message;
    info = message: value: value;
    release = builtins.__unknown "the release of nixpkgs";
    version = builtins.__unknown "the version of nixpkgs";
    trivial = builtins.__open "a function of nixpkgs.lib.trivial" { inherit (trivial) id const pipe importJSON importTOML warn release version; };
    min = a: b: if a < b then a else b;
    max = a: b: if a > b then a else b;
    mod = a: b: a - b * (a / b);
    inherit (builtins) add sub mul div bitAnd bitOr lessThan;
    mirrorFunctionArgs = f: g: g;
    isAttrs = isAttrs;
    toFunction = f: if isFunction f then f else x: f;
    nixpkgsVersion = trivial.version;
    inPureEvalMode = true;
    traceVal = x: x;
    traceValSeq = x: x;
    traceSeq = message: value: value;
  };
  # The module system has files of its own.
  system = builtins.__model "model:modules" { lib = whole; };
  inherit (system) modules;
  filesystem = {
    inherit listFilesRecursive packagesFromDirectoryRecursive pathType;
    pathIsDirectory = path: builtins.pathExists path && pathType path == "directory";
    pathIsRegularFile = path: builtins.pathExists path && pathType path == "regular";
    cleanSource = path: path;
    cleanSourceWith = arguments: arguments.src;
    sourceByRegex = path: patterns: path;
    sourceFilesBySuffices = path: suffixes: path;
  };
  customisation = {
    inherit callPackageWith callPackagesWith composeExtensions composeManyExtensions makeScope;
    makeOverridable = f: f;
    makeExtensible = f: fix f // { extend = g: builtins.__unknown "an extended set"; };
    extends = overlay: f: final: let previous = f final; in previous // overlay final previous;
    hydraJob = job: job;
    overrideDerivation = package: f: package;
  };
  systems = {
    inherit elaborate;
    flakeExposed = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "armv6l-linux" "armv7l-linux" "i686-linux" "aarch64-darwin" "powerpc64le-linux" "riscv64-linux" "x86_64-freebsd" ];
    doubles = builtins.__open "a list of systems that is not modelled" {
      inherit linux darwin;
      unix = linux ++ darwin ++ [ "x86_64-freebsd" ];
      x86_64 = [ "x86_64-linux" "x86_64-darwin" "x86_64-freebsd" ];
    };
    supported.hydra = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    examples = builtins.__open "a system of nixpkgs" { };
    parse = builtins.__open "a function of lib.systems.parse" { };
    inspect = builtins.__open "a function of lib.systems.inspect" { };
  };
  flat = strings // lists // attrsets // trivial // system.flat // filesystem // customisation // {
    inherit strings lists attrsets filesystem customisation modules systems;
    sources = filesystem;
    platforms = systems.doubles;
    licenses = builtins.__open "a licence" { };
    maintainers = builtins.__open "a maintainer" { };
    inherit (system) types;
    generators = builtins.__open "a generator" { };
    options = builtins.__open "a function of lib.options" system.options;
    meta = builtins.__open "a function of lib.meta" {
      availableOn = platform: package: builtins.__unknown "whether a package is available on a platform";
    };
    path = builtins.__open "a function of lib.path" { append = path: sub: path + "/${sub}"; };
    fileset = builtins.__open "a function of lib.fileset" { toSource = arguments: arguments.root; };
    asserts = { assertMsg = condition: message: condition; assertOneOf = name: value: values: true; };
    fixedPoints = { inherit fix composeExtensions composeManyExtensions; inherit (customisation) extends makeExtensible; };
    inherit (fixedPoints) composeManyExtensions;
    derivations = { };
  };
  fixedPoints = flat.fixedPoints;
  # A user's own functions come on top: `nixpkgs.lib.extend (final: previous: { … })`.
  extensible = base:
    let self = base // { extend = overlay: extensible (self // overlay self self); }; in
    builtins.__open "a function of nixpkgs.lib that is not modelled" self;
  whole = extensible flat;
in
whole
