{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.process-compose-flake.url = "github:Platonic-Systems/process-compose-flake";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" ];
      imports = [ inputs.process-compose-flake.flakeModule ];
      perSystem = { pkgs, ... }: {
        process-compose.default = {
          imports = [ { settings.processes.hello.command = "hello"; } ];
        };
        process-compose.tested = { config, ... }: {
          settings.processes.server.command = "serve";
          settings.processes.test.command = "true";
        };
        packages.other = pkgs.hello;
      };
    };
}
