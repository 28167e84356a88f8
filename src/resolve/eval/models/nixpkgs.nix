# NixOS/nixpkgs: `lib` is modelled, packages are opaque. `import nixpkgs { … }` gives a package set.
{ lib, name, ... }:
let
  inherit (builtins) elem head match;
  packageSet = arguments:
    let
      given = arguments.system or arguments.localSystem or (builtins.__unknown "the system of a package set");
      system = if builtins.isAttrs given then given.system or (builtins.__unknown "the system of a package set") else given;
      platform = builtins.__open "a property of a platform" (lib.systems.elaborate system);
      self = builtins.__open "packages of nixpkgs are not followed" {
        inherit lib system;
        inherit (platform) config;
        stdenv = builtins.__open "packages of nixpkgs are not followed" {
          inherit system;
          inherit (platform) isLinux isDarwin isAarch64 isx86_64;
          hostPlatform = platform;
          buildPlatform = platform;
          targetPlatform = platform;
        };
        hostPlatform = platform;
        stdenvNoCC = self.stdenv;
        extend = overlay: self;
        appendOverlays = overlays: self;
        pkgs = self;
        path = builtins.__unknown "a source that is fetched";
      };
    in
    self;
in
builtins.__open "an output of nixpkgs that is not modelled" {
  lib = lib // {
    nixosSystem = arguments: builtins.__unknown "a NixOS configuration";
  };
  legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: packageSet { inherit system; });
  __import = arguments: packageSet (if builtins.isFunction arguments then { } else arguments);
  outPath = builtins.__unknown "a source that is fetched";
}
