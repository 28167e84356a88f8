{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.make-shell.url = "github:nicknovitski/make-shell";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.make-shell.flakeModules.default ];
      perSystem = { pkgs, ... }: {
        make-shells.default = { packages = [ pkgs.hello ]; };
        make-shells.docs = { pkgs, ... }: { packages = [ pkgs.jq ]; };
      };
    };
}
