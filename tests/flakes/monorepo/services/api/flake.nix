{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";

  outputs =
    { nixpkgs, ... }:
    {
      packages.x86_64-linux.api = nixpkgs.legacyPackages.x86_64-linux.callPackage ./api.nix { };
    };
}
