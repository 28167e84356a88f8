{ flake, lib, ... }: {
  imports = [ ./hardware.nix flake.nixosModules.base ];
}
