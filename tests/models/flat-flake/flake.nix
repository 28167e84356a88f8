{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.flat-flake.url = "github:linyinfeng/flat-flake";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-linux" ];
      imports = [ inputs.flat-flake.flakeModules.flatFlake ];
      flatFlake.config.allowed = [ [ "flake-utils" "systems" ] ];
      perSystem = { system, ... }: { flatFlake.check.enable = system == "x86_64-linux"; };
    };
}
