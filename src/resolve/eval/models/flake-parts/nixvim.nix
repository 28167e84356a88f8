# nix-community/nixvim: its flake-parts modules declare `nixvimConfigurations` by system and `nixvimModules`, and make
# packages and checks of the configurations where that is enabled.
{ lib, ... }:
let
  inherit (lib) mapAttrs' mkOption types;
  opaque = builtins.__unknown "a value of nixvim";
  nixvimModules = { flake-parts-lib, ... }: {
    options.flake = flake-parts-lib.mkSubmoduleOptions {
      nixvimModules = mkOption { type = types.lazyAttrsOf types.deferredModule; default = { }; };
    };
    config.flake.nixvimModules = { };
  };
  nixvimConfigurations = { flake-parts-lib, ... }: flake-parts-lib.mkTransposedPerSystemModule {
    name = "nixvimConfigurations";
    option = mkOption { type = types.lazyAttrsOf types.raw; default = { }; };
    file = "nixvim";
  };
  made = {
    enable = mkOption { type = types.bool; default = false; };
    nameFunction = mkOption { type = types.raw; default = name: name; };
  };
  auto = { config, ... }: {
    options.nixvim = { packages = made; checks = made; };
    config.perSystem = perSystem:
      let
        each = kind:
          let own = config.nixvim.${kind} or { }; in
          lib.mkIf (own.enable or false) (mapAttrs' (name: configuration: {
            name = (own.nameFunction or (name: name)) name;
            value = opaque;
          }) (perSystem.config.nixvimConfigurations or { }));
      in
      { packages = each "packages"; checks = each "checks"; };
  };
  tools = builtins.__open "a function of nixvim" {
    makeNixvim = configuration: opaque;
    makeNixvimWithModule = arguments: opaque;
  };
in
builtins.__open "an output of nixvim that is not modelled" {
  flakeModules = {
    default.imports = [ auto nixvimConfigurations nixvimModules ];
    inherit auto nixvimConfigurations nixvimModules;
  };
  legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: tools);
  lib = builtins.__open "a function of nixvim" (lib.genAttrs lib.systems.flakeExposed (system: tools) // {
    evalNixvim = arguments: builtins.__open "an evaluation by nixvim" { config = opaque; };
  });
  outPath = builtins.__unknown "a source that is fetched";
}
