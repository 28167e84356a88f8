{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      evaluated = lib.evalModules {
        modules = [
          ./options.nix
          ./fleet.nix
          { _module.args.domain = "example.org"; }
        ];
        specialArgs = { inherit nixpkgs; };
      };
      inherit (evaluated) config;
    in
    {
      inherit (config) nixosModules;
      nixosConfigurations = lib.mapAttrs (name: host: lib.nixosSystem { inherit (host) system modules; }) config.hosts;
      packages = lib.genAttrs config.systems (
        system:
        lib.mapAttrs' (name: tool: lib.nameValuePair tool.package nixpkgs.legacyPackages.${system}.hello) (
          lib.filterAttrs (name: tool: tool.enable) config.tools
        )
      );
      homeConfigurations = lib.listToAttrs (
        lib.concatMap (
          host: map (user: lib.nameValuePair "${user}@${host.name}" { }) host.users
        ) (lib.attrValues config.hosts)
      );
      domains = lib.mapAttrs (name: host: host.fqdn) config.hosts;
      extended = (evaluated.extendModules { modules = [ { tools.extra = { }; } ]; }).config.tools;
    };
}
