{
  inputs.nixos.url = "github:NixOS/nixpkgs/nixos-22.11";
  inputs.latest.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.digga.url = "github:divnix/digga";
  inputs.digga.inputs.nixpkgs.follows = "nixos";

  outputs = { self, nixos, latest, digga }@inputs:
    digga.lib.mkFlake {
      inherit self inputs;
      supportedSystems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" ];
      channelsConfig.allowUnfree = true;
      channels = {
        nixos = {
          imports = [ (digga.lib.importOverlays ./overlays) ];
          overlays = [ (final: previous: { own = previous.runCommand "own" { } ""; }) ];
        };
        latest.overlays = [ (channels: final: previous: { inherit (channels.nixos) own; }) ];
      };
      nixos = ./nixos;
      darwin = ./darwin;
      home = {
        imports = [ (digga.lib.importExportableModules ./home/modules) ];
        users = digga.lib.rakeLeaves ./home/users;
      };
      devshell.exportedModules = [ ./shell.toml ];
      deploy.nodes = digga.lib.mkDeployNodes { rack = self.nixosConfigurations.rack; } { rack.fastConnection = true; };
      answer = 42;
      outputsBuilder = channels: {
        checks.own = channels.nixos.own;
        formatter = channels.latest.nixpkgs-fmt;
      };
    };
}
