# The names that a tree's flake offers, as the real Nix sees them with the real libraries.
#
# `libraries` holds a checkout of each library, by `owner+repository` or by the input's name; `nixpkgs` is the
# folder that stands for nixpkgs. Inputs of libraries are taken from the same folder, whatever their lock says.
{ tree, libraries, nixpkgs }:
let
  inherit (builtins)
    all any attrNames attrValues elem elemAt filter foldl' functionArgs head isAttrs isFunction isString
    mapAttrs match readDir removeAttrs split;

  # ---- where an input is ---------------------------------------------------------------------------

  # What the global registry says of the names that are used without a reference.
  registry = {
    nixpkgs = "NixOS+nixpkgs";
    flake-utils = "numtide+flake-utils";
    flake-parts = "hercules-ci+flake-parts";
    systems = "nix-systems+default";
    home-manager = "nix-community+home-manager";
    nix-darwin = "nix-darwin+nix-darwin";
  };

  # `owner+repository` of a reference; the name itself where it is none.
  repository = url:
    let
      forge = match "(github|gitlab|sourcehut|codeberg):([^/?]+)/([^/?]+).*" url;
      web = match "(git\\+|tarball\\+)?(https|ssh|git)://[^/]+/(f/)?([^/?]+)/([^/?]+).*" url;
      bare = match "(flake:)?([^/:?]+)(/.*)?" url;
      plain = name: let cut = match "(.*)\\.git" name; in if cut == null then name else head cut;
    in
    if forge != null then "${elemAt forge 1}+${plain (elemAt forge 2)}"
    else if web != null then "${elemAt web 3}+${plain (elemAt web 4)}"
    else if bare != null then registry.${elemAt bare 1} or (elemAt bare 1)
    else throw "a reference that is not understood: ${url}";

  folderOf = url: let found = match ".*[?&]dir=([^&]*).*" url; in if found == null then "" else head found;

  # Owners are written with and without capitals.
  same = a: b: match (caseless a) b != null;
  caseless = text:
    let
      letters = "abcdefghijklmnopqrstuvwxyz";
      upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
      chars = text: map (at: builtins.substring at 1 text) (builtins.genList (at: at) (builtins.stringLength text));
      either = c:
        let found = filter (pair: elem c pair) pairs; in
        if found != [ ] then "[${builtins.concatStringsSep "" (head found)}]"
        else if match "[A-Za-z0-9_-]" c != null then c
        else "\\${c}";
      pairs = builtins.genList (at: [ (builtins.substring at 1 letters) (builtins.substring at 1 upper) ]) 26;
    in
    builtins.concatStringsSep "" (map either (chars text));

  held = attrNames (readDir libraries);
  checkout = name: wanted:
    let found = filter (same wanted) held ++ filter (folder: folder == name) held; in
    if found == [ ] then throw "no checkout of `${wanted}` (input `${name}`) in ${libraries}"
    else "${libraries}/${head found}";

  # ---- flakes --------------------------------------------------------------------------------------

  load = declarer: name: spec:
    let
      url = if spec ? url then spec.url
        else if spec ? owner then "${spec.type}:${spec.owner}/${spec.repo}${if spec ? dir then "?dir=${spec.dir}" else ""}"
        else name;
      near = match "(path:)?(\\.\\.?/.*|\\.)" url;
      own = repository url;
      is = any (same own);
    in
    if near != null then fetched spec declarer (elemAt near 1)
    else if is [ "NixOS+nixpkgs" ] && folderOf url == "lib" then fetched spec (checkout "nixpkgs-lib" "nix-community+nixpkgs.lib") ""
    else if is [ "NixOS+nixpkgs" "NixOS+nixpkgs-channels" "DeterminateSystems+nixpkgs-weekly" "cachix+devenv-nixpkgs" ]
    then fetched spec nixpkgs ""
    else fetched spec (checkout name own) (folderOf url);

  fetched = spec: root: folder:
    if spec.flake or true then flakeAt root folder (spec.inputs or { })
    else { outPath = root + (if folder == "" then "" else "/${folder}"); };

  # `follows` is looked up among the inputs of the flake that says it.
  bind = self: inputs: mapAttrs (_: spec:
    removeAttrs spec [ "follows" "inputs" ]
    // { inputs = bind self inputs (spec.inputs or { }); }
    // (if spec ? follows then { value = follow self inputs spec.follows; } else { }));
  follow = self: inputs: path:
    let steps = filter (step: isString step && step != "") (split "/" path); in
    if steps == [ ] then self
    else foldl' (flake: step: flake.inputs.${step}) inputs.${head steps} (builtins.tail steps);

  flakeAt = root: folder: given:
    let
      outPath = root + (if folder == "" || folder == "." then "" else "/${folder}");
      flake = import (outPath + "/flake.nix");
      declared = flake.inputs or { };
      formals = if isFunction flake.outputs then functionArgs flake.outputs else { };
      implicit = mapAttrs (_: _: { }) (removeAttrs formals ([ "self" ] ++ attrNames declared));
      specs = bind self inputs (implicit // declared);
      inputs = mapAttrs (name: spec:
        let
          over = given.${name} or { };
          final = spec // over // { inputs = spec.inputs // (over.inputs or { }); };
        in
        # What overrides wins over what follows.
        if over ? value then over.value
        else if over ? url then load outPath name final
        else if spec ? value then spec.value
        else load outPath name final) specs;
      sourceInfo = {
        inherit outPath;
        lastModified = 0;
        lastModifiedDate = "19700101000000";
        narHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
      };
      outputs = flake.outputs (inputs // { inherit self; });
      self = outputs // sourceInfo // { inherit outPath inputs outputs sourceInfo; _type = "flake"; };
    in
    self;

  # ---- names ---------------------------------------------------------------------------------------

  isSystem = name: match "[a-z0-9_]+-(linux|darwin|freebsd|netbsd|openbsd|windows|cygwin|none|wasi)" name != null;
  bySystem = [ "packages" "devShells" "checks" "apps" "legacyPackages" "bundlers" ];
  leaf = [ "formatter" "devShell" "defaultPackage" "defaultApp" "defaultBundler" ];

  hasNames = value:
    isAttrs value && (value.type or "") != "derivation" && !(value ? _type) && !(value ? __functor)
    && !(value ? callPackage);
  below = value: if hasNames value then attrNames value else null;
  perSystem = kind: value:
    elem kind (bySystem ++ leaf)
    || value != { } && all isSystem (attrNames value)
      && (match ".*Configurations" kind == null || all hasNames (attrValues value));
  names = kind: value:
    # A module or template that is a plain set is listed by its names.
    if !hasNames value then null
    else if perSystem kind value then mapAttrs (_: value: if elem kind leaf then null else below value) value
    else attrNames value;
in
mapAttrs names (flakeAt tree "" { }).outputs
