{
  inputs.flake-utils.url = "github:numtide/flake-utils";

  outputs = { self, nixpkgs, flake-utils }:
    let
      inherit (flake-utils.lib) eachDefaultSystem eachSystem mkApp system;
    in
    eachDefaultSystem (system:
      let pkgs = nixpkgs.legacyPackages.${system}; in
      {
        packages = {
          default = pkgs.hello;
          tool = pkgs.callPackage ./tool.nix { };
        };
        apps.default = mkApp { drv = self.packages.${system}.default; };
        devShells.default = pkgs.mkShell { packages = [ pkgs.jq ]; };
        formatter = pkgs.nixpkgs-fmt;
      })
    // eachSystem [ system.x86_64-linux ] (system: { checks.only-here = nixpkgs.legacyPackages.${system}.hello; })
    // {
      overlays.default = final: previous: { };
      nixosConfigurations.host = nixpkgs.lib.nixosSystem { modules = [ ]; };
      onSystems = builtins.listToAttrs (map (name: { inherit name; value = true; }) flake-utils.lib.defaultSystems);
    };
}
