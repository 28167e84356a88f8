# What several models of frameworks share: on which systems a package is offered, and which system a host is for.
{ lib, ... }:
let
  inherit (builtins)
    all attrNames concatMap concatStringsSep elem elemAt filter foldl' functionArgs genericClosure head isAttrs isFunction isList
    isPath isString length listToAttrs map mapAttrs match pathExists readDir readFile split tail;
  inherit (lib) hasInfix hasSuffix unique;

  # The names of a directory by kind; nothing where there is no such directory.
  entriesOf = dir: if pathExists dir then readDir dir else { };
  # `f name path` for each entry of a directory that `keep` wants, written where the entry is.
  fromEntries = dir: entries: f:
    foldl' (all: name: all // f name (dir + "/${name}")) { } (attrNames entries);

  # `filterAttrs`, one name at a time: a test that is not known leaves the others alone.
  keep = test: set:
    builtins.intersectAttrs (foldl' (all: name: all // (if test name set.${name} then { ${name} = null; } else { })) { } (attrNames set)) set;

  # Every `default.nix` at or below a directory.
  defaultsBelow = dir:
    let entries = entriesOf dir; in
    concatMap (name:
      if entries.${name} == "directory" then defaultsBelow (dir + "/${name}")
      else if name == "default.nix" && entries.${name} == "regular" then [ (dir + "/${name}") ]
      else [ ]) (attrNames entries);

  # ---- packages ----------------------------------------------------------------------------------------

  # The texts of a package: its file, or all Nix files of its directory.
  textsOf = path:
    let
      isFile = hasSuffix ".nix" (toString path);
      dir = if hasSuffix "/default.nix" (toString path) then dirOf path else path;
    in
    if isFile && dir == path then [ (readFile path) ]
    else map (name: readFile (dir + "/${name}")) (filter (hasSuffix ".nix") (attrNames (readDir dir)));
  # What they say of systems, without the long lists of sources that lie beside a package.
  metaOf = path: concatStringsSep "\n" (filter (text: hasInfix "latforms" text || hasInfix "broken" text) (textsOf path));
  mentions = word: path: builtins.any (hasInfix word) (textsOf path);
  listed = {
    all = null;
    unix = null;
    linux = lib.platforms.linux;
    darwin = lib.platforms.darwin;
  };
  unsure = builtins.__unknown "a package may be only for some systems";
  # A term of `platforms = a ++ b;`: a list, `null` for every system, or unknown.
  term = text:
    let
      named = match "[ \n(]*(pkgs[.])?(lib[.])?platforms[.]([a-z]+)[ \n)]*" text;
      given = match "[ \n]*\\[([^]]*)][ \n]*" text;
      items = filter (item: isString item && item != "") (split "[\" \n]+" (head given));
    in
    if named != null then listed.${elemAt named 2} or unsure
    else if given != null && all (item: match "[a-z0-9_]+-[a-z]+" item != null) items then items
    else unsure;
  # `meta.platforms` as it is written: the list, `null` where it is not restricted, or unknown.
  # What several places say alike is said of the package, whichever of them is its own.
  platformsWritten = text:
    let
      places = tail (filter isString (split "[^a-zA-Z]platforms[ \n]*=" text));
      valueOf = place:
        foldl' (all: t: if t == null then null else if all == null then null else all ++ t) [ ]
          (map term (filter isString (split "[+][+]" (head (split ";" place)))));
      first = valueOf (head places);
    in
    if !(hasInfix "latforms" text) then null
    else if hasInfix "badPlatforms" text || match ".*inherit[^;=]*[ \n]platforms[ \n;].*" text != null then unsure
    else if places == [ ] then null
    else if all (place: valueOf place == first) (tail places) then first
    else unsure;
  # Whether a package is for a system, by what its file says; by its `meta`, where that is known and the file is not clear.
  supports = path:
    let written = platformsWritten (metaOf path); in
    package: system:
      if !(builtins.__isUnknown written) then written == null || written == [ ] || elem system written
      else if builtins.__isUnknown package || !(isAttrs package) || !(package ? meta) then unsure
      else let given = package.meta.platforms or [ ]; in given == [ ] || elem system given;
  # As `supports`, and not marked as broken.
  isOffered = path:
    let
      text = metaOf path;
      broken = match ".*[^a-zA-Z]broken[ ]*=.*" text != null && match ".*[^a-zA-Z]broken[ ]*=[ ]*false;.*" text == null;
      fits = supports path;
      # What is said of a package that is a fixed word or a condition: its value, where that is known.
      isBroken = package:
        if !broken then false
        else if builtins.__isUnknown package || !(isAttrs package) || !(package ? meta.broken) then unsure
        else package.meta.broken;
    in
    package: system: fits package system && !(isBroken package);

  # ---- hosts -------------------------------------------------------------------------------------------

  discharge = value:
    if builtins.__isUnknown value then [ ]
    else if !(isAttrs value && value ? _type) then [ { inherit value; weak = false; } ]
    else if value._type == "if" then discharge value.content
    else if value._type == "merge" then concatMap discharge value.contents
    else if value._type == "override" then map (d: d // { weak = value.priority >= 1000; }) (discharge value.content)
    else if value._type == "order" then discharge value.content
    else [ { inherit value; weak = false; } ];
  bodies = value:
    if builtins.__isUnknown value || !(isAttrs value) then [ ]
    else if (value._type or "") == "merge" then concatMap bodies value.contents
    else if (value._type or "") == "if" then bodies value.content
    else [ (if value ? config && isAttrs value.config then value.config // { imports = value.imports or [ ]; } else value) ];
  # The system that the modules of a host say it is for: `nixpkgs.hostPlatform`, or `nixpkgs.system`.
  systemOf = arguments: modules:
    let
      apply = f: f (mapAttrs (name: optional: arguments.${name} or (builtins.__unknown "an argument of a module")) (functionArgs f));
      read = module:
        let value = if isPath module || isString module then import module else module; in
        if builtins.__isUnknown module || builtins.__isUnknown value then [ ]
        else bodies (if isFunction value then apply value else value);
      keyed = prefix: list:
        if builtins.__isUnknown list || !(isList list) then [ ]
        else lib.imap0 (n: module: {
          key = if isPath module || isString module then toString module else "${prefix}/${toString n}";
          inherit module;
        }) (builtins.__known list);
      all = genericClosure {
        startSet = keyed "" modules;
        operator = item: concatMap (body: keyed item.key (body.imports or [ ])) (read item.module);
      };
      definitions = concatMap (item: concatMap (body:
        let own = body.nixpkgs or { }; in
        if builtins.__isUnknown own || !(isAttrs own) then [ ]
        else concatMap discharge (lib.optional (own ? hostPlatform) own.hostPlatform ++ lib.optional (own ? system) own.system))
        (read item.module)) all;
      nameOf = value: if isAttrs value then value.system or null else value;
      names = weak: unique (filter isString (map (d: nameOf d.value) (filter (d: d.weak == weak && !(builtins.__isUnknown d.value)) definitions)));
      strong = names false;
      found = if strong != [ ] then strong else names true;
    in
    if length found == 1 then head found else builtins.__unknown "the system of a host";
in
{
  inherit defaultsBelow entriesOf fromEntries isOffered keep mentions supports systemOf;
}
