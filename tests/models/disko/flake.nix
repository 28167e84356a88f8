{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.disko.url = "github:nix-community/disko";

  outputs = inputs@{ flake-parts, nixpkgs, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.disko.flakeModules.default ];
      flake.diskoConfigurations.desk.disko.devices = { };
      flake.nixosConfigurations.desk = nixpkgs.lib.nixosSystem { modules = [ inputs.disko.nixosModules.disko ]; };
    };
}
