{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.clan-core.url = "github:clan-lol/clan-core";
  inputs.clan-core.inputs.nixpkgs.follows = "nixpkgs";

  outputs = { self, clan-core, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "example";
        imports = [ ./more.nix ];
        inventory.machines.laptop.machineClass = "darwin";
        machines.desk = { nixpkgs.hostPlatform = "x86_64-linux"; };
      };
    in
    {
      inherit (clan.config) nixosConfigurations darwinConfigurations nixosModules darwinModules clanInternals;
      hosts = builtins.mapAttrs (name: machine: machine.config.networking.hostName) clan.config.nixosConfigurations;
    };
}
