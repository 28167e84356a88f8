# synapdeck/github-actions-nix: workflow files from options; it adds no output by itself.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a value of github-actions-nix";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.githubActions = {
        enable = mkOption { type = types.bool; default = false; };
        workflows = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
        workflowsDir = mkOption { type = types.raw; default = opaque; };
        workflowFiles = mkOption { type = types.lazyAttrsOf types.raw; };
      };
    };
    # Where it is not enabled, nobody may read the files.
    config.perSystem = { config, ... }: {
      githubActions.workflowFiles = lib.mkIf (config.githubActions.enable or false)
        (lib.mapAttrs' (name: workflow: lib.nameValuePair "${name}.yml" opaque) (config.githubActions.workflows or { }));
    };
  };
in
builtins.__open "an output of github-actions-nix that is not modelled" {
  flakeModule = module;
  flakeModules = { default = module; githubActions = module; };
  outPath = builtins.__unknown "a source that is fetched";
}
