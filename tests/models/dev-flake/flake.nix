{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.dev-flake.url = "github:terlar/dev-flake";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.dev-flake.flakeModule ];
      dev.name = "project";
      perSystem = { pkgs, ... }: { treefmt.programs.deadnix.enable = true; devshells.docs = { }; };
    };
}
