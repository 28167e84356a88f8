{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.hercules-ci-effects.url = "github:hercules-ci/hercules-ci-effects";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-linux" ];
      imports = [ inputs.hercules-ci-effects.flakeModule ];
      hercules-ci.github-pages.branch = "main";
      hercules-ci.flake-update = { enable = true; when.dayOfWeek = [ "Sat" ]; };
      herculesCI = { config, ... }: { ciSystems = [ "x86_64-linux" ]; };
      perSystem = { pkgs, hci-effects, ... }: {
        hercules-ci.github-pages.settings.contents = pkgs.hello;
        packages.default = pkgs.hello;
      };
    };
}
