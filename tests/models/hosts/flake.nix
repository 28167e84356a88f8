{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.colmena.url = "github:zhaofengli/colmena";
  inputs.colmena.inputs.nixpkgs.follows = "nixpkgs";
  inputs.deploy-rs.url = "github:serokell/deploy-rs";
  inputs.deploy-rs.inputs.nixpkgs.follows = "nixpkgs";
  inputs.nix-github-actions.url = "github:nix-community/nix-github-actions";
  inputs.nix-github-actions.inputs.nixpkgs.follows = "nixpkgs";

  outputs = { self, nixpkgs, colmena, deploy-rs, nix-github-actions }:
    let
      inherit (nixpkgs) lib;
      hostsOf = system: lib.filterAttrs (name: host: host.pkgs.stdenv.hostPlatform.system == system) self.nixosConfigurations;
      renamed = lib.mapAttrs' (name: host: lib.nameValuePair host.config.networking.hostName host) self.nixosConfigurations;
    in
    {
      nixosConfigurations = {
        # The system as an argument, in a module, and in a module that a module imports.
        amd = lib.nixosSystem { system = "x86_64-linux"; modules = [ { networking.hostName = "amd-box"; } ]; };
        arm = nixpkgs.lib.nixosSystem { modules = [ { nixpkgs.hostPlatform = "aarch64-linux"; networking.hostName = "arm-box"; } ]; };
        board = lib.nixosSystem { modules = [ ./board.nix ]; specialArgs = { name = "board"; }; };
      };
      colmenaHive = colmena.lib.makeHive {
        # A hive refuses whatever looks like a flake.
        meta.nixpkgs = removeAttrs (import nixpkgs { system = "x86_64-linux"; }) [ "outPath" "outputs" ];
        meta.description = "two nodes";
        defaults = { deployment.buildOnTarget = true; };
        web = { networking.hostName = "web"; };
        db = [ { networking.hostName = "db"; } ];
      };
      nodes = self.colmenaHive.nodes;
      deploy.nodes = lib.mapAttrs (name: host: {
        hostname = name;
        profiles.system.path = deploy-rs.lib.${host.pkgs.stdenv.hostPlatform.system}.activate.nixos host;
      }) self.nixosConfigurations;
      checks = lib.mapAttrs (system: deployLib: deployLib.deployChecks self.deploy // hostsOf system) deploy-rs.lib;
      packages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system:
        lib.mapAttrs' (name: host: lib.nameValuePair "image-${name}" host.config.system.build) (hostsOf system));
      githubActions = nix-github-actions.lib.mkGithubMatrix { checks = lib.getAttrs [ "x86_64-linux" ] self.checks; };
      hydraJobs = lib.mapAttrs (name: host: host.config.networking.hostName) renamed;
    };
}
