{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.flake-root.url = "github:srid/flake-root";
  inputs.just-flake.url = "github:juspay/just-flake";
  inputs.mission-control.url = "github:Platonic-Systems/mission-control";
  inputs.files = { url = "github:mightyiam/files"; flake = false; };

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [
        inputs.flake-root.flakeModule
        inputs.just-flake.flakeModule
        inputs.mission-control.flakeModule
        "${inputs.files}/flake-module.nix"
      ];
      perSystem = { config, pkgs, ... }: {
        just-flake.features.convco.enable = false;
        mission-control.scripts.fmt = { description = "Format"; exec = "fmt"; category = "Dev"; };
        files.file."README.md".text = "Hello";
        packages = { inherit (pkgs) hello; root = config.flake-root.package; };
        apps = builtins.mapAttrs (name: script: { type = "app"; program = "x"; }) config.mission-control.scripts;
      };
    };
}
