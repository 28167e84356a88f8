# srid/emanote: each `emanote.sites.NAME` is a package, an app, and, since August 2025, a check unless it is switched off.
{ lib, modified, ... }:
let
  inherit (builtins) mapAttrs;
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a site of Emanote";
  site = {
    freeformType = types.lazyAttrsOf types.anything;
    options.check = mkOption { type = types.bool; default = true; };
  };
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.emanote.sites = mkOption { type = types.lazyAttrsOf (types.submodule site); default = { }; };
    };
    config.perSystem = { config, ... }:
      let sites = config.emanote.sites or { }; in
      {
        packages = mapAttrs (name: site: opaque) sites;
        apps = mapAttrs (name: site: { type = "app"; program = opaque; }) sites;
        checks = if modified < 1754751896 then { } else mapAttrs (name: site: opaque) (lib.filterAttrs (name: site: site.check or true) sites);
      };
  };
in
builtins.__open "an output of Emanote that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  packages = lib.genAttrs lib.systems.flakeExposed (system: builtins.__open "a package of Emanote" { default = opaque; });
  outPath = builtins.__unknown "a source that is fetched";
}
