# tgirlcloud/easy-hosts: each `easy-hosts.hosts.NAME` is a `nixosConfigurations.NAME` or a `darwinConfigurations.NAME`
# by its class. With `autoConstruct` the hosts are the directories of `PATH/ARCH-CLASS`, or of `PATH` for one system.
{ lib, ... }:
let
  inherit (builtins) elemAt mapAttrs readDir;
  inherit (lib) filterAttrs mkOption splitString types;
  opaque = builtins.__unknown "a configuration by easy-hosts";
  set = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
  list = mkOption { type = types.listOf types.raw; default = [ ]; };
  nullable = mkOption { type = types.raw; default = null; };
  function = mkOption { type = types.raw; default = name: { }; };
  host = {
    freeformType = types.lazyAttrsOf types.anything;
    options = {
      class = mkOption { type = types.str; default = "nixos"; };
      arch = mkOption { type = types.str; default = "x86_64"; };
      modules = list;
      specialArgs = set;
      tags = list;
      path = nullable;
    };
  };
  found = own:
    let
      below = system: entries:
        let parts = splitString "-" system; in
        mapAttrs (name: type: { arch = elemAt parts 0; class = elemAt parts 1; }) entries;
      all = readDir own.path;
    in
    if own.onlySystem or null != null then below own.onlySystem all
    else lib.foldl' (hosts: system: below system (readDir "${toString own.path}/${system}") // hosts) { }
      (lib.reverseList (builtins.attrNames (filterAttrs (name: type: type == "directory") all)));
  module = { config, ... }:
    let
      own = config.easy-hosts or { };
      classOf = host:
        let class = host.class or "nixos"; in
        ({ linux = "nixos"; } // (own.additionalClasses or { })).${class} or class;
      isDarwin = name: host: classOf host == "darwin";
      hosts = own.hosts or { };
      darwin = filterAttrs isDarwin hosts;
      nixos = filterAttrs (name: host: !(isDarwin name host)) hosts;
      given = kind: some: lib.optionalAttrs (some != { }) { ${kind} = mapAttrs (name: host: opaque) some; };
    in
    {
      options.easy-hosts = {
        autoConstruct = mkOption { type = types.bool; default = false; };
        path = nullable;
        onlySystem = nullable;
        shared = { modules = list; specialArgs = set; };
        perClass = function;
        perArch = function;
        perTag = function;
        additionalClasses = set;
        hosts = mkOption { type = types.lazyAttrsOf (types.submodule host); default = { }; };
      };
      config = {
        easy-hosts.hosts = lib.mkIf (own.autoConstruct or false) (found own);
        flake = given "nixosConfigurations" nixos // given "darwinConfigurations" darwin;
      };
    };
in
builtins.__open "an output of easy-hosts that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
