# Types of options, after the nixpkgs manual ("Option types"): how definitions are merged, as far as it decides names and
# known values. Values are not checked, but where a type chooses by them (`either`, `coercedTo`).
{ lib, modules, ... }:
let
  inherit (builtins)
    all any attrNames catAttrs concatLists concatMap concatStringsSep elem elemAt filter foldl' head isAttrs isBool isFloat
    isFunction isInt isList isPath isString length map mapAttrs match tail;
  inherit (modules) mergeValues;
  inherit (lib) last;

  sure = answer: !(builtins.__isUnknown answer) && answer;
  valuesOf = catAttrs "value";
  oneOf = loc: defs: builtins.__one (valuesOf defs);
  mkOptionType = given@{ name, ... }: {
    _type = "option-type";
    description = name;
    check = value: true;
    merge = mergeDefaultOption;
    emptyValue = { };
    getSubOptions = prefix: { };
    getSubModules = null;
    substSubModules = module: null;
    typeMerge = other: null;
    nestedTypes = { };
    deprecationMessage = null;
    functor = defaultFunctor name;
  } // given;
  defaultFunctor = name: { inherit name; type = null; payload = null; wrapped = null; binOp = a: b: null; };
  # Definitions of a type that nobody describes: as their values suggest.
  mergeDefaultOption = loc: defs:
    let values = valuesOf defs; in
    if length values == 1 then head values
    else if all isFunction values then (x: mergeDefaultOption loc (map (f: { value = f x; }) values))
    else if all isList values then concatLists values
    else if all isAttrs values then foldl' (a: b: a // b) { } values
    else builtins.__one values;
  mergeOneOption = oneOf;

  # One value, or several that are equal. What definitions give is passed on as it is.
  single = name: check: mkOptionType { inherit name check; merge = oneOf; __single = true; };
  isSingle = type: type.__single or false;

  # ---- sets and lists ----------------------------------------------------------------------------------

  attrsWith = { elemType, lazy ? false, placeholder ? "name" }: mkOptionType {
    name = if lazy then "lazyAttrsOf" else "attrsOf";
    check = isAttrs;
    emptyValue.value = { };
    merge = loc: defs:
      let
        byName = builtins.__definitions (valuesOf defs);
        # Only where values are not lazy, a name without a value is dropped.
        defined = name: values:
          let found = builtins.__discharge values; in
          if found.all == [ ] then false else if found.maybe then true else found.sure != [ ];
        kept = if lazy then byName else builtins.__filterAttrs defined byName;
      in
      if isSingle elemType then mapAttrs (name: values: builtins.__one values) kept
      else mapAttrs (name: values: mergeValues elemType (loc ++ [ name ]) values) kept;
    getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<${placeholder}>" ]);
    getSubModules = elemType.getSubModules;
    nestedTypes.elemType = elemType;
    __rebuild = elemType: attrsWith { inherit elemType lazy placeholder; };
    __lazyOf = if lazy then elemType else null;
  };
  isPerName = type: (type.__lazyOf or null) != null;
  perName = type: loc: name: values:
    if isSingle type.__lazyOf then builtins.__one values
    else mergeValues type.__lazyOf (loc ++ [ name ]) values;

  listOf = elemType: mkOptionType {
    name = "listOf";
    check = isList;
    emptyValue.value = [ ];
    merge = loc: defs:
      let items = concatLists (valuesOf defs); in
      if isSingle elemType then builtins.__items items
      else map (value: mergeValues elemType (loc ++ [ "*" ]) [ value ]) items;
    getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "*" ]);
    getSubModules = elemType.getSubModules;
    nestedTypes.elemType = elemType;
    __rebuild = listOf;
  };

  # ---- modules -----------------------------------------------------------------------------------------

  isModule = value: isAttrs value || isFunction value || isPath value;
  submoduleWith = given@{ modules, specialArgs ? { }, shorthandOnlyDefinesConfig ? false, class ? null, description ? null, everywhere ? false }: mkOptionType {
    name = "submodule";
    check = isModule;
    emptyValue.value = { };
    merge = loc: defs: (evaluate {
      inherit specialArgs class everywhere loc;
      modules = modules ++ map (value:
        if shorthandOnlyDefinesConfig && !(builtins.__isUnknown value) && isAttrs value && !(sure (value ? __stranger)) then { config = value; } else value)
        (valuesOf defs);
    }).config;
    getSubOptions = prefix: (evaluate { inherit specialArgs class everywhere modules; loc = prefix; }).options;
    getSubModules = modules;
    substSubModules = modules: submoduleWith (given // { inherit modules; });
    nestedTypes = { };
    __extend = module: submoduleWith (given // { modules = modules ++ [ module ]; });
    __join = other: submoduleWith (given // {
      modules = modules ++ other.__modules;
      specialArgs = specialArgs // other.__specialArgs;
      shorthandOnlyDefinesConfig = shorthandOnlyDefinesConfig || other.__shorthand;
    });
    __modules = modules;
    __specialArgs = specialArgs;
    __shorthand = shorthandOnlyDefinesConfig;
  };
  evaluate = { modules, specialArgs, class, everywhere ? false, loc }:
    ownModules.evaluate { inherit everywhere; fallback.name = last loc; } { inherit modules specialArgs class; prefix = loc; };
  ownModules = modules;
  deferredModuleWith = { staticModules ? [ ] }: mkOptionType {
    name = "deferredModule";
    check = isModule;
    emptyValue.value = { imports = staticModules; };
    merge = loc: defs: { imports = staticModules ++ valuesOf defs; };
    getSubOptions = prefix: (evaluate { modules = staticModules; specialArgs = { }; class = null; loc = prefix; }).options;
    getSubModules = staticModules;
    substSubModules = staticModules: deferredModuleWith { inherit staticModules; };
    __extend = module: deferredModuleWith { staticModules = staticModules ++ [ module ]; };
    __join = other: deferredModuleWith { staticModules = staticModules ++ other.getSubModules; };
  };

  # ---- types of types ----------------------------------------------------------------------------------

  wraps = name: rebuild: elemType: mkOptionType {
    inherit name;
    nestedTypes.elemType = elemType;
    inherit (elemType) check getSubOptions getSubModules emptyValue merge;
    __rebuild = rebuild;
  };
  nullOr = elemType: wraps "nullOr" nullOr elemType // {
    check = value: value == null || elemType.check value;
    emptyValue.value = null;
    __single = isSingle elemType;
    merge = loc: defs:
      let first = (head defs).value; in
      if !(builtins.__isUnknown first) && first == null then null else elemType.merge loc defs;
  };
  unique = { message ? "", ... }: elemType: wraps "unique" (unique { inherit message; }) elemType // { __single = true; };
  either = a: b: mkOptionType {
    name = "either";
    check = value: a.check value || b.check value;
    nestedTypes = { left = a; right = b; };
    __single = isSingle a && isSingle b;
    getSubOptions = prefix: { };
    # What cannot be told apart is passed on.
    merge = loc: defs:
      let
        values = valuesOf defs;
        fits = type: let answer = all type.check values; in if builtins.__isUnknown answer then false else answer;
      in
      if any builtins.__isUnknown values then (if length values == 1 then head values else builtins.__one values)
      else if fits a then a.merge loc defs
      else if fits b then b.merge loc defs
      else oneOf loc defs;
  };
  functionTo = elemType: mkOptionType {
    name = "functionTo";
    check = isFunction;
    merge = loc: defs:
      let values = valuesOf defs; in
      if length values == 1 && isSingle elemType then head values
      else argument: mergeValues elemType (loc ++ [ "<function body>" ]) (map (f: f argument) values);
    getSubOptions = prefix: elemType.getSubOptions (prefix ++ [ "<function body>" ]);
    getSubModules = elemType.getSubModules;
    nestedTypes.elemType = elemType;
    __rebuild = functionTo;
  };
  coercedTo = from: coerce: to: mkOptionType {
    name = "coercedTo";
    check = value: from.check value || to.check value;
    inherit (to) emptyValue getSubOptions getSubModules;
    merge = loc: defs: to.merge loc (map (def: def // {
      value =
        let fits = from.check def.value; in
        if builtins.__isUnknown fits then def.value
        else if fits then coerce def.value else def.value;
    }) defs);
    nestedTypes = { coercedType = from; finalType = to; };
  };
  attrTag = tags: mkOptionType {
    name = "attrTag";
    check = isAttrs;
    merge = loc: defs: mapAttrs (name: values: mergeValues (tags.${name}.type or unspecified) (loc ++ [ name ]) values)
      (builtins.__definitions (valuesOf defs));
  };

  # `anything`: sets are united, in depth. Of other values, `several` definitions are merged.
  inDepth = several:
    let
      self = mkOptionType {
        name = "anything";
        merge = loc: defs:
          let values = valuesOf defs; in
          if all builtins.__isPlain values then
            mapAttrs (name: values: mergeValues self (loc ++ [ name ]) values) (builtins.__definitions values)
          else if length values == 1 then head values
          else if all isFunction values then (argument: mergeValues self loc (map (f: f argument) values))
          else several values;
      };
    in
    self;
  anything = inDepth builtins.__one;
  # What no option declares.
  undeclared = inDepth (values: if all isList values then concatLists values else builtins.__one values);
  # As `raw`, where several definitions may be due to an option that is not known.
  rawOrMerged = mkOptionType {
    name = "raw";
    merge = loc: defs: if length defs == 1 then (head defs).value else undeclared.merge loc defs;
  };

  unspecified = mkOptionType { name = "unspecified"; };
  joinedText = separator: mkOptionType {
    name = "separatedString";
    check = isString;
    merge = loc: defs: concatStringsSep separator (valuesOf defs);
  };
  int = single "int" isInt;
  positive = single "positiveInt" (value: isInt value && value > 0);
  unsigned = single "unsignedInt" (value: isInt value && value >= 0);
  between = low: high: single "intBetween" (value: isInt value && value >= low && value <= high);
  isStringLike = value: isString value || isPath value || (isAttrs value && value ? outPath);
  package = single "package" (value: builtins.__isUnknown value || (isAttrs value && value ? outPath) || isPath value);
  numberIn = low: high: single "numberBetween" (value: (isInt value || isFloat value) && value >= low && value <= high);

  all' = {
    inherit anything attrsWith attrTag coercedTo deferredModuleWith either functionTo int listOf nullOr package
      submoduleWith unique unspecified;
    attrsOf = elemType: attrsWith { inherit elemType; };
    lazyAttrsOf = elemType: attrsWith { inherit elemType; lazy = true; };
    loaOf = elemType: attrsWith { inherit elemType; };
    nonEmptyListOf = elemType: listOf elemType // { emptyValue = { }; };
    submodule = given: submoduleWith {
      shorthandOnlyDefinesConfig = true;
      modules = if isList given then given else [ given ];
    };
    deferredModule = deferredModuleWith { };
    oneOf = kinds: foldl' either (head kinds) (tail kinds);
    uniq = unique { };
    raw = single "raw" (value: true);
    optionType = mkOptionType { name = "optionType"; check = value: value._type or null == "option-type"; merge = loc: defs: foldl' joined (head defs).value (valuesOf (tail defs)); };
    attrs = mkOptionType {
      name = "attrs";
      check = isAttrs;
      emptyValue.value = { };
      merge = loc: defs: foldl' (a: b: a // b) { } (valuesOf defs);
    };
    enum = values: single "enum" (value: elem value values) // { functor = defaultFunctor "enum" // { payload = { inherit values; }; }; };
    bool = single "bool" isBool;
    boolByOr = mkOptionType { name = "boolByOr"; check = isBool; merge = loc: defs: any (value: value) (valuesOf defs); };
    float = single "float" isFloat;
    number = single "number" (value: isInt value || isFloat value);
    numbers = { between = numberIn; nonnegative = single "number" (n: (isInt n || isFloat n) && n >= 0); positive = single "number" (n: (isInt n || isFloat n) && n > 0); };
    ints = {
      inherit between positive unsigned;
      u8 = between 0 255; u16 = between 0 65535; u32 = between 0 4294967295;
      s8 = between (0 - 128) 127; s16 = between (0 - 32768) 32767; s32 = between (0 - 2147483648) 2147483647;
    };
    port = between 0 65535;
    str = single "str" isString;
    string = single "str" isString;
    nonEmptyStr = single "nonEmptyStr" (value: isString value && value != "");
    singleLineStr = single "singleLineStr" isString;
    passwdEntry = type: type;
    strMatching = pattern: single "strMatching" (value: isString value && match pattern value != null);
    lines = joinedText "\n";
    commas = joinedText ",";
    envVar = joinedText ":";
    separatedString = joinedText;
    path = single "path" (value: isPath value || (isString value && match "/.*" value != null) || (isAttrs value && value ? outPath));
    pathWith = arguments: all'.path;
    externalPath = all'.path;
    pathInStore = single "pathInStore" isStringLike;
    fileset = single "fileset" (value: isPath value || isAttrs value);
    shellPackage = package;
    pkgs = single "pkgs" isAttrs;
    luaInline = single "luaInline" isAttrs;
    nestedAttrs = anything;
    addCheck = elemType: check: elemType // { check = value: elemType.check value && check value; };
    inherit mkOptionType defaultFunctor;
    isType = tag: value: (value._type or "") == tag;
    isOptionType = value: (value._type or "") == "option-type";
  };

  # ---- joining -----------------------------------------------------------------------------------------

  # Two declarations of one option. Real Nix fails where they do not fit.
  joined = a: b:
    let
      elements = joined a.nestedTypes.elemType b.nestedTypes.elemType;
      # A type that says itself how it is joined.
      says = kind: kind.functor.payload or null != null && isFunction (kind.functor.type or null);
      payload = a.functor.binOp a.functor.payload b.functor.payload;
    in
    if builtins.__isUnknown a || builtins.__isUnknown b then a
    else if a ? __join && b ? __join && a.name == b.name then a.__join b
    else if a ? __rebuild && b ? __rebuild && a.name == b.name then a.__rebuild elements
    else if a.name == "unspecified" then b
    else if a.name == b.name && says a && says b then (if payload == null then a else a.functor.type payload)
    else if a.name == "enum" && b.name == "enum" then all'.enum (a.functor.payload.values ++ b.functor.payload.values)
    else a;
  # An option below an option: a further module of its type.
  extended = type: module:
    if builtins.__isUnknown type then type
    else if type ? __extend then type.__extend module
    else if type ? __rebuild then type.__rebuild (extended type.nestedTypes.elemType module)
    else all'.submodule module;
in
builtins.__open "a type" all' // {
  inherit extended isPerName joined mergeDefaultOption mergeOneOption mergeValues perName rawOrMerged undeclared;
  mergeEqualOption = oneOf;
  mergeUniqueOption = arguments: oneOf;
}
