{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.ez-configs.url = "github:ehllie/ez-configs";
  inputs.home-manager.url = "github:nix-community/home-manager";

  outputs = inputs@{ flake-parts, nixpkgs, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.ez-configs.flakeModule ];
      ezConfigs = {
        root = ./.;
        globalArgs = { inherit inputs; };
        nixos.hosts.desk.userHomeModules = [ "alice" ];
        home.users.carol.nameFunction = host: "carol-on-${host}";
        home.users.dave.standalone = { enable = true; pkgs = nixpkgs.legacyPackages.x86_64-linux; };
      };
      flake.nixosConfigurations.extra = nixpkgs.lib.nixosSystem { modules = [ ]; };
    };
}
