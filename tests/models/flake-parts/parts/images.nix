# A transposed kind of the workspace, and what `perSystem` says of it in two modules.
{ flake-parts-lib, lib, ... }:
{
  imports = [
    (flake-parts-lib.mkTransposedPerSystemModule {
      name = "images";
      option = lib.mkOption {
        type = lib.types.lazyAttrsOf lib.types.package;
        default = { };
      };
      file = ./images.nix;
    })
  ];
  options.perSystem = flake-parts-lib.mkPerSystemOption (
    { config, pkgs, ... }:
    {
      options.colours = lib.mkOption {
        type = lib.types.attrsOf lib.types.str;
        default = { };
      };
      config.images = lib.mapAttrs (name: colour: pkgs.hello) config.colours;
    }
  );
  config.perSystem =
    { system, ... }:
    {
      colours.red = "#f00";
      colours.blue = lib.mkIf (system == "x86_64-linux") "#00f";
    };
}
