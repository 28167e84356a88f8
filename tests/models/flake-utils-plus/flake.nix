{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.stable.url = "github:NixOS/nixpkgs/nixos-24.05";
  inputs.utils.url = "github:gytis-ivaskevicius/flake-utils-plus";

  outputs = inputs@{ self, nixpkgs, stable, utils }:
    let
      modules = utils.lib.exportModules [ ./modules/base.nix ./modules/web.nix ];
    in
    utils.lib.mkFlake {
      inherit self inputs;
      supportedSystems = [ "x86_64-linux" "aarch64-linux" ];
      channelsConfig.allowUnfree = true;
      channels.nixpkgs.overlaysBuilder = channels: [ (final: previous: { inherit (channels.stable) hello; }) ];
      channels.patched.input = nixpkgs;
      sharedOverlays = [ self.overlays.own ];

      hostDefaults.modules = [ modules.base ];
      hostDefaults.channelName = "stable";
      hosts.web.modules = [ modules.web ];
      hosts."box.example.org" = { system = "aarch64-linux"; output = "specialConfigurations"; builder = arguments: arguments; };

      nixosModules = modules;
      overlays.own = final: previous: { tool = previous.hello; };
      checks.x86_64-linux.given = nixpkgs.legacyPackages.x86_64-linux.hello;
      lib.answer = 42;

      outputsBuilder = channels: {
        packages = { inherit (channels.nixpkgs) hello tool; };
        checks.built = channels.nixpkgs.hello;
        devShells.default = channels.stable.mkShell { };
        formatter = channels.nixpkgs.nixpkgs-fmt;
      };
    };
}
