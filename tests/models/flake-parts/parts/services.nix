{ lib, flake-parts-lib, ... }:
{
  options.flake = flake-parts-lib.mkSubmoduleOptions {
    services = lib.mkOption {
      type = lib.types.lazyAttrsOf lib.types.unspecified;
      default = { };
    };
  };
  config.flake.services.web = { };
  config.flake.services.mail = lib.mkIf true { };
  config.perSystem =
    { pkgs, ... }:
    {
      packages.service = pkgs.hello;
      packages.hidden = pkgs.hello;
    };
}
