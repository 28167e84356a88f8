# The module system of nixpkgs.lib, after its manual: `evalModules`, and what makes options and definitions. A module
# without a model is a *stranger*: it may declare further options and define those that it can know. Which those are
# depends on whose options they are: a framework marks what modules of other projects define as `__shared`; in an
# evaluation of the workspace's own (`everywhere`), it is all that hold names.
{ lib, ... }:
let
  inherit (builtins)
    all attrNames catAttrs concatLists concatMap elem filter foldl' functionArgs genList head isAttrs isFunction isList
    isPath isString length listToAttrs map mapAttrs removeAttrs zipAttrsWith;
  inherit (lib) attrByPath last reverseList setAttrByPath toList;
  types = builtins.__model "model:types" { inherit lib; modules = own; };
  isOption = value: let tag = value._type or null; in builtins.__isUnknown tag || tag == "option";
  # An attribute that is surely there, else the default.
  sure = name: default: set: let value = set.${name} or default; in if builtins.__isUnknown value then default else value;

  # ---- modules -----------------------------------------------------------------------------------------

  structure = [ "_class" "_file" "key" "disabledModules" "require" "imports" "options" "config" "freeformType" ];
  unknownModule = key: stranger: { inherit key stranger; everywhere = false; config = { }; options = { }; free = null; disabled = [ ]; children = [ ]; };

  # A module as a record: what it declares and defines, and the modules that it imports.
  recordOf = apply:
    let
      record = parent: index: module:
        if builtins.__isUnknown module then unknownModule "${parent}:${toString index}" module
        else if isPath module || isString module then fromValue (toString module) (import module)
        else if builtins.__isPlain module && module ? __stranger then unknownModule "${parent}:${toString index}" module.__stranger // { everywhere = true; }
        else if isList module then fromValue "${parent}:${toString index}" { imports = module; }
        else fromValue "${parent}:${toString index}" module;
      fromValue = place: value:
        let
          module = if isFunction value || value ? __functor then apply value else value;
          key = sure "key" place module;
          imports = module.imports or module.require or [ ];
          children = builtins.__closed imports;
          structured = module ? config || module ? options;
          openness = builtins.__opennessOf module;
        in
        if builtins.__isUnknown module then unknownModule place module
        else {
          inherit key;
          stranger = if builtins.__isUnknown openness then openness else builtins.__opennessOf imports;
          children = if builtins.__isUnknown imports then [ ] else genList (n: record key n (builtins.elemAt children n)) (length children);
          config = if !(builtins.__isUnknown structured) && structured then module.config or { } else removeAttrs module structure;
          options = sure "options" { } module;
          free = sure "freeformType" null module;
          disabled = sure "disabledModules" [ ] module;
        };
    in
    record;

  # All modules, each once, those that are imported first.
  collect = apply: modules:
    let
      record = recordOf apply;
      known = builtins.__closed modules;
      start = builtins.__widen (builtins.__opennessOf modules) (genList (n: record "" n (builtins.elemAt known n)) (length known));
      found = builtins.__closure (record: record.children) start;
      disabled = map (module: if isAttrs module then module.key or "" else toString module)
        (concatMap (record: record.disabled) (builtins.__closed found));
      enabled = list: filter (record: !(elem record.key disabled)) list;
      records = if disabled == [ ] then found else builtins.__closure (record: enabled record.children) (enabled start);
    in
    builtins.__widen (builtins.__opennessOf records) (reverseList (builtins.__closed records));

  # ---- options -----------------------------------------------------------------------------------------

  # Declarations by name: an option, or a set of further ones. Options below an option extend its type.
  declare = loc: sets: zipAttrsWith (name: found:
    let
      here = loc ++ [ name ];
      options = filter isOption found;
    in
    if options == [ ] then { branch = declare here found; }
    else if length found == 1 then { option = head options // { loc = here; }; }
    else {
      option = foldl' joinOptions (head options) (builtins.tail options ++ map (options: { below = options; }) (filter (o: !(isOption o)) found))
        // { loc = here; };
    }) sets;
  joinOptions = a: b:
    if b ? below then a // { type = types.extended (a.type or types.unspecified) { options = b.below; }; }
    else a // b // (
      if a ? type && b ? type then { type = types.joined a.type b.type; }
      else { });

  # What definitions of an option give. One whose presence is not known unites both cases.
  mergeValues = type: loc: values:
    let found = builtins.__discharge values; in
    if found.maybe then mergeCounting type loc found.all else mergeCounting type loc found.sure;
  mergeCounting = type: loc: values:
    if values == [ ] then type.emptyValue.value or (throw "an option is used that nothing defines")
    else type.merge loc (map (value: { inherit value; file = "a module"; }) values);

  # ---- evaluation --------------------------------------------------------------------------------------

  # `fallback` are arguments that `_module.args` may override.
  evaluate = { fallback ? { }, everywhere ? false }: given@{ modules, specialArgs ? { }, prefix ? [ ], class ? null, args ? { }, check ? true }:
    let
      base = { inherit lib options specialArgs; config = full; } // specialArgs;
      always = attrNames (builtins.__closed base);
      apply = f:
        let wanted = removeAttrs (functionArgs f) always; in
        if wanted == { } then f base
        else f (base // mapAttrs (name: optional: base.${name} or arguments.${name} or (missing name)) wanted);
      missing = name: if builtins.__isUnknown stranger then stranger else throw "no module sets the argument `${name}`";
      collected = collect apply modules;
      records = builtins.__closed collected;
      strangers = filter (record: builtins.__isUnknown record.stranger) records;
      reaching = everywhere || builtins.any (record: record.everywhere or false) strangers;
      stranger = if strangers == [ ] then builtins.__opennessOf collected else (head strangers).stranger;

      definitions = map (record: record.config) records;
      byName = builtins.__definitions definitions;
      internal = builtins.__closed (builtins.__definitions ((builtins.__closed byName)._module or [ ]));
      arguments = builtins.__widen stranger ({ _class = class; _prefix = prefix; } // fallback // args // { inherit extendModules; moduleType = type; }
        // mapAttrs (name: values: builtins.__one values)
        (builtins.__definitions (internal.args or [ ])));
      free =
        let declared = filter (type: type != null) (map (record: record.free) records); in
        if declared != [ ] then foldl' types.joined (head declared) (builtins.tail declared)
        else if internal ? freeformType then builtins.__one internal.freeformType
        else null;

      tree = removeAttrs (declare prefix (filter (set: set != { }) (map (record: record.options) records))) [ "_module" ];
      level = free: tree: byName:
        let
          perName = free == null || types.isPerName free;
          loose = removeAttrs byName (attrNames tree);
          value = builtins.__configure valueOf (if free == null then undeclared else types.perName free prefix) tree
            (if perName then byName else builtins.intersectAttrs tree byName);
        in
        builtins.__widen stranger (
          if perName || attrNames (builtins.__closed loose) == [ ] then value
          else free.merge prefix [ { value = mapAttrs (name: mkMerge) loose; file = "a module"; } ] // value);
      valueOf = node: values:
        if node ? option then optionValue node.option values
        else level null node.branch (builtins.__definitions values);
      # Nothing declares it: an option of a stranger, or an error.
      undeclared = name: values:
        if builtins.__isUnknown stranger then opened (mergeValues types.undeclared [ name ] values)
        else mergeValues types.undeclared [ name ] values;
      opened = value:
        if builtins.__isPlain value then builtins.__widen stranger (mapAttrs (name: opened) value) else value;
      optionValue = option: values:
        let
          type = option.type or types.unspecified;
          definitions = allDefinitions option values;
          merged =
            if definitions == [ ] && builtins.__isUnknown stranger && !((type.emptyValue or { }) ? value) then stranger
            else mergeValues type option.loc definitions;
        in
        if option ? apply then option.apply merged else merged;
      allDefinitions = option: values:
        values
        ++ (if option ? default then [ (mkOptionDefault option.default) ] else [ ])
        ++ (if builtins.__isUnknown stranger && (option.__shared or false || reaching && holdsNames option) then strangersOwn option else [ ]);
      holdsNames = option: elem (option.type.name or "") [ "attrsOf" "lazyAttrsOf" "submodule" "deferredModule" ];
      strangersOwn = option: [ {
        _type = "stranger";
        content = if reaching && elem option.type.name [ "submodule" "deferredModule" ] then { __stranger = stranger; } else stranger;
      } ];

      config = level free tree (removeAttrs byName [ "_module" ]);
      full = config // { _module = { args = arguments; inherit check specialArgs; freeformType = free; }; };
      options = describe tree (removeAttrs byName [ "_module" ]);
      # `options.x`, with what is known of it.
      describe = tree: byName: builtins.__widen stranger (mapAttrs (name: node:
        let values = (builtins.__closed byName).${name} or [ ]; in
        if node ? branch then describe node.branch (builtins.__definitions values)
        else node.option // rec {
          _type = "option";
          value = optionValue node.option values;
          isDefined = definitions != [ ];
          definitions = dischargeAll __definitions;
          __definitions = allDefinitions node.option values;
          definitionsWithLocations = map (value: { inherit value; file = "a module"; }) definitions;
          files = [ ];
          declarations = [ ];
          highestPrio = builtins.__unknown "the priority of an option";
          options = (node.option.type or types.unspecified).getSubOptions node.option.loc;
          type = node.option.type or types.unspecified;
          __toString = self: lib.concatStringsSep "." node.option.loc;
        }) tree);
      extendModules = more:
        evaluate { inherit everywhere fallback; } (given // {
          modules = modules ++ more.modules or [ ];
          specialArgs = specialArgs // more.specialArgs or { };
          prefix = more.prefix or prefix;
        });
      type = types.submoduleWith { inherit modules specialArgs class everywhere; };
    in
    {
      _type = "configuration";
      inherit config options extendModules type class;
      _module = full._module;
      graph = builtins.__unknown "the graph of modules";
    };
  dischargeAll = values: let found = builtins.__discharge values; in if found.maybe then found.all else found.sure;

  # ---- definitions -------------------------------------------------------------------------------------

  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkOptionDefault = mkOverride 1500;
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkOrder = priority: content: { _type = "order"; inherit priority content; };

  # ---- modules that pass on an option ------------------------------------------------------------------

  passOn = { from, to, use ? (x: x), ... }: { config, options, ... }: {
    options = setAttrByPath from (mkOption {
      type = types.unspecified;
      apply = x: use (attrByPath to (throw "a renamed option") config);
    });
    config = setAttrByPath to (mkMerge (definitionsOf from options));
  };
  definitionsOf = path: options: (attrByPath path { __definitions = [ ]; } options).__definitions;

  mkOption = attrs: attrs // { _type = "option"; };
  own = {
    inherit evaluate isOption mergeValues mkIf mkMerge mkOption mkOptionDefault mkOrder mkOverride types;
    evalModules = evaluate { everywhere = true; };
    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
    mkVMOverride = mkOverride 10;
    mkImageMediaOverride = mkOverride 60;
    mkForceOverride = mkOverride 50;
    defaultOverridePriority = 100;
    defaultOrderPriority = 1000;
    mkBefore = mkOrder 500;
    mkAfter = mkOrder 1500;
    mkAssert = condition: message: content: mkIf (if condition then true else throw message) content;
    mkFixStrictness = x: x;
    mkSinkUndeclaredOptions = attrs: mkOption (attrs // { apply = x: throw "an option that is not read"; });
    mkEnableOption = name: mkOption { default = false; type = types.bool; };
    mkPackageOption = pkgs: name: { nullable ? false, default ? name, ... }: mkOption ({
      type = if nullable then types.nullOr types.package else types.package;
    } // (if default == null && !nullable then { }
      else { default = if default == null then null else attrByPath (toList default) (throw "a package that is missing") pkgs; }));
    mkPackageOptionMD = own.mkPackageOption;

    setDefaultModuleLocation = file: module: { _file = file; imports = [ module ]; };
    importApply = path: arguments: own.setDefaultModuleLocation path (import path arguments);
    importJSON = path: { config = builtins.fromJSON (builtins.readFile path); };
    importTOML = path: { config = builtins.fromTOML (builtins.readFile path); };
    applyModuleArgsIfFunction = key: f: arguments: if isFunction f then f arguments else f;

    mkAliasOptionModule = from: to: passOn { inherit from to; };
    mkAliasOptionModuleMD = own.mkAliasOptionModule;
    mkRenamedOptionModule = from: to: passOn { inherit from to; };
    mkRenamedOptionModuleWith = { from, to, ... }: passOn { inherit from to; };
    doRename = passOn;
    mkRemovedOptionModule = path: message: { ... }: {
      options = setAttrByPath path (mkOption { type = types.unspecified; apply = x: throw "an option that was removed"; });
    };
    mkMergedOptionModule = from: to: merge: { config, options, ... }: {
      options = foldl' lib.recursiveUpdate { }
        (map (path: setAttrByPath path (mkOption { type = types.anything; default = "_mkMergedOptionModule"; })) from);
      config = setAttrByPath to (mkIf (lib.any (path: attrByPath path null config != "_mkMergedOptionModule") from) (merge config));
    };
    mkChangedOptionModule = from: to: change: own.mkMergedOptionModule [ from ] to change;
    mkAliasDefinitions = own.mkAliasAndWrapDefinitions (x: x);
    mkAliasAndWrapDefinitions = wrap: option: wrap (mkMerge option.definitions);
    mkAliasAndWrapDefsWithPriority = wrap: option: wrap (mkMerge option.__definitions);
    mkDerivedConfig = option: f: mkMerge (map f option.definitions);

    mergeDefinitions = loc: type: defs: {
      mergedValue = mergeValues type loc (catAttrs "value" defs);
      isDefined = length (builtins.__discharge (catAttrs "value" defs)).all > 0;
    };
    dischargeProperties = value: dischargeAll [ value ];
  };

  options = {
    inherit (own) mkEnableOption mkOption mkPackageOption mkPackageOptionMD mkSinkUndeclaredOptions;
    inherit isOption;
    inherit (types) defaultFunctor isOptionType mkOptionType;
    inherit (types) mergeDefaultOption mergeEqualOption mergeOneOption mergeUniqueOption;
    isType = tag: value: (value._type or "") == tag;
    setType = tag: value: value // { _type = tag; };
    getValues = map (x: x.value);
    getFiles = map (x: x.file);
    showOption = lib.concatStringsSep ".";
    showFiles = files: "";
    showDefs = defs: "";
    scrubOptionValue = x: x;
    literalExpression = text: { _type = "literalExpression"; inherit text; };
    literalExample = options.literalExpression;
    literalMD = text: { _type = "literalMD"; inherit text; };
    literalDocBook = text: text;
    mdDoc = text: text;
    unknownModule = "<unknown-file>";
    optionAttrSetToDocList = options: builtins.__unknown "the documentation of options";
    optionAttrSetToDocList' = prefix: options: builtins.__unknown "the documentation of options";
    renderOptionValue = value: builtins.__unknown "the documentation of an option";
  };
in
{
  inherit types options;
  modules = own;
  # What is in `lib` itself.
  flat = removeAttrs own [ "evaluate" "mergeValues" "mkForceOverride" "defaultOrderPriority" "types" "importJSON" "importTOML" "importApply" ]
    // removeAttrs options [ "renderOptionValue" ];
}
