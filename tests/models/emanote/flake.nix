{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.emanote.url = "github:srid/emanote";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.emanote.flakeModule ];
      perSystem = { pkgs, ... }: {
        emanote.sites = {
          notes = { layers = [ { path = ./notes; } ]; port = 9000; };
          draft = { layers = [ { path = ./notes; } ]; check = false; };
        };
        packages.default = pkgs.hello;
      };
    };
}
