# divnix/digga: options for hosts, homes, channels and a shell, handed to flake-utils-plus. Written after its options and
# what it gives for its examples.
{ lib, sources, modified, ... }:
let
  inherit (builtins) attrNames attrValues concatLists filter foldl' isAttrs isFunction isPath isString listToAttrs map mapAttrs pathExists readDir removeAttrs;
  inherit (lib) flatten hasSuffix mapAttrs' mkOption nameValuePair optionalAttrs removeSuffix types;
  fup = (builtins.__model "github:gytis-ivaskevicius/flake-utils-plus" {
    inherit lib sources;
    overrides = { };
    nested = true;
    # What it locks.
    modified = 1654029967;
  }).lib;
  opaque = builtins.__unknown "a value of digga";

  # ---- options -----------------------------------------------------------------------------------------

  orPath = type: types.coercedTo types.path (value: import value) type;
  option = type: default: mkOption { inherit type default; };
  # Lists of lists of modules, or one; a file of a module stays its path.
  listed = mkOption { type = types.coercedTo types.anything (value: flatten [ value ]) (types.listOf types.raw); default = [ ]; };
  module = options: types.submoduleWith { modules = [ { inherit options; } ]; };
  name = option (types.nullOr types.str) null;
  importables = option types.raw { };
  hosts = {
    hosts = option (types.attrsOf (module { system = name; channelName = name; modules = listed; tests = listed; })) { };
    hostDefaults = option (module { system = name; channelName = name; modules = listed; exportedModules = listed; externalModules = listed; }) { };
    inherit importables;
  };
  declared = self: inputs:
    let
      # What these modules import may depend on the inputs.
      group = options: option (orPath (types.submoduleWith { specialArgs = { inherit self inputs; }; modules = [ { inherit options; } ]; })) { };
    in
    {
    self = option types.raw null;
    inputs = option types.raw { };
    supportedSystems = option (types.listOf types.str) fup.defaultSystems;
    channelsConfig = option (orPath types.raw) { };
    channels = option
      (orPath (types.attrsOf (types.submoduleWith {
        modules = [ ({ name, ... }: {
          options = {
            overlays = mkOption { type = orPath (types.coercedTo types.anything (value: flatten [ value ]) (types.listOf (orPath types.raw))); default = [ ]; };
            config = option (orPath types.raw) { };
            input = option types.raw self.inputs.${name};
            patches = option (types.listOf types.raw) [ ];
          };
        }) ];
      })))
      { };
    outputsBuilder = option (orPath types.raw) (channels: { });
    nixos = group hosts;
    darwin = group hosts;
    home = group { modules = listed; exportedModules = listed; externalModules = listed; users = option (types.attrsOf types.raw) { }; inherit importables; };
    devshell = group { modules = listed; exportedModules = listed; externalModules = listed; };
  };

  # ---- outputs -----------------------------------------------------------------------------------------

  isSome = set: builtins.__isUnknown set || set != { };
  withoutNulls = builtins.__filterAttrs (name: value: builtins.__isUnknown value || value != null);
  defaults = self: config: channels:
    let
      pkgs = channels.${config.nixos.hostDefaults.channelName};
      inherit (pkgs.stdenv.buildPlatform) isDarwin;
      homes = mapAttrs (user: home: opaque) config.home.users;
      # Those of a host of this system, which is not followed.
      tests = host: map (test: "customTestFor-${host}-${test.name}") config.nixos.hosts.${host}.tests;
      tested = filter (host: config.nixos.hosts.${host}.tests != [ ]) (attrNames config.nixos.hosts);
      hostTests = listToAttrs (map (name: { inherit name; value = opaque; }) (concatLists (map tests tested)));
    in
    {
      homeConfigurationsPortable = homes;
      packages = fup.exportPackages self.overlays channels;
      devShell = opaque;
      checks =
        (if self ? homeConfigurations && isSome self.homeConfigurations
          then builtins.__filterAttrs (name: home: builtins.__unknown "the system of a home") (mapAttrs' (user: home: nameValuePair "user-${user}" opaque) self.homeConfigurations)
          else { })
        // mapAttrs' (user: home: nameValuePair "user-${user}" opaque) homes
        // (if !isDarwin && self ? deploy && isSome self.deploy
          then { deploy-deploy-schema = opaque; deploy-deploy-activate = opaque; } else { })
        // (if isDarwin || tested == [ ] then { }
          else builtins.__filterAttrs (name: test: builtins.__unknown "the system of a host") hostTests);
    };

  mkFlake = arguments:
    let
      inherit (arguments) self inputs;
      options = declared self inputs;
      inherit (lib.evalModules { modules = [ arguments { inherit options; config._module.check = false; } ]; }) config;
      hostsOf = output: group: mapAttrs (host: given: withoutNulls (removeAttrs given [ "tests" ]) // { inherit output; }) group.hosts;
      # An overlay may take the channels first.
      applied = channels: overlay:
        let given = overlay opened opened; in
        if !(builtins.__isUnknown given) && isFunction given then overlay channels else overlay;
      # Modules of the shell may be written in TOML.
      named = module: if isPath module && hasSuffix ".toml" module then { _file = toString module; } else module;
      opened = builtins.__open "packages of nixpkgs are not followed" { };
      given = {
        inherit (config) channelsConfig supportedSystems;
        inherit self inputs;
        sharedOverlays = [ (final: previous: { __dontExport = true; }) ];
        hosts = hostsOf "nixosConfigurations" config.nixos // hostsOf "darwinConfigurations" config.darwin;
        channels = mapAttrs (name: channel: removeAttrs channel [ "overlays" ] // { overlaysBuilder = channels: map (applied channels) channel.overlays; }) config.channels;
        nixosModules = fup.exportModules config.nixos.hostDefaults.exportedModules;
        darwinModules = fup.exportModules config.darwin.hostDefaults.exportedModules;
        homeModules = fup.exportModules config.home.exportedModules;
        devshellModules = fup.exportModules (map named config.devshell.exportedModules);
        overlays = fup.exportOverlays { inherit (self) pkgs; inherit inputs; };
        outputsBuilder = channels: fup.mergeAny (defaults self config channels) (config.outputsBuilder channels);
      };
    in
    builtins.__framework "digga" (fup.mkFlake (fup.mergeAny given (removeAttrs arguments (attrNames options))));

  # ---- files -------------------------------------------------------------------------------------------

  rakeLeaves = directory:
    let
      entries = readDir directory;
      leaf = file:
        let path = directory + "/${file}"; in
        if entries.${file} == "regular" || pathExists (path + "/default.nix") then path else rakeLeaves path;
      fits = file: entries.${file} == "directory" || entries.${file} == "regular" && hasSuffix ".nix" file;
      found = file: let value = leaf file; in if value == { } then { } else { ${removeSuffix ".nix" file} = value; };
    in
    foldl' (all: file: all // found file) { } (filter fits (attrNames entries));
  flattenTree = tree:
    let
      below = path: value:
        if isPath value then { ${path} = value; }
        else if isAttrs value then foldl' (all: name: all // below (if path == "" then name else "${path}.${name}") value.${name}) { } (attrNames value)
        else { };
    in
    below "" tree;
  leaves = directory: flattenTree (rakeLeaves directory);
in
builtins.__open "an output of digga that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = builtins.__open "a function of digga that is not modelled" {
    inherit (fup) defaultSystems eachDefaultSystem eachSystem exportModules exportOverlays exportPackages filterPackages mergeAny;
    inherit flattenTree rakeLeaves;
    # Before hosts of nix-darwin it was another library.
    mkFlake = if modified < 1650818655 then builtins.__unknown "the outputs of an older digga"
      else { __functor = self: mkFlake; options = opaque; };
    importOverlays = directory: { overlays = lib.mkAfter (attrValues (leaves directory)); };
    importExportableModules = directory: { exportedModules = attrValues (leaves directory); };
    importHosts = directory: { hosts = mapAttrs (name: module: { modules = [ module ]; }) (leaves directory); };
    collectHosts = nixos: darwin: nixos // darwin;
    collectHostsOnSystem = hosts: system: builtins.__filterAttrs (name: host: builtins.__unknown "the system of a host") hosts;
    # Users, and the names of machines, are options of a configuration.
    mkHomeConfigurations = hosts: if hosts == { } then { } else builtins.__open "the users of hosts" { };
    mkDeployNodes = hosts: more: lib.recursiveUpdate (mapAttrs (name: host: { hostname = opaque; profiles.system = { user = "root"; path = opaque; }; }) hosts) more;
    mkTest = host: test: opaque;
    allProfilesTest = opaque;
  };
}
