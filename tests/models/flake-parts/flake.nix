{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    flake-parts.url = "github:hercules-ci/flake-parts";
    flake-parts.inputs.nixpkgs-lib.follows = "nixpkgs";
    systems.url = "github:nix-systems/default";
  };

  outputs =
    inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; specialArgs.greeting = "hello"; } (
      {
        config,
        withSystem,
        moduleWithSystem,
        flake-parts-lib,
        lib,
        ...
      }:
      {
        systems = import inputs.systems;

        imports = [
          inputs.flake-parts.flakeModules.bundlers
          inputs.flake-parts.flakeModules.easyOverlay
          inputs.flake-parts.flakeModules.flakeModules
          inputs.flake-parts.flakeModules.modules
          inputs.flake-parts.flakeModules.partitions
          inputs.flake-parts.flakeModules.touchup
          ./parts/hosts.nix
          ./parts/images.nix
          ./parts/services.nix
          (flake-parts-lib.importApply ./parts/applied.nix { suffix = "applied"; })
          # The same file twice is one module.
          ./parts/hosts.nix
        ];

        perSystem =
          {
            config,
            pkgs,
            system,
            self',
            inputs',
            final,
            lib,
            ...
          }:
          {
            packages = {
              default = config.packages.tool;
              tool = pkgs.callPackage ./pkgs/tool.nix { };
              from-nixpkgs = inputs'.nixpkgs.legacyPackages.hello;
            }
            // lib.optionalAttrs (system == "x86_64-linux") { linux-only = pkgs.hello; };
            devShells.default = pkgs.mkShell { inputsFrom = [ self'.packages.tool ]; };
            checks = lib.mkMerge [
              { tool = self'.packages.tool; }
              (lib.mkIf pkgs.stdenv.isDarwin { darwin = pkgs.hello; })
            ];
            formatter = pkgs.hello;
            overlayAttrs = { inherit (config.packages) tool; };
            apps.tool = {
              type = "app";
              program = "${config.packages.tool}/bin/tool";
            };
            bundlers.default = drv: drv;
            legacyPackages.nested.deep = pkgs.hello;
          };

        flake = {
          lib.twice = x: x + x;
          # No module's own `meta`: an output.
          meta = import ./parts/meta.nix;
          nixosModules.base = { };
          flakeModules.default = ./parts/services.nix;
          modules.nixos.base = { };
          modules.generic.other = { };
          overlays.extra = final: prev: { };
          templates.default = {
            path = ./parts;
            description = "parts";
          };
          onLinux = withSystem "x86_64-linux" ({ config, ... }: { inherit (config.packages) tool; });
          nixosModules.with-system = moduleWithSystem (
            { config, ... }: { environment.systemPackages = [ config.packages.tool ]; }
          );
        };

        transposition.colours.adHoc = true;

        partitionedAttrs.checks = "dev";
        partitions.dev = {
          extraInputs.more.answer = "only-in-dev";
          module = {
            imports = [ ./dev/flake-module.nix ];
          };
        };

        touchup.attr.packages.any.attr.hidden.enable = false;
        touchup.attr.templates.enable = false;
      }
    );
}
