# nixpkgs.lib.generators, cli, fetchers, gvariant, kernel, network and flakes: what is written with them is text.
{ lib }:
let
  inherit (builtins)
    attrNames concatLists concatMap concatStringsSep isAttrs isBool isFloat isInt isList isString listToAttrs map match stringLength
    toJSON toString;
  open = what: builtins.__open what;

  valueString = value:
    if isInt value || isString value || lib.isDerivation value then toString value
    else if isBool value then lib.boolToString value
    else if value == null then "null"
    else if isFloat value then toString value
    else throw "a value that has no plain text";
  mkValueStringDefault = options: valueString;
  mkKeyValueDefault = { mkValueString ? valueString }: separator: key: value:
    "${lib.escape [ separator ] key}${separator}${mkValueString value}";
  toKeyValue = { mkKeyValue ? mkKeyValueDefault { } "=", listsAsDuplicateKeys ? false, indent ? "" }: set:
    let lines = key: value: map (one: "${indent}${mkKeyValue key one}\n")
      (if listsAsDuplicateKeys && isList value then value else [ value ]); in
    concatStringsSep "" (concatLists (lib.mapAttrsToList lines set));
  toINI = { mkSectionName ? lib.escape [ "[" "]" ], mkKeyValue ? mkKeyValueDefault { } "=", listsAsDuplicateKeys ? false }: set:
    concatStringsSep "\n" (lib.mapAttrsToList
      (name: section: "[${mkSectionName name}]\n" + toKeyValue { inherit mkKeyValue listsAsDuplicateKeys; } section) set);

  commandLine = format: set:
    let
      option = name: value:
        let as = format name; render = as.formatArg or valueString; in
        if value == null || (value == false && !(as.explicitBool or false)) then [ ]
        else if value == true && !(as.explicitBool or false) then [ as.option ]
        else if as.sep == null then [ as.option (render value) ]
        else [ "${as.option}${as.sep}${render value}" ];
      pair = name: value: if isList value then concatMap (option name) value else option name value;
    in
    concatLists (lib.mapAttrsToList pair set);
  gnuFormat = { isLong ? (name: stringLength name > 1), explicitBool ? false, formatArg ? valueString }: name: {
    option = if isLong name then "--${name}" else "-${name}";
    sep = if isLong name then "=" else "";
    inherit explicitBool formatArg;
  };
  toGNUCommandLine =
    { mkOptionName ? (name: if stringLength name == 1 then "-${name}" else "--${name}"), optionValueSeparator ? null
    , mkBool ? (name: on: lib.optional on (mkOptionName name)), mkList ? (name: values: concatMap (mkOption name) values)
    , mkOption ? (name: value:
        if value == null then [ ]
        else if optionValueSeparator == null then [ (mkOptionName name) (valueString value) ]
        else [ "${mkOptionName name}${optionValueSeparator}${valueString value}" ]) }: set:
    concatLists (lib.mapAttrsToList (name: value:
      if isBool value then mkBool name value else if isList value then mkList name value else mkOption name value) set);
  gvariant = type: value: { _type = "gvariant"; inherit type value; __toString = self: builtins.__unknown "a GVariant"; };
in
{
  generators = open "a generator" {
    inherit mkValueStringDefault mkKeyValueDefault toKeyValue toINI;
    toINIWithGlobalSection = options: { globalSection, sections ? { } }:
      (if globalSection == { } then "" else toKeyValue (removeAttrs options [ "mkSectionName" ]) globalSection + "\n") + toINI options sections;
    toJSON = options: toJSON;
    toYAML = options: toJSON;
    mkLuaInline = expr: { _type = "lua-inline"; inherit expr; };
    toPretty = options: value: builtins.__unknown "a text that a generator writes";
    toGitINI = set: builtins.__unknown "a text that a generator writes";
    toPlist = options: value: builtins.__unknown "a text that a generator writes";
    toDhall = options: value: builtins.__unknown "a text that a generator writes";
    toLua = options: value: builtins.__unknown "a text that a generator writes";
    toDconfINI = set: builtins.__unknown "a text that a generator writes";
    mkDconfKeyValue = key: value: builtins.__unknown "a text that a generator writes";
    withRecursion = options: value: value;
  };
  cli = open "a function of lib.cli" {
    inherit toGNUCommandLine;
    toGNUCommandLineShell = options: set: lib.escapeShellArgs (toGNUCommandLine options set);
    toCommandLine = commandLine;
    toCommandLineShell = format: set: lib.escapeShellArgs (commandLine format set);
    toCommandLineGNU = options: commandLine (gnuFormat options);
    toCommandLineShellGNU = options: set: lib.escapeShellArgs (commandLine (gnuFormat options) set);
  };
  fetchers = open "a function of lib.fetchers" { proxyImpureEnvVars = [ ] ++ builtins.__unknown "names of variables"; };
  gvariant = open "a function of lib.gvariant" {
    isGVariant = value: isAttrs value && value._type or null == "gvariant";
    mkValue = value: builtins.__unknown "a GVariant";
    mkBoolean = gvariant "b";
    mkString = gvariant "s";
    mkDouble = gvariant "d";
    mkInt32 = gvariant "i";
    mkInt64 = gvariant "x";
    mkUint16 = gvariant "q";
    mkUint32 = gvariant "u";
    mkUint64 = gvariant "t";
  };
  kernel = open "a function of lib.kernel" {
    yes = { tristate = "y"; optional = false; };
    no = { tristate = "n"; optional = false; };
    module = { tristate = "m"; optional = false; };
    unset = { tristate = null; optional = false; };
    option = value: value // { optional = true; };
    freeform = text: { freeform = text; optional = false; };
  };
  network = open "a function of lib.network" {
    ipv6 = open "a function of lib.network.ipv6" { mkEUI64Suffix = address: builtins.__unknown "a part of an address"; };
  };
  flakes = {
    parseFlakeRef = reference: builtins.__unknown "a reference to a flake";
    flakeRefToString = parts: builtins.__unknown "a reference to a flake";
  };
}
