{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.flake-parts.url = "github:hercules-ci/flake-parts";
  inputs.github-actions-nix.url = "github:synapdeck/github-actions-nix";

  outputs = inputs@{ flake-parts, ... }:
    flake-parts.lib.mkFlake { inherit inputs; } {
      systems = [ "x86_64-linux" "aarch64-darwin" ];
      imports = [ inputs.github-actions-nix.flakeModules.default ];
      perSystem = { config, pkgs, ... }: {
        githubActions = {
          enable = true;
          workflows.ci = {
            name = "CI";
            on.push.branches = [ "main" ];
            jobs.build = { runsOn = "ubuntu-latest"; steps = [ { run = "nix build"; } ]; };
          };
          workflows.release.jobs.tag = { runsOn = "ubuntu-latest"; steps = [ { run = "true"; } ]; };
        };
        packages.workflows = config.githubActions.workflowsDir;
        checks = config.githubActions.workflowFiles;
      };
    };
}
