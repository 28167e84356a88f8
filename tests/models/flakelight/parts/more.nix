{ lib, ... }: {
  config = lib.mkMerge [
    { checks = pkgs: { more = "true"; }; }
    (lib.mkIf true { bundler = drv: drv; })
  ];
}
