# nixpkgs.lib.trivial, fixedPoints, asserts, debug and versions.
{ lib }:
let
  inherit (builtins)
    concatStringsSep div elem elemAt filter foldl' fromJSON functionArgs isAttrs isFunction isInt isString length map match
    readFile splitVersion substring toString;

  fix = f: let x = f x; in x;
  fix' = f: let x = f x // { __unfix__ = f; }; in x;
  extends = overlay: f: final: let previous = f final; in previous // overlay final previous;
  composeExtensions = f: g: final: previous: let first = f final previous; in first // g final (previous // first);
  makeExtensibleWithCustomName = name: f:
    fix' (self: f self // { ${name} = overlay: makeExtensibleWithCustomName name (extends overlay f); });

  # What a builder gives is never called, though not all its attributes are known.
  isCallable = f: isFunction f || (isAttrs f && f.type or null != "derivation" && f ? __functor && isFunction (f.__functor f));
  argumentsOf = f: if isAttrs f then f.__functionArgs or (functionArgs (f.__functor f)) else functionArgs f;
  setFunctionArgs = f: arguments: { __functor = self: f; __functionArgs = arguments; };
  id = x: x;
  not = condition: message: if condition then throw message else id;
  digits = base: n: (if n < base then [ ] else digits base (n / base)) ++ [ (n - base * (n / base)) ];
