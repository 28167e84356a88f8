{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.nix-unit.url = "github:nix-community/nix-unit";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.nix-unit.modules.flake.default ];
      perSystem = { ... }: {
        nix-unit.inputs = { inherit (inputs) flake-parts; };
        nix-unit.tests."test one" = { expr = 1; expected = 1; };
      };
      flake.tests.testTwo = { expr = 2; expected = 2; };
    };
}
