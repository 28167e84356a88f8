{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.nixos-unified.url = "github:srid/nixos-unified";
  inputs.nix-darwin.url = "github:nix-darwin/nix-darwin";
  inputs.home-manager.url = "github:nix-community/home-manager";

  outputs = inputs: inputs.nixos-unified.lib.mkFlake {
    inherit inputs;
    root = ./.;
    systems = [ "x86_64-linux" ];
  };
}
