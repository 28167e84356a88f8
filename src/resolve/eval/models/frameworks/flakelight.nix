# nix-community/flakelight and its modules for languages: a flake as a module, completed by the files of `nixDir`.
# Written after its API guide ("Module options") and what it gives.
{ lib, source, inputs, modified, overrides ? { }, ... }:
let
  inherit (builtins)
    attrNames attrValues catAttrs concatLists concatMap elem filter foldl' functionArgs head isAttrs isFunction isList
    isPath isString length listToAttrs map mapAttrs pathExists readDir removeAttrs zipAttrsWith;
  inherit (lib) genAttrs hasSuffix last mapAttrs' optional optionalAttrs removePrefix removeSuffix unique;
  common = builtins.__model "model:frameworks" { inherit lib; };
  flakeInputs = removeAttrs inputs [ "self" ];
  nixpkgs = builtins.__model "github:nixos/nixpkgs" { inherit lib; name = "nixpkgs"; };

  # ---- modules -----------------------------------------------------------------------------------------

  # `mkIf` over a set is `mkIf` over its attributes: their names do not depend on the condition.
  definitionsOf = value:
    if builtins.__isUnknown value || !(isAttrs value && value ? _type) then [ value ]
    else if value._type == "merge" then concatMap definitionsOf value.contents
    else if value._type == "if" then
      map (set: if builtins.__isUnknown set then set
        else mapAttrs (name: content: { _type = "if"; inherit (value) condition; inherit content; }) set) (definitionsOf value.content)
    else definitionsOf value.content;
  discharge = value:
    if builtins.__isUnknown value || !(isAttrs value && value ? _type) then [ value ]
    else if value._type == "if" then (if value.condition then discharge value.content else [ ])
    else if value._type == "merge" then concatMap discharge value.contents
    else if value._type == "override" || value._type == "order" then discharge value.content
    else [ value ];
  structure = [ "imports" "_file" "key" "disabledModules" "_class" "options" "config" "freeformType" "meta" ];
  collect = apply: module:
    let
      read = if isPath module || isString module then import module else module;
      value = if isFunction read || (isAttrs read && read ? __functor) then apply read else read;
      body = if value ? config || value ? options then value.config or { } else removeAttrs value structure;
    in
    if builtins.__isUnknown value then [ { definitions = [ value ]; options = { }; } ]
    else [ { definitions = definitionsOf body; options = value.options or { }; } ]
      ++ concatMap (collect apply) (value.imports or [ ]);

  isPlain = value: !(builtins.__isUnknown value) && isAttrs value && !(value ? type || value ? outPath || value ? __functor || value ? _type);
  # Sets of several definitions are united.
  merge = depth: sets: zipAttrsWith (name: values:
    let defined = concatMap discharge values; in
    if length defined == 1 || depth == 0 then last defined
    else if builtins.all isPlain defined then merge (depth - 1) defined
    else last defined) (filter (set: !(builtins.__isUnknown set)) sets);
  openedBy = unknown: set: foldl' (set: value: builtins.__openBy value set) set unknown;

  # ---- files -------------------------------------------------------------------------------------------

  pathsIn = dir:
    let
      entries = readDir dir;
      fits = name: name != "default.nix" && (hasSuffix ".nix" name || pathExists (dir + "/${name}/default.nix"));
    in
    foldl' (all: name: all // builtins.__writtenIn (dir + "/${name}") { ${removePrefix "_" (removeSuffix ".nix" name)} = dir + "/${name}"; })
      { } (filter fits (attrNames entries));
  filesIn = dir: mapAttrs (name: import) (pathsIn dir);
  asPaths = [ "nixosModules" "homeModules" "flakelightModules" "darwinModules" ];

  # ---- options -----------------------------------------------------------------------------------------

  # Singular options and the name they give to the plural.
  single = {
    app = "apps"; bundler = "bundlers"; devShell = "devShells"; homeModule = "homeModules"; nixosModule = "nixosModules";
    flakelightModule = "flakelightModules"; darwinModule = "darwinModules"; overlay = "overlays"; package = "packages"; template = "templates";
  };
  # What is passed on as it is, and what is made for each system.
  passed = [ "darwinModules" "flakelightModules" "homeModules" "nixosModules" "overlays" "templates" ];
  optionNames = attrNames single ++ attrValues single ++ [
    "bundlers" "checks" "description" "formatter" "formatters" "functor" "homeConfigurations" "legacyPackages" "lib" "license"
    "nixosConfigurations" "nixpkgs" "outputs" "perSystem" "pname" "systems" "withOverlays" "flakelight" "inputs"
  ];
  aliases = { homeConfigurations = [ "home" ]; nixosConfigurations = [ "nixos" ]; };

  evaluate = extra: src: root:
    let
      apply = f: f (arguments // mapAttrs (name: optional: given.${name} or (builtins.__unknown "argument `${name}` of a flakelight module"))
        (removeAttrs (functionArgs f) (attrNames arguments)));
      arguments = {
        inherit lib src flakelight config outputs moduleArgs pkgsFor genSystems;
        inputs = allInputs;
        options = builtins.__open "an option" { };
        modulesPath = builtins.__unknown "a source that is fetched";
      };
      moduleArgs = arguments;
      given = foldl' (all: set: if builtins.__isUnknown set then all else all // (set.args or { })) { } (catAttrs "_module" written);
      records = concatMap (collect apply) (extra ++ [ root ]);
      all = concatMap (record: record.definitions) records;
      # Modules of inputs that are not modelled may define anything.
      foreign = filter builtins.__isUnknown all;
      written = filter (set: !(builtins.__isUnknown set)) all;
      declared = foldl' (all: record: if builtins.__isUnknown record.options then all else all // record.options) { } records;

      nixDir = let own = concatMap discharge (catAttrs "nixDir" written); in if own == [ ] then src + "/nix" else last own;
      aliasesOf = name: (aliases.${name} or [ ]) ++ concatMap (set: concatMap discharge (catAttrs name (discharge set))) (catAttrs "nixDirAliases" written);
      loaded = name:
        let
          from = file:
            if pathExists (nixDir + "/${file}.nix") then [ (import (nixDir + "/${file}.nix")) ]
            else if pathExists (nixDir + "/${file}/default.nix") then [ (import (nixDir + "/${file}")) ]
            else if pathExists (nixDir + "/${file}") then [ ((if elem name asPaths then pathsIn else filesIn) (nixDir + "/${file}")) ]
            else [ ];
        in
        if nixDir == null then [ ] else concatMap from ([ name ] ++ lib.flatten (aliasesOf name));

      # All that is defined for an option, and for those that hold a set: its union for some arguments.
      of = name: filter (value: builtins.__isUnknown value || value != null)
        (strongest (catAttrs name written ++ loaded name));
      # Without those that `mkForce` and the like outweigh.
      strongest = values: let found = builtins.__discharge values; in if found.maybe then found.all else found.sure;
      # The singular of an option gives one name of it.
      singular = foldl' (all: one: all // { ${single.${one}} = one; }) { } (attrNames single);
      isDefined = name: of name != [ ] || (singular ? ${name} && given' singular.${name});
      given' = one: of one != [ ] || (one == "devShell" && (isDefined "packages" || (modified < 1758355132 && builtin && !hasFormatter))) || (one == "overlay" && isDefined "packages");
      call = argument: value: if !(builtins.__isUnknown value) && isFunction value then value argument else value;
      # Most options keep a name whose definitions are all switched off.
      present = name: set: if name == "lib" then common.keep (name: value: builtins.__isUnknown value || discharge value != [ ]) set else set;
      union = name: argument:
        let
          sets = map (call argument) (of name);
          one = singular.${name};
        in
        openedBy (filter builtins.__isUnknown sets ++ foreign)
          ((if singular ? ${name} && given' one then { default = if of one == [ ] then builtins.__unknown "what flakelight adds" else last (of one); } else { })
            // foldl' (all: set: if builtins.__isUnknown set then all else all // present name set) { } sets);
      config = builtins.__open "an option" (genAttrs (unique (optionNames ++ attrNames declared)) (name:
        if name == "inputs" then allInputs
        else if name == "systems" then systems
        else if name == "outputs" then outputs
        else if elem name passed || declared ? ${name} && builtins.all (value: builtins.__isUnknown value || isPlain value) (of name) && of name != [ ] then union name moduleArgs
        else if of name != [ ] then last (of name)
        else if declared ? ${name} && (declared.${name}._type or "") == "option" then declared.${name}.default or (builtins.__unknown "an option")
        else if declared ? ${name} then builtins.__open "an option" (mapAttrs (name: option: option.default or (builtins.__unknown "an option")) declared.${name})
        else builtins.__unknown "an option"));

      own = foldl' (all: set: all // set) { } (filter (set: !(builtins.__isUnknown set)) (of "inputs"));
      allInputs = flakeInputs // own;
      systems = let given = of "systems"; in if given == [ ] then [ "x86_64-linux" "aarch64-linux" ] else last given;
      overlayList = filter (overlay: !(builtins.__isUnknown overlay) && isFunction overlay) (concatMap (value: if builtins.__isUnknown value then [ ] else if isList value then builtins.__known value else [ ]) (of "withOverlays"));
      pkgsFor = genAttrs systems (system: nixpkgs.__import {
        inherit system;
        overlays = overlayList ++ [ (final: previous: {
          inherit system src flakelight outputs moduleArgs;
          inputs = allInputs;
          inputs' = mapAttrs (name: input: mapAttrs (kind: value: value.${system} or { }) input) allInputs;
          outputs' = mapAttrs (kind: value: value.${system} or { }) outputs;
        }) ];
      });
      genSystems = f: genAttrs systems (system: f pkgsFor.${system});

      # ---- outputs
      packageNames = genSystems (pkgs: union "packages" (moduleArgs // { inherit (pkgs) system; }));
      packages = mapAttrs (system: set: mapAttrs (name: package: builtins.__unknown "a package") set) packageNames;
      hasFormatter = isDefined "formatter";
      builtin = builtins.all (set: builtins.__isUnknown set || (set.builtinFormatters or true)) (of "flakelight");
      editorconfig = builtins.all (set: builtins.__isUnknown set || (set.editorconfig or true)) (of "flakelight");
      hasFormatters = isDefined "formatters" || (!hasFormatter && builtin);
      hasEditorconfig = editorconfig && pathExists (src + "/.editorconfig");
      hostsOf = name: mapAttrs (host: call moduleArgs) (union name moduleArgs);
      systemOf = host:
        if builtins.__isUnknown host || !(isAttrs host) || host ? config || host ? activationPackage then builtins.__unknown "the system of a host"
        else host.system or (common.systemOf { inherit lib; inputs = allInputs; } (host.modules or [ ]));
      hostChecks = prefix: name:
        let
          hosts = hostsOf name;
          at = mapAttrs (host: systemOf) hosts;
          known = unique (filter (system: !(builtins.__isUnknown system)) (attrValues at));
        in
        genAttrs (unique (systems ++ known)) (system:
          mapAttrs' (host: value: { name = "${prefix}${host}"; inherit value; }) (common.keep (host: value: at.${host} == system) hosts));
      opaque = what: mapAttrs (name: value: builtins.__unknown what);
      checks =
        optional (isDefined "packages") (mapAttrs (system: set: mapAttrs' (name: value: { name = "packages-${name}"; inherit value; }) set) packages)
        ++ optional (isDefined "checks" || hasFormatter || hasFormatters || hasEditorconfig || foreign != [ ]) (genSystems (pkgs:
          optionalAttrs hasEditorconfig { editorconfig = builtins.__unknown "a check of flakelight"; }
          // optionalAttrs (hasFormatter || hasFormatters) { formatting = builtins.__unknown "a check of flakelight"; }
          // union "checks" pkgs))
        ++ optional (isDefined "nixosConfigurations") (hostChecks "nixos-" "nixosConfigurations")
        ++ optional (isDefined "homeConfigurations") (hostChecks "home-" "homeConfigurations")
        ++ optional (isDefined "darwinConfigurations") (hostChecks "darwin-" "darwinConfigurations");
      bySystem = name: if isDefined name && hasNames name then { ${name} = genSystems (union name); } else { };
      # An option whose default is the empty set gives nothing when it is empty.
      hasNames = name: elem name [ "apps" "bundlers" "packages" ] || (let set = union name moduleArgs; in builtins.__isUnknown set || set != { });
      standard =
        (if isDefined "packages" then { inherit packages; } else { })
        // (if isDefined "devShells" && hasNames "devShells" then { devShells = genSystems (pkgs: opaque "a shell" (union "devShells" moduleArgs)); } else { })
        // bySystem "apps" // bySystem "bundlers"
        // (if checks == [ ] then { } else { checks = merge 1 checks; })
        // (if hasFormatter || hasFormatters then { formatter = genSystems (pkgs: builtins.__unknown "a formatter"); } else { })
        // (if isDefined "legacyPackages" then { legacyPackages = genSystems (last (of "legacyPackages")); } else { })
        // (if isDefined "functor" then { __functor = functor; } else { })
        // foldl' (all: name: all // (if isDefined name && hasNames name then { ${name} = union name moduleArgs; } else { })) { } ([ "lib" ] ++ passed)
        // foldl' (all: name: all // (if isDefined name && hasNames name then { ${name} = opaque "a configuration of a host" (hostsOf name); } else { }))
          { } [ "nixosConfigurations" "homeConfigurations" "darwinConfigurations" ];
      # Since March 2025 nixpkgs makes sets of functions that are options. Which nixpkgs it is, is locked with the framework.
      functor =
        if overrides ? nixpkgs || modified > 1740877520 && modified < 1744073724 then builtins.__unknown "a function, or a set that is one, by the version of nixpkgs"
        else if modified <= 1740877520 then (self: last (of "functor") self)
        else { __functionArgs = { }; __functor = self: last (of "functor"); };
      perSystem = concatMap attrsBySystem (of "perSystem");
      attrsBySystem = f: map (system:
        let set = f pkgsFor.${system}; in
        if builtins.__isUnknown set then set else mapAttrs (kind: value: { ${system} = value; }) set) systems;
      parts = [ standard ] ++ perSystem ++ map (call moduleArgs) (of "outputs");
      outputs = openedBy (filter builtins.__isUnknown parts ++ foreign) (merge 3 parts);
    in
    builtins.__framework "flakelight" outputs;

  makerOf = modules: {
    __functor = self: evaluate modules;
    extend = more: makerOf (modules ++ more);
    extraModules = modules;
  };
  selectAttr = name: mapAttrs (system: set: set.${name} or { });
  flakelight = {
    mkFlake = makerOf [ ];
    importDir = filesIn;
    importDirPaths = pathsIn;
    inherit selectAttr;
    types = builtins.__open "a type of flakelight" { };
  };

  # ---- modules for languages ---------------------------------------------------------------------------

  opaque = builtins.__unknown "what a module of flakelight adds";
  cargo = { src, config, ... }: {
    options.rust = { enable_unstable = { default = false; }; enable_miri = { default = false; }; };
    config = lib.mkMerge ([ { devShell = opaque; formatters = opaque; } ] ++ optional (pathExists (src + "/Cargo.toml")) {
      package = opaque;
      checks = pkgs: { test = opaque; clippy = opaque; } // (if config.rust.enable_miri or false then { miri-test = opaque; } else { });
    });
  };
  zig = { src, ... }: lib.mkMerge ([ { devShell = opaque; formatters = opaque; } ]
    ++ optional (pathExists (src + "/build.zig.zon")) { package = opaque; checks = pkgs: { test = opaque; }; });
  darwin = {
    systems = [ "aarch64-darwin" "x86_64-darwin" ];
    nixDirAliases.darwinConfigurations = [ "darwin" ];
  };
  elisp = { config, ... }: {
    options.elispPackages = lib.mkOption { default = { }; };
    config = lib.mkMerge [
      { nixDirAliases.elispPackages = [ "packages/elispPackages" "packages/elisp-packages" ]; }
      (lib.mkIf (config.elispPackages != { }) {
        overlay = opaque;
        checks = pkgs: mapAttrs' (name: value: { name = "elispPackages-${name}"; inherit value; }) config.elispPackages;
      })
    ];
  };
  languages = {
    flakelight-rust = cargo;
    flakelight-zig = zig;
    flakelight-elisp = elisp;
    flakelight-darwin = darwin;
  };
  # Forks keep the name.
  repository = baseNameOf source;
  language = languages.${repository};
  module = { src, ... }: { lib.mkFlake = opaque; functor = opaque; } // (if modified < 1750040727 then { nixDir = src; } else { });
in
if languages ? ${repository} then {
  lib.mkFlake = makerOf [ language ];
  __functor = self: evaluate [ language ];
  flakelightModules.default = language;
  outPath = builtins.__unknown "a source that is fetched";
}
else flakelight // {
  lib = flakelight;
  __functor = self: evaluate [ ];
  flakelightModules = { extendFlakelight = module; flakelightModule = module; };
  templates = builtins.__open "a template of flakelight" { };
  outPath = builtins.__unknown "a source that is fetched";
}
