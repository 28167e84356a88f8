# numtide/devshell: its flake-parts module makes `devShells.NAME` of `devshells.NAME`.
{ lib, name, ... }:
let
  module = {
    perSystem = { config, ... }: {
      devShells = builtins.mapAttrs (name: shell: builtins.__unknown "a shell of devshell") (config.devshells or { });
    };
  };
in
builtins.__open "an output of devshell that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
