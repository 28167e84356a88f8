# vic/den: a module that makes a configuration of every `den.hosts.SYSTEM.NAME` and `den.homes.SYSTEM.NAME`. Aspects
# are not followed: they only say what is in a configuration.
{ lib, modified ? 9223372036854775807, ... }:
let
  inherit (lib) evalModules mkOption types;
  inherit (types) attrsOf lazyAttrsOf listOf raw str submodule unspecified;
  free = mkOption { type = unspecified; default = { }; };
  # What hosts and homes have in common: where in the outputs they go.
  entry = kinds: system: submodule ({ name, config, ... }: {
    freeformType = lazyAttrsOf unspecified;
    options = {
      name = mkOption { type = str; default = name; };
      system = mkOption { type = str; default = system; };
      class = mkOption { type = str; default = kinds.class config.system; };
      intoAttr = mkOption { type = unspecified; default = [ (kinds.into config.class) name ]; };
    };
  });
  hosts = {
    class = system: if lib.hasSuffix "darwin" system then "darwin" else "nixos";
    into = class: { nixos = "nixosConfigurations"; darwin = "darwinConfigurations"; systemManager = "systemConfigs"; }.${class}
      or (builtins.__unknown "where a host of class `${class}` goes");
  };
  homes = { class = system: "homeManager"; into = class: "homeConfigurations"; };
  bySystem = kinds: mkOption {
    default = { };
    type = attrsOf (submodule ({ name, ... }: { freeformType = attrsOf (entry kinds name); }));
  };
  outputsOf = systems: lib.concatMap (system:
    map (own: lib.setAttrByPath (if builtins.isString own.intoAttr then [ own.intoAttr own.name ] else own.intoAttr)
      (builtins.__open "a configuration is not evaluated" {
        pkgs = builtins.__open "packages of nixpkgs are not followed" { inherit (own) system; };
        config = builtins.__open "a configuration is not evaluated" { };
        options = builtins.__open "a configuration is not evaluated" { };
      }))
      (lib.filter (own: own.intoAttr != [ ]) (lib.attrValues system))) (lib.attrValues systems);
  outputs = mkOption { default = { }; type = submodule { freeformType = lazyAttrsOf unspecified; }; };

  module = { config, inputs, lib, ... }:
  let
    used = set: if modified < 1774981725 then set else builtins.intersectAttrs (lib.genAttrs config.den.systems (system: null)) set;
  in
  {
    imports = lib.optional (!(inputs ? flake-parts)) { options.flake = outputs; };
    # Since April 2026 what is for none of the flake's systems is left out.
    options.den = lib.optionalAttrs (modified >= 1774981725) {
      systems = mkOption {
        type = listOf str;
        default =
          let given = config.systems or (lib.unique (lib.attrNames config.den.hosts ++ lib.attrNames config.den.homes)); in
          if given == [ ] then lib.systems.flakeExposed else given;
      };
    } // lib.genAttrs [ "_" "aspects" "base" "ctx" "default" "ful" "lib" "provides" "schema" "stages" ] (name: free) // {
      hosts = bySystem hosts;
      homes = bySystem homes;
    };
    config = {
      _module.args.den = builtins.__open "a part of den that is not modelled" { inherit (config.den) hosts homes aspects; };
      flake = lib.mkMerge (outputsOf (used config.den.hosts) ++ outputsOf (used config.den.homes)
        # An aspect of the flake itself may add any output.
        ++ lib.optional (lib.any (lib.hasPrefix "flake") (lib.attrNames (config.den.ctx // config.den.schema)))
          (builtins.__unknown "an aspect of den that adds outputs"));
    };
  };
  # A namespace is a name for aspects, here or from elsewhere; it is an output where `true` is among its sources.
  namespace = name: sources: { config, lib, ... }: {
    imports = [ (lib.mkAliasOptionModule [ name ] [ "den" "ful" name ]) ];
    config._module.args.${name} = builtins.__open "an aspect of den that is not followed" { };
    config.flake = lib.mkIf (builtins.elem true (lib.flatten [ sources ])) {
      denful.${name} = builtins.__unknown "aspects that are not followed";
    };
  };
  flakeModules = { default = module; dendritic = module; strict = module; };
in
builtins.__open "an output of den that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  flakeModule = module;
  inherit flakeModules namespace;
  modules.flake = flakeModules;
  flakeOutputs = lib.genAttrs [ "nixosConfigurations" "darwinConfigurations" "homeConfigurations" "devShells" "packages" "apps" "checks" "tests" "legacyPackages" ]
    (kind: { lib, ... }: { options.flake.${kind} = outputs; }) // { flake = { options.flake = outputs; }; all = { includes = [ ]; }; };
}
