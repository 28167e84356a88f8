# nixpkgs.lib: the functions that flakes use on names. What is not here is unknown, and says so. The names are those of
# nixpkgs.lib of June 2026; other versions have a few more or fewer, so the set is open.
{ modified ? null, ... }:
let
  part = name: builtins.__open "a function of nixpkgs.lib.${name} that is not modelled";
  unmodelled = builtins.__open "a function of nixpkgs.lib that is not modelled" { };

  # Names of the module system that have no model of their own.
  moduleNames = {
    inherit (unmodelled)
        unifyModuleSyntax applyModuleArgsIfFunction mergeModules mergeModules' mergeOptionDecls mergeDefinitions
        pushDownProperties dischargeProperties filterOverrides sortProperties fixupOptionType mkDefinition
        mkFixStrictness mkAliasDefinitions mkAliasAndWrapDefinitions fixMergeModules mkRenamedOptionModuleWith
        mkMergedOptionModule mkChangedOptionModule mkDerivedConfig doRename mkAliasOptionModuleMD isOption
        mkSinkUndeclaredOptions mergeDefaultOption mergeOneOption mergeEqualOption mergeUniqueOption getValues
        getFiles optionAttrSetToDocList optionAttrSetToDocList' scrubOptionValue literalExpression showOption
        showOptionWithDefLocs showFiles unknownModule literalMD isType setType defaultTypeMerge defaultFunctor
        isOptionType mkOptionType evalOptionValue;
  };

  base = lib:
    let
      basics = import ./nixpkgs/trivial.nix { inherit lib; };
      text = import ./nixpkgs/strings.nix { inherit lib; };
      packaging = import ./nixpkgs/customisation.nix { inherit lib; };
      files = import ./nixpkgs/filesystem.nix { inherit lib; };
      platforms = import ./nixpkgs/systems.nix { inherit lib modified; };
      other = import ./nixpkgs/misc.nix { inherit lib; };
      trivial = part "trivial" basics.trivial;
      fixedPoints = part "fixedPoints" basics.fixedPoints;
      asserts = part "asserts" basics.asserts;
      debug = part "debug" basics.debug;
      versions = part "versions" basics.versions;
      misc = part "misc" basics.deprecated;
      lists = part "lists" (import ./nixpkgs/lists.nix { inherit lib; });
      attrsets = part "attrsets" (import ./nixpkgs/attrsets.nix { inherit lib; });
      strings = part "strings" text.strings;
      stringsWithDeps = part "stringsWithDeps" text.stringsWithDeps;
      customisation = part "customisation" packaging.customisation;
      derivations = part "derivations" packaging.derivations;
      meta = part "meta" packaging.meta;
      filesystem = part "filesystem" files.filesystem;
      path = part "path" files.path;
      sources = part "sources" files.sources;
      fileset = part "fileset" files.fileset;
      systems = part "systems" platforms.systems;
      # The module system has files of its own.
      system = builtins.__model "model:modules" { inherit lib; };
      inherit (system) types;
      options = part "options" system.options;
      inherit (other) cli fetchers flakes generators gvariant kernel network;
    in
    moduleNames // system.flat // {
    inherit
      asserts attrsets cli customisation debug derivations fetchers fileset filesystem fixedPoints flakes generators gvariant
      kernel lists meta misc network options path sources strings stringsWithDeps systems trivial types versions;
    modules = part "modules" (moduleNames // system.modules);
    platforms = systems.doubles;
    licenses = builtins.__open "a licence" { };
    maintainers = builtins.__open "a maintainer" { };
    teams = builtins.__open "a team" { };
    sourceTypes = builtins.__open "a kind of source" { };
    inherit (network.ipv6) mkEUI64Suffix;
    # Names that older versions have.
    inherit (attrsets) cartesianProductOfSets;
    inherit (trivial)
      id const pipe concat "or" and mul div xor bitAnd bitOr bitXor bitNot boolToString boolToYesNo mergeAttrs flip
      defaultTo mapNullable inNixShell isFloat min max importJSON importTOML warn warnIf warnIfNot throwIf throwIfNot
      checkListOfEnum info showWarnings nixpkgsVersion version isInOldestRelease oldestSupportedReleaseIsAtLeast mod
      compare splitByAndCompare seq deepSeq lessThan add sub functionArgs setFunctionArgs isFunction toFunction
      mirrorFunctionArgs fromHexString toHexString toBaseDigits inPureEvalMode isBool isInt pathExists genericClosure
      readFile ceil floor;
    inherit (fixedPoints)
      fix fix' converge extends composeExtensions composeManyExtensions makeExtensible makeExtensibleWithCustomName
      toExtension;
    inherit (attrsets)
      attrByPath hasAttrByPath setAttrByPath getAttrFromPath attrVals attrNames attrValues getAttrs catAttrs
      filterAttrs filterAttrsRecursive foldlAttrs foldAttrs collect nameValuePair mapAttrs mapAttrs' mapAttrsToList
      attrsToList concatMapAttrs mapAttrsRecursive mapAttrsRecursiveCond mapAttrsToListRecursive
      mapAttrsToListRecursiveCond genAttrs genAttrs' isDerivation toDerivation optionalAttrs zipAttrsWithNames
      zipAttrsWith zipAttrs recursiveUpdateUntil recursiveUpdate matchAttrs mergeAttrsList overrideExisting
      showAttrPath getOutput getFirstOutput getBin getLib getStatic getDev getInclude getMan chooseDevOutputs
      recurseIntoAttrs dontRecurseIntoAttrs cartesianProduct mapCartesianProduct updateManyAttrsByPath listToAttrs
      hasAttr getAttr isAttrs intersectAttrs removeAttrs;
    inherit (lists)
      singleton forEach map foldr fold foldl foldl' imap0 imap1 filter ifilter0 concatMap flatten remove findSingle
      findFirst any all count optional optionals toList range replicate partition zipListsWith zipLists reverseList
      listDfs toposort sort sortOn naturalSort compareLists take takeEnd drop dropEnd sublist last init crossLists
      unique uniqueStrings allUnique intersectLists subtractLists mutuallyExclusive groupBy groupBy' concatLists
      genList length head tail elem elemAt isList concatAttrValues replaceElemAt;
    inherit (strings)
      concatStrings concatMapStrings concatImapStrings stringLength substring isString replaceString replaceStrings
      intersperse concatStringsSep concatMapStringsSep concatMapAttrsStringSep concatImapStringsSep concatLines
      makeSearchPath makeSearchPathOutput makeLibraryPath makeIncludePath makeBinPath optionalString hasInfix
      hasPrefix hasSuffix join stringToCharacters stringAsChars escape escapeShellArg escapeShellArgs isStorePath
      isStringLike isValidPosixName toShellVar toShellVars trim trimWith escapeRegex escapeURL escapeXML lowerChars
      upperChars toLower toUpper toCamelCase toSentenceCase typeOf addContextFrom splitString splitStringBy
      removePrefix removeSuffix versionOlder versionAtLeast getName getVersion match split cmakeOptionType cmakeBool
      cmakeFeature mesonOption mesonBool mesonEnable nameFromURL enableFeature enableFeatureAs withFeature
      withFeatureAs fixedWidthString fixedWidthNumber toInt toIntBase10 fileContents appendContext
      unsafeDiscardStringContext;
    inherit (stringsWithDeps)
      textClosureList textClosureMap noDepEntry fullDepEntry packEntry stringAfter;
    inherit (customisation)
      overrideDerivation makeOverridable callPackageWith callPackagesWith extendDerivation hydraJob makeScope
      makeScopeWithSplicing makeScopeWithSplicing' extendMkDerivation renameCrossIndexFrom renameCrossIndexTo
      mapCrossIndex;
    inherit (derivations)
      lazyDerivation optionalDrvAttr warnOnInstantiate addDrvOutputDependencies unsafeDiscardOutputDependency;
    inherit (generators)
      mkLuaInline;
    inherit (meta)
      addMetaAttrs dontDistribute setName updateName appendToName mapDerivationAttrset setPrio lowPrio lowPrioSet
      hiPrio hiPrioSet licensesSpdx getLicenseFromSpdxId getLicenseFromSpdxIdOr getExe getExe';
    inherit (filesystem)
      pathType pathIsDirectory pathIsRegularFile baseNameOf dirOf isPath packagesFromDirectoryRecursive hashFile
      readDir readFileType;
    inherit (sources)
      cleanSourceFilter cleanSource sourceByRegex sourceFilesBySuffices commitIdFromGitRepo cleanSourceWith
      pathHasContext canCleanSource pathIsGitRepo revOrTag repoRevToName filterSource;
    inherit (asserts)
      assertMsg assertOneOf;
    inherit (debug)
      trace traceIf traceVal traceValFn traceSeq traceSeqN traceValSeq traceValSeqFn traceValSeqN traceValSeqNFn
      traceFnSeqN addErrorContext unsafeGetAttrPos runTests testAllTrue;
    inherit (misc)
      maybeEnv defaultMergeArg defaultMerge foldArgs maybeAttrNullable maybeAttr ifEnable checkFlag getValue checkReqs
      uniqList uniqListExt condConcat lazyGenericClosure innerModifySumArgs modifySumArgs innerClosePropagation
      closePropagation nvs setAttr setAttrMerge mergeAttrsWithFunc mergeAttrsConcatenateValues mergeAttrsNoOverride
      mergeAttrByFunc mergeAttrsByFuncDefaults mergeAttrsByFuncDefaultsClean mergeAttrBy fakeHash fakeSha256
      fakeSha512 nixType imap;
    inherit (versions)
      compareVersions splitVersion;
    inherit (flakes)
      parseFlakeRef flakeRefToString;
    inherit (builtins)
      getContext hasContext convertHash hashString parseDrvName placeholder fromJSON fromTOML toFile toJSON toString
      toXML tryEval;
  };

  # A user's own functions are seen by those that are there: `nixpkgs.lib.extend (final: previous: { … })`.
  extensible = f:
    let
      self = builtins.__open "a function of nixpkgs.lib that is not modelled" (f self // {
        extend = overlay: extensible (final: let previous = f final; in previous // overlay final previous // { __unfix__ = f; });
      });
    in
    self;
in
extensible base
