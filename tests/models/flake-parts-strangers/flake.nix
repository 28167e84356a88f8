{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts.url = "github:hercules-ci/flake-parts";
    other.url = "path:./other";
  };

  # A module that is not known declares options and adds outputs: what is known stays known.
  outputs =
    inputs:
    inputs.flake-parts.lib.mkFlake { inherit inputs; } (
      {
        config,
        lib,
        other,
        ...
      }:
      {
        imports = [ inputs.other.flakeModule ];
        options.hosts = lib.mkOption { type = lib.types.attrsOf lib.types.str; };
        config = {
          systems = [ "x86_64-linux" ];
          hosts.a = "a";
          hosts.b = lib.mkIf (config.systems != [ ]) "b";
          other.enable = true;
          flake.machines = lib.mapAttrs (name: host: host) config.hosts;
          flake.argument = { inherit other; };
          perSystem =
            { pkgs, config, ... }:
            {
              packages.own = pkgs.hello;
              devShells.default = pkgs.mkShell { };
            };
        };
      }
    );
}
