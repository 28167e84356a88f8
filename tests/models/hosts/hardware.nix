{ lib, ... }: {
  config = lib.mkMerge [ { nixpkgs.hostPlatform = lib.mkDefault "aarch64-linux"; } { boot.loader.grub.enable = false; } ];
}
