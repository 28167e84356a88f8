# clan-core: machines are those that are defined, those of the inventory and the folders of `machines/`. `lib.clan`
# evaluates them as a module, and so does the flake-parts module.
{ lib, modified ? 9223372036854775807, ... }:
let
  inherit (lib) attrNames evalModules filterAttrs genAttrs mkOption types;
  inherit (types) deferredModule lazyAttrsOf raw submodule unspecified;
  opaque = mkOption { type = raw; default = builtins.__unknown "a part of clan that is not followed"; };

  clanModule = { config, lib, self ? config.self, ... }:
    let
      folder = config.directory;
      exists = name: builtins.pathExists (folder + "/${name}");
      folders = if exists "machines" then filterAttrs (name: type: type == "directory") (builtins.readDir (folder + "/machines")) else { };
      file = if exists "inventory.json" then builtins.fromJSON (builtins.readFile (folder + "/inventory.json")) else { };
      names = folders // (file.machines or { }) // config.inventory.machines // config.machines;
      classOf = name: config.inventory.machines.${name}.machineClass or file.machines.${name}.machineClass or "nixos";
      ofClass = class: filterAttrs (name: value: classOf name == class) names;
      configurations = class: builtins.mapAttrs (name: value: (builtins.__model "model:configuration" { inherit lib; }) {
        inherit class;
        arguments = {
          modules = [ (config.machines.${name} or { }) ]
            ++ lib.optional (exists "machines/${name}/configuration.nix") (folder + "/machines/${name}/configuration.nix");
          specialArgs = config.specialArgs // { inherit self; };
        };
      }) (ofClass class);
      modulesOf = class: lib.mapAttrs' (name: value: lib.nameValuePair "clan-machine-${name}" (builtins.__unknown "the module of a machine")) (ofClass class);
    in
    {
      options = genAttrs [ "_allMachines" "_dependencies" "_prefix" "_services" "checks" "deprecatedModules" "exportInterfaces" "exports" "outputs" "vars" "varsDirectory" ] (name: opaque)
        // genAttrs [ "meta" "modules" "pkgsForSystem" "secrets" "templates" ] (name: mkOption { type = unspecified; default = { }; })
        // {
          self = mkOption { type = raw; default = self; };
          directory = mkOption { type = raw; default = config.self; };
          specialArgs = mkOption { type = lazyAttrsOf raw; default = { }; };
          machines = mkOption { type = lazyAttrsOf deferredModule; default = { }; };
          inventory = mkOption {
            default = { };
            type = submodule {
              freeformType = lazyAttrsOf unspecified;
              options.machines = mkOption {
                default = { };
                type = lazyAttrsOf (submodule {
                  freeformType = lazyAttrsOf unspecified;
                  options.machineClass = mkOption { type = types.str; default = "nixos"; };
                });
              };
            };
          };
        } // genAttrs [ "nixosConfigurations" "darwinConfigurations" "nixosModules" "darwinModules" "clanInternals" ] (name: mkOption { type = raw; });
      config = {
        nixosConfigurations = configurations "nixos";
        darwinConfigurations = configurations "darwin";
        nixosModules = modulesOf "nixos";
        darwinModules = modulesOf "darwin";
        clanInternals = dated 1779781417 (genAttrs [ "cliChecks" "inventoryClass" "machines" "secrets" "systems" "templates" "vars" ]
          (name: builtins.__unknown "a part of clan that is not followed"));
      };
    };
  # Options are added now and then: before that, what there is is not known to the last name.
  dated = since: set: if modified >= since then set else builtins.__open "an option that older versions of clan may have" set;

  clan = arguments:
    let evaluated = evalModules { modules = [ clanModule arguments ]; specialArgs = { inherit (arguments) self; }; class = "clan"; }; in
    builtins.__framework "clan" (evaluated // { config = dated 1776680084 evaluated.config; });

  flakeModule = { self, config, lib, flake-parts-lib, ... }: {
    imports = [ (lib.mkRenamedOptionModule [ "clan" ] [ "flake" "clan" ]) ];
    options.flake = flake-parts-lib.mkSubmoduleOptions {
      clan = mkOption {
        default = { };
        type = types.submoduleWith { modules = [ clanModule ]; specialArgs = { inherit self; }; };
        apply = value: builtins.__framework "clan" (dated 1776680084 value);
      };
      clanInternals = mkOption { type = raw; default = config.flake.clan.clanInternals; };
      darwinConfigurations = mkOption { type = lazyAttrsOf raw; };
      darwinModules = mkOption { type = lazyAttrsOf deferredModule; };
    };
    options.perSystem = flake-parts-lib.mkPerSystemOption { options.clan.pkgs = mkOption { type = raw; default = null; }; };
    config.flake = { inherit (config.flake.clan) nixosConfigurations nixosModules darwinConfigurations darwinModules; };
  };
in
builtins.__open "an output of clan-core that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = builtins.__open "a function of clan-core that is not modelled" {
    inherit clan;
    buildClan = arguments: (clan arguments).config;
  };
  flakeModules = { default = flakeModule; clan = flakeModule; };
}
