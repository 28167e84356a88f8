{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.wrappers.url = "github:BirdeeHub/nix-wrapper-modules";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.wrappers.flakeModules.wrappers ];
      flake.wrappers.hello = { pkgs, ... }: { package = pkgs.hello; };
      flake.wrappers.left-out = { pkgs, ... }: { package = pkgs.jq; };
      perSystem = { ... }: { wrappers.packages.left-out = true; };
    };
}
