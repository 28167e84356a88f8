{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.flake-file.url = "github:vic/flake-file";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.flake-file.flakeModules.dendritic ];
      flake-file.inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
      flake-file.apps.write-notes = pkgs: pkgs.hello;
      flake.modules.nixos.desk = { };
      perSystem = { pkgs, ... }: { packages.default = pkgs.hello; };
    };
}
