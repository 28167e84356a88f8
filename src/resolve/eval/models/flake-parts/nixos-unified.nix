# srid/nixos-unified (before: nixos-flake): functions for hosts below one output, packages `activate` and `update`;
# `autoWire` takes hosts, homes, modules and overlays from directories, and `mkFlake` takes flake-parts modules from one.
{ lib, source, ... }:
let
  inherit (builtins) attrNames head mapAttrs pathExists readDir tail;
  inherit (lib) concatMapAttrs hasSuffix mkOption removeSuffix types;
  opaque = builtins.__unknown "a value of nixos-unified";
  configuration = class: module: builtins.__model "model:configuration" { inherit lib; } { inherit class; arguments.modules = [ module ]; };
  output = if source == "github:srid/nixos-flake" then "nixos-flake" else "nixos-unified";
  default = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.${output} = mkOption {
        type = types.submodule { freeformType = types.lazyAttrsOf types.anything; };
        default = { };
      };
    };
    config = {
      flake.${output}.lib = builtins.__open "a function of nixos-unified" {
        specialArgsFor = opaque;
        mkLinuxSystem = options: configuration "nixos";
        mkMacosSystem = options: configuration "darwin";
        mkHomeConfiguration = pkgs: module: opaque;
      };
      perSystem.packages = { update = opaque; activate = opaque; };
    };
  };
  # Each `NAME.nix` and each directory `NAME` with a `default.nix`.
  files = directory:
    if !(pathExists directory) then { }
    else concatMapAttrs (name: type:
      if type == "regular" then
        lib.optionalAttrs (hasSuffix ".nix" name) { ${removeSuffix ".nix" name} = "${directory}/${name}"; }
      else if type == "directory" && pathExists "${directory}/${name}/default.nix" then { ${name} = "${directory}/${name}"; }
      else { }) (readDir directory);
  autoWire = { self, ... }:
    let
      opaques = directory: mapAttrs (name: path: opaque) (files "${self}/${directory}");
      hosts = class: directory: mapAttrs (name: configuration class) (files "${self}/${directory}");
    in
    {
      config = {
        flake = {
          darwinConfigurations = hosts "darwin" "configurations/darwin";
          nixosConfigurations = hosts "nixos" "configurations/nixos";
          darwinModules = files "${self}/modules/darwin";
          nixosModules = files "${self}/modules/nixos";
          homeModules = files "${self}/modules/home";
          overlays = opaques "overlays";
        };
        perSystem.legacyPackages.homeConfigurations = opaques "configurations/home";
      };
    };
  mkFlake = { inputs, root, systems ? [ "x86_64-linux" "x86_64-darwin" "aarch64-linux" "aarch64-darwin" ], specialArgs ? { } }:
    let
      below = places:
        if places == [ ] then throw "a directory of modules is missing"
        else if pathExists "${toString root}/${head places}" then
          map (name: root + "/${head places}/${name}") (attrNames (readDir (root + "/${head places}")))
        else below (tail places);
    in
    builtins.__framework "nixos-unified" (inputs.flake-parts.lib.mkFlake { inherit inputs specialArgs; } {
      inherit systems;
      _module.args = { inherit root; };
      imports = below [ "nix/modules/flake" "modules/flake" "nix/modules/flake-parts" "modules/flake-parts" ];
    });
in
builtins.__open "an output of nixos-unified that is not modelled" {
  flakeModule = default;
  flakeModules = { inherit default autoWire; };
  lib = builtins.__open "a function of nixos-unified" { inherit mkFlake; };
  outPath = builtins.__unknown "a source that is fetched";
}
