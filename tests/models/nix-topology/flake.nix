{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.nix-topology.url = "github:oddlama/nix-topology";

  outputs = inputs@{ nixpkgs, flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-linux" ];
      imports = [ inputs.nix-topology.flakeModule ];
      flake.nixosConfigurations.box = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [ inputs.nix-topology.nixosModules.default ];
      };
      perSystem = { pkgs, ... }: {
        topology.modules = [ { networks.home.name = "Home"; } ];
        packages.tool = pkgs.hello;
      };
    };
}
