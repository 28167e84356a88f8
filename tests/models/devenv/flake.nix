{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.devenv.url = "github:cachix/devenv";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, ... }: {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [ inputs.devenv.flakeModule ];
      perSystem = { pkgs, ... }: {
        devenv.shells.default = { packages = [ pkgs.hello ]; };
        devenv.shells.docs = { pkgs, ... }: { containers = lib.mkForce { }; };
        packages.default = pkgs.hello;
      };
    });
}
