# jedimahdi/fourmolu-nix: a formatter for treefmt-nix; it adds no output by itself.
{ lib, ... }:
let
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.fourmolu = lib.mkOption {
        type = lib.types.deferredModule;
        default = { };
        apply = settings: builtins.__open "an option of fourmolu-nix" { };
      };
    };
    config = { };
  };
in
builtins.__open "an output of fourmolu-nix that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
