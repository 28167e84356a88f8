{
  description = "The semicolon after the inputs is missing";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";
    systems.url = "github:nix-systems/default";
  }

  outputs =
    { nixpkgs, systems, ... }:
    {
      packages = nixpkgs.lib.genAttrs (import systems) (system: {
        default = nixpkgs.legacyPackages.${system}.hello;
      });
    };
}
