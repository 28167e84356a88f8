# hercules-ci/flake-parts: a flake as a module. Written after its documentation, on the model of the module system.
# Options marked `__shared` are those that modules of other projects define.
{ lib, name, modified, overrides ? { }, ... }:
let
  inherit (builtins) attrNames isFunction isPath mapAttrs;
  evalModules = lib.modules.evaluate { };
  inherit (lib) genAttrs mkOption optionalAttrs types;
  inherit (types) lazyAttrsOf;
  shared = option: mkOption (option // { __shared = true; });
  internal = type: mkOption { inherit type; };

  # ---- one system --------------------------------------------------------------------------------------

  systemKinds = {
    apps = types.raw;
    checks = types.raw;
    devShells = types.raw;
    legacyPackages = types.raw;
    packages = types.raw;
  };
  perSystemModule = { config, options, specialArgs, pkgs, ... }: {
    options = mapAttrs (kind: type: shared { type = lazyAttrsOf type; default = { }; }) systemKinds // {
      formatter = mkOption { type = types.nullOr types.raw; default = null; };
      allModuleArgs = internal types.raw;
      debug = internal types.raw;
    };
    config = {
      allModuleArgs = config._module.args // specialArgs // { inherit config options; };
      debug = opaque;
    };
  };
  # What nobody looks into, though its name is known.
  opaque = value: value;
  modulesOf = module: types.deferredModuleWith { staticModules = [ module ]; };
  mkPerSystemOption = module: mkOption { type = modulesOf module; };

  # ---- the whole flake ---------------------------------------------------------------------------------

  transposed = type: mkOption { type = lazyAttrsOf (lazyAttrsOf type); default = { }; };
  topModule = { config, options, inputs, self, ... }:
    let
      perInput = system: flake: mapAttrs (kind: settings: flake.${kind}.${system}) config.transposition
        // { formatter = flake.formatter.${system}; };
      getSystem = system: config.allSystems.${system} or (config.perSystem system);
      withSystem = system: build: build (getSystem system).allModuleArgs;
      systemArguments = { system, ... }: {
        config._module.args = {
          inputs' = mapAttrs (name: input: perInput system input) inputs;
          self' = perInput system self;
          pkgs = lib.mkOptionDefault inputs.nixpkgs.legacyPackages.${system};
          # Arguments of the whole flake are not passed on.
          self = throw "`self` is not an argument of `perSystem`";
          inputs = throw "`inputs` is not an argument of `perSystem`";
          getSystem = throw "`getSystem` is not an argument of `perSystem`";
          withSystem = throw "`withSystem` is not an argument of `perSystem`";
          moduleWithSystem = throw "`moduleWithSystem` is not an argument of `perSystem`";
        };
      };
      withFormatter = builtins.any (system: let own = config.allSystems.${system}.formatter; in builtins.__isUnknown own || own != null)
        (attrNames config.allSystems);
    in
    {
      options = {
        systems = internal (types.listOf types.str);
        debug = mkOption { type = types.bool; default = false; };
        allSystems = internal (lazyAttrsOf types.raw);
        transposition = internal (lazyAttrsOf (types.submodule { options.adHoc = mkOption { type = types.bool; default = false; }; }));
        perInput = internal types.unspecified;
        perSystem = shared {
          type = types.deferredModuleWith { staticModules = [ perSystemModule systemArguments ]; };
          apply = module: system: (evalModules {
            modules = [ module ];
            specialArgs = { inherit system; };
            prefix = [ "perSystem" system ];
            class = "perSystem";
          }).config;
        };
        flake = shared { type = types.submoduleWith { modules = [ flakeModule ]; }; };
        processedFlake = mkOption { type = types.raw; default = config.flake; };
      };
      config = {
        inherit perInput;
        allSystems = genAttrs config.systems config.perSystem;
        transposition = mapAttrs (kind: type: { }) systemKinds;
        perSystem.options = mapAttrs (kind: settings: mkOption { }) (lib.filterAttrs (kind: settings: settings.adHoc) config.transposition);
        flake = mapAttrs (kind: settings: mapAttrs (system: own: own.${kind}) config.allSystems) config.transposition // {
          formatter =
            if withFormatter then mapAttrs (system: own: own.formatter) config.allSystems
            # A stranger may define it.
            else builtins.foldl' (found: own: builtins.__widen (builtins.__opennessOf own) found) { } (builtins.attrValues config.allSystems);
        } // optionalAttrs config.debug {
          debug = opaque;
          allSystems = mapAttrs (system: own: own.debug) config.allSystems;
        };
        _module.args = {
          inherit getSystem withSystem;
          getSystemIgnoreWarning = getSystem;
          moduleWithSystem = module: { config, ... }:
            let all = withSystem config._module.args.system (arguments: arguments); in
            { imports = [ (module (if builtins.functionArgs module == { } then all else mapAttrs (name: optional: all.${name}) (builtins.functionArgs module))) ]; };
        };
      };
    };
  flakeModule = {
    freeformType = lazyAttrsOf types.rawOrMerged;
    options = mapAttrs (kind: transposed) systemKinds // {
      formatter = mkOption { type = lazyAttrsOf types.raw; default = { }; };
      nixosConfigurations = shared { type = lazyAttrsOf types.raw; default = { }; };
      nixosModules = shared { type = lazyAttrsOf types.deferredModule; default = { }; };
      overlays = shared { type = lazyAttrsOf types.raw; default = { }; };
    };
  };

  # ---- modules that a flake may import -------------------------------------------------------------------

  # A module as the flake offers it; what tells where it comes from was added over time.
  published = name: module:
    let place = "flakeModules.${name}"; in
    { _file = place; imports = [ module ]; }
    // optionalAttrs (modified > 1678379046) { key = place; }
    // optionalAttrs (modified > 1715864990) { _class = "flake"; };
  modules = {
    bundlers = mkTransposedPerSystemModule { name = "bundlers"; option = shared { type = lazyAttrsOf types.raw; default = { }; }; file = ""; };
    easyOverlay = { config, getSystem, ... }: {
      options.perSystem = mkPerSystemOption ({ pkgs, ... }: {
        options.overlayAttrs = mkOption { type = lazyAttrsOf types.raw; default = { }; };
        config._module.args.final = lib.mkDefault (pkgs.extend config.flake.overlays.default);
      });
      config.flake.overlays.default = final: prev: (getSystem prev.stdenv.hostPlatform.system).overlayAttrs;
    };
    flakeModules.options.flake = mkOption {
      type = types.submoduleWith {
        modules = [
          { options.flakeModules = shared { type = lazyAttrsOf types.deferredModule; default = { }; apply = mapAttrs published; }; }
          ({ config, options, ... }: {
            options.flakeModule = mkOption { type = types.deferredModule; apply = module: config.flakeModules.default; };
            config.flakeModules = lib.mkIf (options.flakeModule.__definitions != [ ]) { default = lib.mkMerge options.flakeModule.__definitions; };
          })
        ];
      };
    };
    modules.options.flake.modules = shared { type = lazyAttrsOf (lazyAttrsOf types.deferredModule); };
    partitions = partitionsModule;
    touchup = touchupModule;
  };
  partitionsModule = { config, inputs, self, extendModules, partitionStack, ... }:
    let
      partition = { config, options, name, ... }: {
        options = {
          extraInputsFlake = internal types.raw;
          extraInputs = mkOption { type = lazyAttrsOf types.raw; default = { }; };
          module = mkOption {
            default = { };
            type = let
              ownInputs = inputs // config.extraInputs // { self = ownSelf; };
              ownSelf = self // { inputs = ownInputs; };
            in
            (extendModules {
              specialArgs = { inputs = ownInputs; self = ownSelf; partitionStack = partitionStack ++ [ name ]; };
            }).type;
          };
        };
        config.extraInputs = lib.mkIf options.extraInputsFlake.isDefined (inputsOf config.extraInputsFlake);
      };
    in
    {
      options.partitionedAttrs = mkOption { type = types.attrsOf types.str; default = { }; };
      options.partitions = mkOption { type = types.attrsOf (types.submodule partition); default = { }; };
      config._module.args.partitionStack = [ ];
      config.flake = optionalAttrs (partitionStack == [ ])
        (mapAttrs (kind: name: lib.mkForce config.partitions.${name}.module.flake.${kind}) config.partitionedAttrs);
    };
  # The inputs of another flake of the workspace.
  inputsOf = place:
    if isPath place then (builtins.__flake { path = place; }).inputs
    else builtins.__unknown "a flake that is fetched";

  # Which attributes of the flake are offered.
  touchupModule = { config, ... }: {
    options.touchup = internal (types.submodule (touchup { }));
    config.touchup = { };
    config.processedFlake = applied config.touchup config.flake;
  };
  touchup = extra: { ... }: {
    options = {
      attr = mkOption { type = lazyAttrsOf types.deferredModule; default = { }; };
      any = mkOption { type = types.nullOr types.deferredModule; default = null; };
      type = mkOption { type = types.raw; default = types.raw; };
      finish = mkOption { type = types.raw; default = value: value; };
    } // extra;
  };
  applied = settings: value: settings.finish (
    if settings.attr == { } && settings.any == null then value
    else
      let
        settingsOf = attrName: (evalModules {
          specialArgs = { inherit attrName; };
          modules = [
            (touchup { enable = mkOption { type = types.bool; default = true; }; })
            (settings.attr.${attrName} or { })
            (if settings.any == null then { } else settings.any)
          ];
        }).config;
        all = mapAttrs (name: value: settingsOf name) value;
      in
      mapAttrs (name: value: applied all.${name} value) (builtins.__filterAttrs (name: value: all.${name}.enable) value));

  # ---- functions ---------------------------------------------------------------------------------------

  mkTransposedPerSystemModule = { name, option, ... }: {
    options.flake.${name} = mkOption { type = lazyAttrsOf (option.type or types.unspecified); default = { }; };
    options.perSystem = mkPerSystemOption { options.${name} = option; };
    config.transposition.${name} = { };
  };
  flake-parts-lib = builtins.__open "a function of flake-parts that is not modelled" {
    inherit evalFlakeModule mkFlake mkPerSystemOption mkTransposedPerSystemModule;
    inherit (lib) mkAliasOptionModule;
    attrsWith = types.attrsWith;
    mkPerSystemType = modulesOf;
    mkDeferredModuleType = modulesOf;
    mkDeferredModuleOption = mkPerSystemOption;
    mkSubmoduleOptions = options: mkOption { type = types.submoduleWith { modules = [ { inherit options; } ]; }; };
    defaultModule = flake: flake.flakeModules.default or flake;
    importApply = path: arguments: { _file = path; imports = [ (import path arguments) ]; };
    importAndPublish = name: module: {
      imports = [ module modules.modules ];
      flake.modules.flake.${name} = module;
    };
    memoizeStr = f: f;
  };
  # Modules are given the library of its own input, which may be that of all of nixpkgs.
  ownLib =
    if overrides ? nixpkgs-lib && !(builtins.__isUnknown overrides.nixpkgs-lib) then { lib = lib // { inherit (overrides.nixpkgs-lib.lib) nixosSystem; }; }
    else { };
  evalFlakeModule = arguments@{ specialArgs ? { }, ... }: module:
    let
      inputs = arguments.inputs or arguments.self.inputs;
      self = arguments.self or inputs.self;
    in
    builtins.__framework "flake-parts" (evalModules {
      specialArgs = {
        inherit self inputs flake-parts-lib;
      } // ownLib // specialArgs;
      modules = [ topModule module { _module.args.moduleLocation = lib.mkDefault "${self.outPath}/flake.nix"; } ];
      class = "flake";
    });
  mkFlake = arguments: module: (evalFlakeModule arguments module).config.processedFlake;
in
{
  lib = flake-parts-lib;
  flakeModules = builtins.__open "a module of flake-parts that is not modelled" modules;
  templates = builtins.__open "a template of flake-parts" { };
  outPath = builtins.__unknown "a source that is fetched";
}
