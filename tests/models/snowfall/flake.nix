{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.home-manager.url = "path:./home-manager";
  inputs.snowfall-lib.url = "github:snowfallorg/lib";

  outputs = inputs:
    let
      lib = inputs.snowfall-lib.mkLib {
        inherit inputs;
        src = ./.;
        snowfall = { namespace = "forest"; root = ./nix; meta.name = "forest"; };
      };
    in
    lib.mkFlake {
      channels-config.allowUnfree = true;
      supportedSystems = [ "x86_64-linux" "aarch64-darwin" ];
      overlays = [ ];
      alias.packages.default = "tree";
      alias.shells.default = "work";
      alias.modules.nixos.default = "web/server";
      alias.templates.first = "start";
      modules.nixos.given = { };
      templates.start.description = "a start";
      templates.remote = { path = ./nix; description = "elsewhere"; };
      packages.extra = inputs.nixpkgs.legacyPackages.x86_64-linux.hello;
      extra-exported-overlays.more = final: previous: { };
      systems.hosts.extra.modules = [ ];
      systems.hosts.pi.channelName = "unstable";
      homes.modules = [ ];
      deploy.nodes.pi = lib.forest.node "pi";
      outputs-builder = channels: {
        formatter = channels.nixpkgs.nixfmt;
        checks.given = channels.nixpkgs.hello;
        legacyPackages.jq = channels.unstable.jq;
      };
    };
}
