{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs =
    { self, nixpkgs }:
    {
      packages.x86_64-linux = {
        default = self.packages.x86_64-linux.tool;
        tool = nixpkgs.legacyPackages.x86_64-linux.hello;
      };
      overlays.default = final: previous: { };
    };
}
