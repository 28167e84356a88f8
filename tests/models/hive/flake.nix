{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.std.url = "github:divnix/std";
  inputs.std.inputs.nixpkgs.follows = "nixpkgs";
  inputs.hive.url = "github:divnix/hive";
  inputs.hive.inputs.nixpkgs.follows = "nixpkgs";
  inputs.colmena.url = "github:zhaofengli/colmena";
  inputs.hive.inputs.colmena.follows = "colmena";

  outputs = inputs@{ self, std, hive, ... }:
    hive.growOn {
      inherit inputs;
      systems = [ "x86_64-linux" "aarch64-linux" ];
      cellsFrom = ./cells;
      cellBlocks = [
        (std.blockTypes.functions "profiles")
        hive.blockTypes.nixosConfigurations
        hive.blockTypes.colmenaConfigurations
        hive.blockTypes.diskoConfigurations
      ];
    }
      {
        nixosConfigurations = hive.collect self "nixosConfigurations";
        diskoConfigurations = (hive.collect // { renamer = cell: target: target; }) self "diskoConfigurations";
        colmenaHive = hive.collect self "colmenaConfigurations";
      };
}
