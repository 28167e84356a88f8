{
  # Found by a hash, which is not computed: the module stays a stranger.
  outputs = inputs: {
    flakeModule = builtins.getAttr (builtins.hashString "md5" "") {
      d41d8cd98f00b204e9800998ecf8427e =
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
  };
}
