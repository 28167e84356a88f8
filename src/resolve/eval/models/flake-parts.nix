# hercules-ci/flake-parts: `mkFlake` evaluates a module tree. Written after its documentation of the options
# `systems`, `perSystem`, `flake`, `transposition`, `partitions` and after the module system's merging rules,
# as far as names of outputs depend on them.
{ lib, name, ... }:
let
  inherit (builtins)
    attrNames catAttrs concatLists concatMap foldl' head isAttrs isFunction isList isPath isString length mapAttrs
    removeAttrs zipAttrsWith;

  perSystemKinds = [ "apps" "checks" "devShells" "legacyPackages" "packages" ];

  # mkIf, mkMerge, mkDefault … leave a list of definitions.
  discharge = value:
    if builtins.__isUnknown value then [ value ]
    else if !(isAttrs value && value ? _type) then [ value ]
    else if value._type == "if" then (if value.condition then discharge value.content else [ ])
    else if value._type == "merge" then concatMap discharge value.contents
    else if value._type == "override" || value._type == "order" then discharge value.content
    else [ value ];

  isPlain = value: !(builtins.__isUnknown value) && isAttrs value && !(value ? type) && !(value ? outPath) && !(value ? __functor);
  # Definitions of one option: sets are united, lists joined, of anything else the last counts.
  mergeValues = depth: values:
    let
      defined = concatMap discharge values;
      unknown = builtins.filter builtins.__isUnknown defined;
      known = builtins.filter (value: !(builtins.__isUnknown value)) defined;
    in
    if defined == [ ] then { }
    else if length defined == 1 then head defined
    else if depth > 0 && known != [ ] && builtins.all isPlain known then
      (if unknown == [ ] then merge (depth - 1) known else builtins.__openBy (head unknown) (merge (depth - 1) known))
    else if builtins.all (value: !(builtins.__isUnknown value) && isList value) defined then concatLists defined
    else lib.last defined;
  merge = depth: zipAttrsWith (name: values: mergeValues depth values);

  # An option that has only definitions switched off by `mkIf` is not defined.
  isDefined = value: builtins.__isUnknown value || value != { };

  structure = [ "imports" "_file" "key" "disabledModules" "_class" "options" "config" "freeformType" "meta" ];
  # Arguments by name: those that are always there, else what modules put into `_module.args`. Which names there
  # are must not depend on the modules, or evaluating them would never end.
  apply = { base, extra }: f:
    f (base // mapAttrs (name: optional: extra.${name} or (builtins.__unknown "argument `${name}` comes from a module of an input"))
      (removeAttrs (builtins.functionArgs f) (attrNames base)));
  # A module and all it imports, as a list of their definitions and options.
  collect = arguments: module:
    let
      read = if isPath module || isString module then import module else module;
      value = if isFunction read || (isAttrs read && read ? __functor) then apply arguments read else read;
      definitions = if value ? config || value ? options then value.config or { } else removeAttrs value structure;
    in
    [ { definitions = discharge definitions; options = value.options or { }; } ]
    ++ concatMap (collect arguments) (value.imports or [ ]);

  argumentsOf = definitions: foldl' (all: own: all // own) { } (map (m: m.args or { }) (catAttrs "_module" (builtins.__known definitions)));

  evaluate = { inputs, self, specialArgs }: modules:
    let
      topArguments.extra = argumentsOf definitions;
      topArguments.base = {
        inherit lib self inputs withSystem getSystem flake-parts-lib;
        config = config // { inherit flake allSystems; };
        options = builtins.__open "an option" { };
        moduleWithSystem = build: builtins.__unknown "a module made by `moduleWithSystem`";
        moduleLocation = builtins.__unknown "the location of a module";
      } // specialArgs;
      records = concatMap (collect topArguments) modules;
      definitions = concatMap (record: record.definitions) records;
      config = merge 3 definitions;
      # An output that a module declares as an option is there, with its default if nothing defines it.
      declared = foldl' (all: options: if options ? _type then all else all // options) { }
        (map (record: record.options.flake or { }) (builtins.__known records));
      # Modules of inputs declare options and outputs; none that is known adds systems.
      systems = lib.unique (concatLists (concatMap discharge (catAttrs "systems" (builtins.__known definitions))));
      perSystem = concatMap discharge (catAttrs "perSystem" definitions);

      systemOf = system:
        let
          arguments.extra = argumentsOf definitions;
          arguments.base = {
            inherit lib system self inputs;
            config = own;
            options = builtins.__open "an option" { };
            pkgs = arguments.extra.pkgs or inputs.nixpkgs.legacyPackages.${system};
            self' = builtins.__open "an output of the flake" (mapAttrs (kind: value: value.${system} or { }) (lib.genAttrs perSystemKinds (kind: transposed.${kind})));
            inputs' = mapAttrs (name: input: builtins.__unknown "an output of input `${name}`") inputs;
            final = builtins.__unknown "an overlay's package set";
          } // removeAttrs specialArgs [ "pkgs" "config" "system" ];
          definitions = concatMap (record: record.definitions) (concatMap (collect arguments) perSystem);
          own = merge 3 definitions;
        in
        { inherit own arguments; };
      evaluated = lib.genAttrs systems systemOf;
      allSystems = mapAttrs (system: value: value.own) evaluated;
      withSystem = system: build: build (evaluated.${system}.arguments.base // { config = evaluated.${system}.own; });
      getSystem = system: allSystems.${system};

      kinds = lib.unique (perSystemKinds ++ attrNames (config.transposition or { }));
      transposed = lib.genAttrs kinds (kind: mapAttrs (system: own: own.${kind} or { }) allSystems) // {
        formatter = mapAttrs (system: own: own.formatter) (lib.filterAttrs (system: own: own ? formatter && isDefined own.formatter) allSystems);
      };
      flake = merge 2 ([ { nixosConfigurations = { }; nixosModules = { }; overlays = { }; } transposed ]
        ++ concatMap discharge (catAttrs "flake" definitions));

      partitionOf = partition:
        evaluate { inherit inputs self specialArgs; } (modules ++ [ (config.partitions.${partition}.module or { }) ]);
      partitioned = mapAttrs (kind: partition: (partitionOf partition).${kind} or { }) (config.partitionedAttrs or { });
    in
    mapAttrs (name: option: builtins.__unknown "the default of the option that declares it") declared
    // lib.optionalAttrs (config.debug or false) {
      debug = builtins.__unknown "what `debug = true` shows";
      allSystems = builtins.__unknown "what `debug = true` shows";
    }
    // flake // partitioned;

  flake-parts-lib = builtins.__open "a function of flake-parts that is not modelled" {
    inherit mkFlake;
    importApply = path: arguments: import path arguments;
    mkSubmoduleOptions = options: options;
    mkPerSystemOption = module: { };
    mkTransposedPerSystemModule = { name, ... }: { transposition.${name} = { }; };
  };
  mkFlake = arguments@{ inputs, self ? inputs.self, specialArgs ? { }, ... }: module:
    builtins.__framework "flake-parts" (evaluate { inherit inputs self specialArgs; } [ module ]);
in
{
  lib = flake-parts-lib;
  flakeModules = builtins.__open "a module of flake-parts that is not modelled" {
    partitions = { };
    modules = { };
    flakeModules = { };
    easyOverlay = {
      perSystem = { };
      flake.overlays.default = builtins.__unknown "the overlay of easyOverlay";
    };
  };
  templates = builtins.__open "a template of flake-parts" { };
  outPath = builtins.__unknown "a source that is fetched";
}
