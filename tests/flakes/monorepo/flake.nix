{
  description = "One host, one module, a service of its own and a template";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";

  outputs =
    { self, nixpkgs }:
    {
      nixosModules.common = ./modules/common.nix;

      nixosConfigurations.web = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          self.nixosModules.common
          ./hosts/web.nix
        ];
      };

      templates.basic = {
        path = ./templates/basic;
        description = "A flake with one shell";
      };
    };
}
