# nixpkgs.lib.strings and stringsWithDeps.
{ lib }:
let
  inherit (builtins)
    attrValues compareVersions concatMap concatStringsSep elem elemAt filter foldl' fromJSON genList head isAttrs isBool isInt
    isList isPath isString length map mapAttrs match parseDrvName readFile replaceStrings split stringLength substring tail
    toJSON toString typeOf;

  concatStrings = concatStringsSep "";
  imap1 = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);
  characters = text: genList (n: substring n 1 text) (stringLength text);
  escape = list: replaceStrings list (map (c: "\\${c}") list);
  escapeRegex = escape (characters "\\[{()^$?*+|.");
  escapeNixString = text: escape [ "$" ] (toJSON text);
  lowerChars = characters "abcdefghijklmnopqrstuvwxyz";
  upperChars = characters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  toLower = replaceStrings upperChars lowerChars;
  toUpper = replaceStrings lowerChars upperChars;
  toSentenceCase = text: toUpper (substring 0 1 text) + toLower (substring 1 (stringLength text) text);
  optionalString = condition: text: if condition then text else "";
  hasPrefix = builtins.__hasPrefix;
  hasSuffix = builtins.__hasSuffix;
  removePrefix = prefix: text:
    if hasPrefix prefix text then substring (stringLength prefix) (stringLength text) text else text;
  removeSuffix = suffix: text:
    if hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
  splitString = separator: text: filter isString (split (escapeRegex (toString separator)) (toString text));
  trimWith = { start ? false, end ? false }: text:
    let
      blank = "[ \t\r\n]*";
      fromStart = if start then match "${blank}(.*)" text else [ text ];
      rest = head fromStart;
      toEnd = if end then match "(.*[^ \t\r\n])${blank}" rest else [ rest ];
    in
    if toEnd == null then "" else head toEnd;
  makeSearchPath = directory: paths:
    concatStringsSep ":" (map (path: path + "/" + directory) (filter (path: path != null) paths));
  makeSearchPathOutput = output: directory: packages:
    makeSearchPath directory (map (lib.attrsets.getOutput output) packages);
  isStringLike = x: isString x || isPath x || (isAttrs x && (x ? outPath || x ? __toString));
  escapeShellArg = argument:
    let text = toString argument; in
    if match "[[:alnum:],._+:@%/-]+" text == null then "'${replaceStrings [ "'" ] [ "'\\''" ] text}'" else text;
  escapeShellArgs = arguments: concatStringsSep " " (map escapeShellArg arguments);
  isName = name: match "[a-zA-Z_][a-zA-Z0-9_]*" name != null;
  toShellVar = name: value:
    if !isName name then throw "`${name}` is not a name of the shell"
    else if isAttrs value && !(isStringLike value) then
      "declare -A ${name}=(${concatStringsSep " " (lib.mapAttrsToList (key: one: "[${escapeShellArg key}]=${escapeShellArg one}") value)})"
    else if isList value then "declare -a ${name}=(${escapeShellArgs value})"
    else "${name}=${escapeShellArg value}";
  splitStringBy = cut: keep: text:
    let
      go = parts: at:
        let
          here = substring at 1 text;
          before = if at == 0 then "" else substring (at - 1) 1 text;
        in
        if at == stringLength text then parts.done ++ [ parts.open ]
        else if cut before here then go { done = parts.done ++ [ parts.open ]; open = optionalString keep here; } (at + 1)
        else go { inherit (parts) done; open = parts.open + here; } (at + 1);
    in
    go { done = [ ]; open = ""; } 0;
  camelParts = text:
    filter (part: part != "") (concatMap
      (splitStringBy (before: here: match "[a-z]" before != null && match "[A-Z]" here != null) true)
      (splitStringBy (before: here: elem here [ "-" "_" " " ]) false text));
  integer = pattern: text:
    let found = match pattern text; value = fromJSON (head found); in
    if found == null || !(isInt value) then throw "`${text}` is not an integer" else value;
  flag = prefix: no: condition: feature: "--${if condition then prefix else no}-${feature}";
  flagAs = prefix: no: condition: feature: value: flag prefix no condition feature + optionalString condition "=${value}";
  fixedWidthString = width: filler: text:
    if stringLength text > width then throw "a string longer than its width"
    else if stringLength text == width then text
    else filler + fixedWidthString (width - stringLength filler) filler text;
  versionOlder = a: b: compareVersions b a == 1;
  hexWidth2 = n: fixedWidthString 2 "0" (lib.trivial.toHexString n);
  textClosure = known: entries:
    let
      go = state: todo:
        if todo == [ ] then state
        else
          let entry = head todo; rest = tail todo; in
          if isAttrs entry then
            let inner = go { inherit (state) seen; texts = [ ]; } entry.deps; in
            go { inherit (inner) seen; texts = state.texts ++ inner.texts ++ [ entry.text ]; } rest
          else if state.seen ? ${entry} then go state rest
          else go { inherit (state) texts; seen = state.seen // { ${entry} = 1; }; } ([ known.${entry} ] ++ rest);
    in
    (go { texts = [ ]; seen = { }; } entries).texts;
in
{
  strings = {
    inherit (builtins) appendContext storeDir unsafeDiscardStringContext;
    inherit
      compareVersions concatStrings concatStringsSep elem elemAt escape escapeNixString escapeRegex escapeShellArg
      escapeShellArgs filter fixedWidthString fromJSON genList hasPrefix hasSuffix head isAttrs isInt isList isPath isString
      isStringLike lowerChars makeSearchPath makeSearchPathOutput match optionalString parseDrvName readFile removePrefix
      removeSuffix replaceStrings split splitString splitStringBy stringLength substring tail toJSON toLower toSentenceCase
      toShellVar toUpper trimWith typeOf upperChars versionOlder;
    join = concatStringsSep;
    concatMapStrings = f: list: concatStrings (map f list);
    concatImapStrings = f: list: concatStrings (imap1 f list);
    intersperse = separator: list:
      if length list < 2 then list else [ (head list) ] ++ concatMap (x: [ separator x ]) (tail list);
    concatMapStringsSep = separator: f: list: concatStringsSep separator (map f list);
    concatImapStringsSep = separator: f: list: concatStringsSep separator (imap1 f list);
    concatMapAttrsStringSep = separator: f: set: concatStringsSep separator (attrValues (mapAttrs f set));
    concatLines = lines: concatStrings (map (line: line + "\n") lines);
    replaceString = from: to: replaceStrings [ from ] [ to ];
    replicate = n: text: concatStrings (genList (i: text) n);
    trim = trimWith { start = true; end = true; };
    makeLibraryPath = makeSearchPathOutput "lib" "lib";
    makeIncludePath = makeSearchPathOutput "dev" "include";
    makeBinPath = makeSearchPathOutput "bin" "bin";
    normalizePath = text: foldl' (done: c: if c == "/" && hasSuffix "/" done then done else done + c) "" (characters text);
    hasInfix = infix: text: builtins.__hasInfix infix "${text}";
    stringToCharacters = characters;
    stringAsChars = f: text: concatStrings (map f (characters text));
    charToInt = c: builtins.__unknown "the number of a character";
    escapeC = list: text: builtins.__unknown "a string escaped for C";
    escapeURL = text:
      if match "[A-Za-z0-9_.~-]*" text != null then text else builtins.__unknown "a string escaped for a URL";
    isValidPosixName = isName;
    toShellVars = vars: concatStringsSep "\n" (lib.mapAttrsToList toShellVar vars);
    escapeNixIdentifier = text:
      if match "[a-zA-Z_][a-zA-Z0-9_'-]*" text != null
        && !(elem text [ "assert" "else" "if" "in" "inherit" "let" "or" "rec" "then" "with" ])
      then text else escapeNixString text;
    escapeXML = replaceStrings [ "\"" "'" "<" ">" "&" ] [ "&quot;" "&apos;" "&lt;" "&gt;" "&amp;" ];
    toCamelCase = text:
      let parts = camelParts text; in
      if parts == [ ] then "" else toLower (head parts) + concatStrings (map toSentenceCase (tail parts));
    addContextFrom = from: text: text;
    versionAtLeast = a: b: !(versionOlder a b);
    getName = x: if isString x then (parseDrvName x).name else x.pname or (parseDrvName x.name).name;
    getVersion = x: if isString x then (parseDrvName x).version else x.version or (parseDrvName x.name).version;
    nameFromURL = url: separator: let file = lib.last (splitString "/" url); in head (splitString separator file);
    cmakeOptionType = type: feature: value: "-D${feature}:${toUpper type}=${value}";
    cmakeBool = feature: on: "-D${feature}:BOOL=${if on then "TRUE" else "FALSE"}";
    cmakeFeature = feature: value: "-D${feature}:STRING=${value}";
    mesonOption = feature: value: "-D${feature}=${value}";
    mesonBool = feature: on: "-D${feature}=${lib.boolToString on}";
    mesonEnable = feature: on: "-D${feature}=${if on then "enabled" else "disabled"}";
    enableFeature = flag "enable" "disable";
    enableFeatureAs = flagAs "enable" "disable";
    withFeature = flag "with" "without";
    withFeatureAs = flagAs "with" "without";
    fixedWidthNumber = width: n: fixedWidthString width "0" (toString n);
    floatToString = toString;
    isConvertibleWithToString = x:
      isStringLike x || elem (typeOf x) [ "null" "int" "float" "bool" ]
      || (isList x && builtins.all lib.strings.isConvertibleWithToString x);
    isStorePath = x: if isStringLike x then builtins.__unknown "whether something is a store path" else false;
    toInt = text:
      if match "[[:space:]]*0[[:digit:]]+[[:space:]]*" text != null then throw "`${text}` could be octal"
      else integer "[[:space:]]*(-?[[:digit:]]+)[[:space:]]*" text;
    toIntBase10 = text:
      if match "[[:space:]]*0+[[:space:]]*" text != null then 0
      else integer "[[:space:]]*0*(-?[[:digit:]]+)[[:space:]]*" text;
    fileContents = path: removeSuffix "\n" (readFile path);
    sanitizeDerivationName = text:
      let
        start = head (match "\\.*(.*)" text);
        parts = map (part: if isList part then "-" else part) (split "[^[:alnum:]+._?=-]+" start);
        whole = concatStrings parts;
        n = stringLength whole;
      in
      if n == 0 then "unknown" else if n > 207 then substring (n - 207) 207 whole else whole;
    levenshtein = a: b: builtins.__unknown "a distance of strings";
    levenshteinAtMost = n: a: b: if a == b then true else builtins.__unknown "a distance of strings";
    commonPrefixLength = a: b: lib.lists.length (lib.lists.commonPrefix (characters a) (characters b));
    commonSuffixLength = a: b:
      lib.lists.length (lib.lists.commonPrefix (lib.reverseList (characters a)) (lib.reverseList (characters b)));
  };
  stringsWithDeps = {
    textClosureList = textClosure;
    textClosureMap = f: known: names: concatStringsSep "\n" (map f (textClosure known names));
    noDepEntry = text: { inherit text; deps = [ ]; };
    fullDepEntry = text: deps: { inherit text deps; };
    packEntry = deps: { inherit deps; text = ""; };
    stringAfter = deps: text: { inherit text deps; };
  };
}
