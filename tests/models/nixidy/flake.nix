{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-utils.url = "github:numtide/flake-utils";
  inputs.nixidy.url = "github:arnarg/nixidy";

  outputs = { self, nixpkgs, flake-utils, nixidy }:
    flake-utils.lib.eachDefaultSystem (system:
      let pkgs = import nixpkgs { inherit system; }; in
      {
        nixidyEnvs = nixidy.lib.mkEnvs {
          inherit pkgs;
          modules = [ ./base.nix ];
          envs = {
            dev.modules = [ ./dev.nix ];
            prod.modules = [ { nixidy.target.branch = "main"; } ];
          };
        };
        packages = {
          nixidy = nixidy.packages.${system}.default;
          tool = pkgs.hello;
        };
        apps = builtins.mapAttrs (name: env: { type = "app"; program = "${env.environmentPackage}"; })
          self.nixidyEnvs.${system};
      });
}
