{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.agenix-shell.url = "github:aciceri/agenix-shell";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [ inputs.agenix-shell.flakeModules.default ];
      agenix-shell.secrets = {
        token.file = ./token.age;
        other = { file = ./other.age; mode = "0440"; };
      };
      perSystem = { config, lib, pkgs, ... }: {
        devShells.default = pkgs.mkShell {
          shellHook = "source ${lib.getExe config.agenix-shell.installationScript}";
        };
        packages.script = config.agenix-shell.installationScript;
      };
    };
}
