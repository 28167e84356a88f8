{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.terranix.url = "github:terranix/terranix";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.terranix.flakeModule ];
      perSystem = { pkgs, ... }: {
        terranix.terranixConfigurations.default = { modules = [ { } ]; };
        terranix.terranixConfigurations.cloud = { workdir = "cloud"; modules = [ ]; };
        packages.other = pkgs.hello;
      };
    };
}
