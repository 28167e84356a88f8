{
  outputs = inputs: {
    flakeModule =
      { config, lib, ... }:
      {
        options.other.enable = lib.mkEnableOption "it";
        config = {
          _module.args.other = "other";
          flake = lib.mkIf config.other.enable { nixosModules.extra = { }; };
          perSystem = { pkgs, ... }: { packages.added = pkgs.hello; };
        };
      };
  };
}
