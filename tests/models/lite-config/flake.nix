{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.lite-config.url = "github:AtaraxiaSjel/lite-config";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, ... }: {
      imports = [ inputs.lite-config.flakeModule ];
      # Its options may be given by a function.
      lite-config = { lib, ... }: {
        nixpkgs.nixpkgs = inputs.nixpkgs;
        nixpkgs.setPerSystemPkgs = false;
        nixpkgs.exportOverlayPackages = false;
        hostModuleDir = ./hosts;
        hosts = {
          builder.system = "x86_64-linux";
          board.system = "aarch64-linux";
          laptop.system = "aarch64-darwin";
        };
      };
      perSystem = { system, ... }: {
        checks = lib.mapAttrs' (name: host: lib.nameValuePair "host-${name}" host)
          (lib.filterAttrs (name: host: lib.hasPrefix "b" name) inputs.self.nixosConfigurations);
      };
    });
}
