{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.agenix-rekey.url = "github:oddlama/agenix-rekey";

  outputs = inputs@{ self, flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.agenix-rekey.flakeModule ];
      perSystem = { config, pkgs, ... }: {
        agenix-rekey.nixosConfigurations = { };
        devShells.default = pkgs.mkShell { packages = [ config.agenix-rekey.package ]; };
      };
      flake.by-hand = inputs.agenix-rekey.configure { userFlake = self; nodes = { }; systems = [ "aarch64-linux" ]; };
    };
}
