{ config, lib, domain, ... }:
let
  inherit (lib) mkOption types;
  host = { name, config, ... }: {
    options = {
      name = mkOption { type = types.str; default = name; };
      system = mkOption { type = types.enum [ "x86_64-linux" "aarch64-linux" ]; default = "x86_64-linux"; };
      users = mkOption { type = types.listOf types.str; default = [ "root" ]; };
      modules = mkOption { type = types.listOf types.deferredModule; default = [ ]; };
      fqdn = mkOption { type = types.str; };
    };
    config.fqdn = lib.mkDefault "${config.name}.${domain}";
  };
in
{
  imports = [ (lib.mkRenamedOptionModule [ "machines" ] [ "hosts" ]) ];
  options = {
    systems = mkOption { type = types.listOf types.str; apply = lib.unique; };
    hosts = mkOption { type = types.attrsOf (types.submodule host); default = { }; };
    nixosModules = mkOption { type = types.lazyAttrsOf types.deferredModule; default = { }; };
    tools = mkOption {
      type = types.attrsOf (types.submodule ({ name, ... }: {
        options.enable = lib.mkEnableOption name // { default = true; };
        options.package = mkOption { type = types.str; default = "tool-${name}"; };
      }));
    };
  };
  config.systems = lib.mapAttrsToList (name: host: host.system) config.hosts;
  config.nixosModules.common = { };
}
