{ self, inputs, ... }:
let inherit (inputs.digga) lib; in
{
  imports = [ (lib.importHosts ./hosts) ];
  hostDefaults = {
    channelName = "nixos";
    modules = [ { } ];
    exportedModules = [ ../modules/base.nix [ ../modules/web.nix ] ];
  };
  hosts.box.system = "aarch64-linux";
  importables.suites.base = [ ];
}
