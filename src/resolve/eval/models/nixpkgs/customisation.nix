# nixpkgs.lib.customisation, derivations and meta.
{ lib }:
let
  inherit (builtins)
    all any functionArgs head intersectAttrs isAttrs isFunction isString listToAttrs map mapAttrs parseDrvName removeAttrs;
  inherit (lib.fixedPoints) extends;

  # What can be overridden, where it is a set or a function; anything else stays what it is.
  makeOverridable = f: arguments:
    let
      result = f arguments;
      override = lib.setFunctionArgs
        (more: makeOverridable f (arguments // (if lib.isFunction more then more arguments else more)))
        (if builtins.__isUnknown f then { } else lib.functionArgs f);
    in
    if builtins.__isUnknown result then result
    else if isAttrs result then
      result // {
        inherit override;
        overrideDerivation = more: builtins.__unknown "an overridden package";
      } // (if result ? overrideAttrs then { overrideAttrs = more: makeOverridable (given: (f given).overrideAttrs more) arguments; } else { })
    else if isFunction result then lib.setFunctionArgs result (functionArgs result) // { inherit override; }
    else result;
  functionOf = f: if lib.isFunction f then f else import f;
  # A function of the workspace is called; what it takes from the scope is mostly a package, hence unknown.
  called = scope: f: arguments: intersectAttrs (lib.functionArgs f) scope // arguments;
  callPackageWith = scope: given: arguments:
    let f = functionOf given; in
    if builtins.__isUnknown f then f else makeOverridable f (called scope f arguments);
  callPackagesWith = scope: given: arguments:
    let f = functionOf given; in
    if builtins.__isUnknown f then f else f (called scope f arguments);
  makeScope = newScope: f:
    let
      self = { callPackage = self.newScope { }; } // f self // {
        newScope = scope: newScope (self // scope);
        overrideScope = overlay: makeScope newScope (extends overlay f);
        packages = f;
      };
    in
    self;
  spliced = { splicePackages, newScope }: { otherSplices, keep ? (self: { }), extra ? (spliced: { }), f }:
    let
      scope = extra self // self // keep self;
      self = f self // {
        newScope = more: newScope (scope // more);
        callPackage = newScope scope;
        overrideScope = overlay: spliced { inherit splicePackages newScope; } {
          inherit otherSplices keep extra;
          f = extends overlay f;
        };
        packages = f;
      };
    in
    self;
  indices = f: set: mapAttrs (name: value: f value) set;

  addMetaAttrs = meta: package:
    if builtins.__isUnknown package then package else package // { meta = (package.meta or { }) // meta; };
  setPrio = priority: addMetaAttrs { inherit priority; };
  overPackages = f: mapAttrs (name: package: if lib.isDerivation package then f package else package);
  platformMatch = platform: elem:
    if isString elem then platform ? system && elem == platform.system
    else lib.matchAttrs (if elem ? parsed then elem else { parsed = elem; }) platform;
  getExe' = package: program: "${lib.getBin package}/bin/${program}";
in
{
  customisation = {
    inherit callPackageWith callPackagesWith makeScope;
    makeOverridable = f:
      if builtins.__isUnknown f then f else lib.setFunctionArgs (makeOverridable f) (lib.functionArgs f);
    overrideDerivation = package: f: builtins.__unknown "an overridden package";
    extendDerivation = condition: passthru: package: package // passthru;
    hydraJob = job: job;
    makeScopeWithSplicing' = spliced;
    makeScopeWithSplicing = splicePackages: newScope: otherSplices: keep: extra: f:
      spliced { inherit splicePackages newScope; } { inherit otherSplices keep extra f; };
    extendMkDerivation =
      { constructDrv, excludeDrvArgNames ? [ ], excludeFunctionArgNames ? [ ], extendDrvArgs, inheritFunctionArgs ? true
      , transformDrv ? (x: x) }:
      lib.setFunctionArgs
        (given: transformDrv (constructDrv (final:
          let previous = if lib.isFunction given then given final else given; in
          removeAttrs previous excludeDrvArgNames // extendDrvArgs final previous)))
        (removeAttrs (lib.functionArgs (extendDrvArgs { })) excludeFunctionArgNames)
      // { inherit constructDrv excludeDrvArgNames extendDrvArgs transformDrv; };
    renameCrossIndexFrom = prefix: x: {
      buildBuild = x."${prefix}BuildBuild"; buildHost = x."${prefix}BuildHost"; buildTarget = x."${prefix}BuildTarget";
      hostHost = x."${prefix}HostHost"; hostTarget = x."${prefix}HostTarget"; targetTarget = x."${prefix}TargetTarget";
    };
    renameCrossIndexTo = prefix: x: {
      "${prefix}BuildBuild" = x.buildBuild; "${prefix}BuildHost" = x.buildHost; "${prefix}BuildTarget" = x.buildTarget;
      "${prefix}HostHost" = x.hostHost; "${prefix}HostTarget" = x.hostTarget; "${prefix}TargetTarget" = x.targetTarget;
    };
    mapCrossIndex = indices;
  };
  derivations = {
    inherit (builtins) addDrvOutputDependencies unsafeDiscardOutputDependency;
    lazyDerivation = { derivation, meta ? null, passthru ? { }, outputs ? [ "out" ] }:
      {
        type = "derivation";
        inherit (derivation) outPath outputName drvPath name system;
        inherit outputs;
        meta = if meta == null then derivation.meta else meta;
      } // lib.genAttrs outputs (output: derivation.${output}) // passthru;
    optionalDrvAttr = condition: value: if condition then value else null;
    warnOnInstantiate = message: package: package;
  };
  meta = {
    inherit addMetaAttrs getExe' platformMatch setPrio;
    dontDistribute = addMetaAttrs { hydraPlatforms = [ ]; };
    setName = name: package: package // { inherit name; };
    updateName = f: package: package // { name = f package.name; };
    appendToName = suffix: package:
      package // { name = let parts = parseDrvName package.name; in "${parts.name}-${suffix}-${parts.version}"; };
    mapDerivationAttrset = overPackages;
    defaultPriority = 5;
    lowPrio = setPrio 10;
    lowPrioSet = overPackages (setPrio 10);
    hiPrio = setPrio (-10);
    hiPrioSet = overPackages (setPrio (-10));
    availableOn = platform: package:
      (!(package ? meta.platforms) || any (platformMatch platform) package.meta.platforms)
      && (!(package ? meta.badPlatforms) || !(any (platformMatch platform) package.meta.badPlatforms));
    licensesSpdx = builtins.__open "a licence" { };
    getLicenseFromSpdxId = id: builtins.__unknown "a licence";
    getLicenseFromSpdxIdOr = id: default: builtins.__unknown "a licence";
    getExe = package: getExe' package (package.meta.mainProgram or (lib.getName package));
    cpeFullVersionWithVendor = vendor: version: { inherit vendor version; update = "*"; };
  };
}
