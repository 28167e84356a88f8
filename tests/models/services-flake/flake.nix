{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.process-compose-flake.url = "github:Platonic-Systems/process-compose-flake";
  inputs.services-flake.url = "github:juspay/services-flake";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [ inputs.process-compose-flake.flakeModule ];
      perSystem = { pkgs, lib, ... }: {
        process-compose.default = {
          imports = [ inputs.services-flake.processComposeModules.default ];
          services.postgres.db.enable = true;
          services.redis.cache.enable = true;
        };
        process-compose.bare = { config, ... }: {
          imports = [ inputs.services-flake.processComposeModules.default ];
          settings.processes.watch.command = lib.getExe pkgs.hello;
        };
        checks.other = pkgs.hello;
      };
    };
}
