# terlar/dev-flake: devshell, git-hooks.nix and treefmt-nix together, each of which can be switched off.
arguments@{ lib, ... }:
let
  inherit (lib) mkIf mkOption types;
  flag = mkOption { type = types.bool; default = true; };
  moduleOf = source: (builtins.__model source arguments).flakeModule;
  module = { config, ... }:
    let
      own = config.dev or { };
      isOn = tool: own.${tool}.enable or true;
    in
    {
      key = "dev-flake";
      imports = map moduleOf [ "github:numtide/devshell" "github:cachix/git-hooks.nix" "github:numtide/treefmt-nix" ];
      options.dev = {
        name = mkOption { type = types.str; default = "project"; };
        rootSrc = mkOption { type = types.raw; default = builtins.__unknown "the root of a project"; };
        devshell = { enable = flag; addCommands = flag; addReadmeCommand = flag; };
        pre-commit.enable = flag;
        treefmt.enable = flag;
      };
      config.perSystem = {
        devshells = mkIf (isOn "devshell") { default = { }; };
        treefmt = mkIf (isOn "treefmt") { flakeCheck = lib.mkDefault (!(isOn "pre-commit")); };
        pre-commit = mkIf (isOn "pre-commit") { check.enable = lib.mkDefault true; };
      };
    };
in
builtins.__open "an output of dev-flake that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
