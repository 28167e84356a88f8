{ lib, name, config, pkgs, modulesPath, ... }: {
  imports = [ ./hardware.nix ];
  networking.hostName = lib.mkDefault "${name}-box";
}
