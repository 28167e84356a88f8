{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.landrun-nix.url = "github:srid/landrun-nix";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.landrun-nix.flakeModule ];
      perSystem = { pkgs, ... }: {
        landrunApps.default = { imports = [ inputs.landrun-nix.landrunModules.git ]; program = "${pkgs.hello}/bin/hello"; };
        landrunApps.editor.program = "${pkgs.vim}/bin/vim";
      };
    };
}