in
{
  trivial = {
    inherit (builtins)
      add bitAnd bitOr bitXor ceil deepSeq div floor genericClosure isBool isFloat isInt lessThan mul pathExists readFile seq sub;
    inherit id setFunctionArgs;
    const = x: y: x;
    pipe = foldl' (x: f: f x);
    concat = a: b: a ++ b;
    "or" = a: b: a || b;
    and = a: b: a && b;
    not = a: !a;
    xor = a: b: a != b;
    bitNot = n: -1 - n;
    boolToString = b: if b then "true" else "false";
    boolToYesNo = b: if b then "yes" else "no";
    mergeAttrs = a: b: a // b;
    flip = f: a: b: f b a;
    defaultTo = default: x: if x == null then default else x;
    mapNullable = f: x: if x == null then x else f x;
    release = builtins.__unknown "the release of nixpkgs";
    version = builtins.__unknown "the version of nixpkgs";
    versionSuffix = builtins.__unknown "the version of nixpkgs";
    nixpkgsVersion = builtins.__unknown "the version of nixpkgs";
    codeName = builtins.__unknown "the release of nixpkgs";
    oldestSupportedRelease = builtins.__unknown "the release of nixpkgs";
    oldestSupportedReleaseIsAtLeast = release: builtins.__unknown "the release of nixpkgs";
    isInOldestRelease = release: builtins.__unknown "the release of nixpkgs";
    revisionWithDefault = default: builtins.__unknown "the revision of nixpkgs";
    inNixShell = false;
    inPureEvalMode = true;
    min = a: b: if a < b then a else b;
    max = a: b: if a > b then a else b;
    mod = a: b: a - b * (div a b);
    compare = a: b: if a < b then -1 else if a > b then 1 else 0;
    splitByAndCompare = test: yes: no: a: b:
      if test a then (if test b then yes a b else -1) else if test b then 1 else no a b;
    importJSON = path: fromJSON (readFile path);
    importTOML = path: fromTOML (readFile path);
    warn = message: value: value;
    warnIf = condition: message: id;
    warnIfNot = condition: message: id;
    throwIf = not;
    throwIfNot = condition: not (!condition);
    checkListOfEnum = message: valid: given: not (filter (item: !(elem item valid)) given != [ ]) message;
    info = message: value: value;
    showWarnings = warnings: value: value;
    functionArgs = argumentsOf;
    isFunction = isCallable;
    mirrorFunctionArgs = f: g: setFunctionArgs g (argumentsOf f);
    toFunction = f: if isCallable f then f else x: f;
    fromHexString = text: (fromTOML "v=0x${elemAt (match "(0x)?(.*)" text) 1}").v;
    toHexString = n: concatStringsSep "" (map (d: substring d 1 "0123456789ABCDEF") (digits 16 n));
    toBaseDigits = digits;
  };
  fixedPoints = {
    inherit fix fix' extends composeExtensions makeExtensibleWithCustomName;
    converge = f: x: let next = f x; in if next == x then x else lib.fixedPoints.converge f next;
    composeManyExtensions = overlays: final: previous:
      foldl' (added: overlay: added // overlay final (previous // added)) { } overlays;
    makeExtensible = makeExtensibleWithCustomName "extend";
    toExtension = f:
      if isCallable f then final: previous: let given = f previous; in if isCallable given then f final previous else given
      else final: previous: f;
  };
  asserts = {
    assertMsg = condition: message: if condition then true else throw message;
    assertOneOf = name: value: allowed: if elem value allowed then true else throw "${name} is not one of the allowed values";
    assertEachOneOf = name: values: allowed:
      if builtins.all (value: elem value allowed) values then true else throw "${name} is not one of the allowed values";
    checkAssertWarn = assertions: warnings: value: value;
  };
  debug = {
    inherit (builtins) addErrorContext unsafeGetAttrPos;
    trace = message: value: value;
    traceIf = condition: message: value: value;
    traceVal = id;
    traceValFn = f: id;
    traceSeq = message: value: value;
    traceSeqN = depth: message: value: value;
    traceValSeq = id;
    traceValSeqFn = f: id;
    traceValSeqN = depth: id;
    traceValSeqNFn = f: depth: id;
    traceFnSeqN = depth: name: f: f;
    runTests = tests: builtins.__unknown "the result of `runTests`";
    testAllTrue = expr: { inherit expr; expected = map (item: true) expr; };
    throwTestFailures = arguments: builtins.__unknown "the result of tests";
  };
  versions = {
    inherit (builtins) compareVersions splitVersion;
    major = version: elemAt (splitVersion version) 0;
    minor = version: elemAt (splitVersion version) 1;
    patch = version: elemAt (splitVersion version) 2;
    majorMinor = version: let parts = splitVersion version; in concatStringsSep "." [ (elemAt parts 0) (elemAt parts 1) ];
    pad = count: version:
      let
        parts = splitVersion (elemAt (match "([^+-]*).*" version) 0);
        rest = elemAt (match "[^+-]*(.*)" version) 0;
        zeros = builtins.genList (n: "0") (if count > length parts then count - length parts else 0);
      in
      concatStringsSep "." (lib.take count (parts ++ zeros)) + rest;
  };
  deprecated = {
    fakeHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    fakeSha256 = "0000000000000000000000000000000000000000000000000000000000000000";
    fakeSha512 = concatStringsSep "" (builtins.genList (n: "0") 128);
    imap = f: list: builtins.genList (n: f (n + 1) (elemAt list n)) (length list);
    setAttr = set: name: value: set // { ${name} = value; };
    maybeAttr = name: default: set: set.${name} or default;
    maybeAttrNullable = name: default: set: if set == null then default else set.${name} or default;
    maybeEnv = name: default: default;
    ifEnable = condition: value: if condition then value else { };
    checkFlag = set: name: if name == "true" then true else if name == "false" then false else set.${name} or false;
    getValue = set: name: set.${name} or false;
    uniqList = { inputList, outputList ? [ ] }: lib.unique (outputList ++ inputList);
    condConcat = name: list: checker: name;
    nvs = name: value: { ${name} = value; };
    nixType = value:
      if isAttrs value then (if value ? _type then builtins.__unknown "the name of a type" else "attrs")
      else if isString value then "string" else if isInt value then "int" else if builtins.isList value then "list"
      else if isFunction value then "lambda" else builtins.typeOf value;
  };
}
