# A kind of its own that several modules fill: an option in the workspace, and outputs made from it.
{
  config,
  lib,
  inputs,
  greeting,
  ...
}:
{
  options.hosts = lib.mkOption {
    type = lib.types.attrsOf (
      lib.types.submodule (
        { name, config, ... }:
        {
          options = {
            system = lib.mkOption {
              type = lib.types.str;
              default = "x86_64-linux";
            };
            enable = lib.mkEnableOption "the host" // {
              default = true;
            };
            fullName = lib.mkOption {
              type = lib.types.str;
              default = "${greeting}-${name}-${config.system}";
            };
          };
        }
      )
    );
    default = { };
  };
  options.flake.machines = lib.mkOption {
    type = lib.types.lazyAttrsOf lib.types.raw;
    default = { };
  };

  config = {
    hosts.alpha = { };
    hosts.beta.system = "aarch64-linux";
    hosts.gamma.enable = lib.mkForce false;
    flake.nixosConfigurations = lib.mapAttrs (
      name: host: inputs.nixpkgs.lib.nixosSystem { inherit (host) system; modules = [ ]; }
    ) (lib.filterAttrs (name: host: host.enable) config.hosts);
    flake.machines = lib.mapAttrs' (name: host: lib.nameValuePair host.fullName host) config.hosts;
  };
}
