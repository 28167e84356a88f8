# ehllie/ez-configs: hosts, users and modules by directory. `ROOT/KIND-configurations` and `ROOT/KIND-modules` hold
# one file or directory for each, for the kinds `nixos`, `darwin` and `home`; a user is configured on each host.
{ lib, ... }:
let
  inherit (builtins) attrNames listToAttrs mapAttrs pathExists readDir;
  inherit (lib) concatMapAttrs hasSuffix mkOption removeSuffix types;
  opaque = builtins.__unknown "a configuration by ez-configs";
  isFile = path: pathExists path && builtins.readFileType path == "regular";
  # `DIR.nix` alone is the module `default`; else each file and each directory with a `default.nix` is one.
  read = directory:
    if directory == null then { }
    else if isFile "${directory}.nix" then { default = directory; }
    else if pathExists directory && builtins.readFileType directory == "directory" then
      concatMapAttrs (name: type:
        if type == "regular" && hasSuffix ".nix" name then { ${removeSuffix ".nix" name} = "${directory}/${name}"; }
        else if isFile "${directory}/${name}/default.nix" then { ${name} = "${directory}/${name}/default.nix"; }
        else { }) (readDir directory)
    else { };
  null' = mkOption { type = types.raw; default = null; };
  set = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
  options = {
    modulesDirectory = null';
    configurationsDirectory = null';
    earlyModuleArgs = set;
    specialArgs = set;
    extraSpecialArgs = set;
    hosts = set;
    users = set;
  };
  module = { config, ... }:
    let
      own = config.ezConfigs or { };
      root = own.root or null;
      directory = kind: part:
        let given = own.${kind}."${part}Directory" or null; in
        if given != null then toString given
        else if root == null then null
        else "${toString root}/${kind}-${part}";
      modules = kind: read (directory kind "modules");
      configurations = kind: read (directory kind "configurations");
      systems = kind: mapAttrs (name: path: opaque) (configurations kind);
      hosts = attrNames (config.flake.nixosConfigurations // config.flake.darwinConfigurations);
      nameOf = user: settings:
        if (settings.nameFunction or null) == null then host: "${user}@${host}" else settings.nameFunction;
      homes = user: path:
        let settings = own.home.users.${user} or { }; in
        if settings.standalone.enable or false then { ${user} = opaque; }
        else listToAttrs (map (host: { name = nameOf user settings host; value = opaque; }) hosts);
    in
    {
      options.ezConfigs = {
        root = null';
        globalArgs = set;
        earlyModuleArgs = set;
        home = options;
        nixos = options;
        darwin = options;
      };
      config.flake = {
        homeModules = modules "home";
        nixosModules = modules "nixos";
        darwinModules = modules "darwin";
        nixosConfigurations = systems "nixos";
        darwinConfigurations = systems "darwin";
        homeConfigurations = concatMapAttrs homes (configurations "home");
      };
    };
in
builtins.__open "an output of ez-configs that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
