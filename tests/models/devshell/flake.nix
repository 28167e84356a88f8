{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.devshell.url = "github:numtide/devshell";

  outputs = inputs@{ self, flake-parts, devshell, nixpkgs, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } ({ lib, ... }: {
      systems = [ "x86_64-linux" ];
      imports = [ devshell.flakeModule ];
      perSystem = { pkgs, system, ... }: {
        devshells.default = { pkgs, ... }: { commands = [ { package = pkgs.hello; } ]; };
        devshells.ci = lib.mkIf (system == "x86_64-linux") { name = "ci"; };
        devShells.plain = pkgs.mkShell { };
        devShells.by-hand = devshell.legacyPackages.${system}.mkShell { name = "by-hand"; };
      };
      flake.overlays.tools = lib.composeManyExtensions [ devshell.overlays.default ];
    });
}
