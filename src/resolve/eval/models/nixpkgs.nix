# NixOS/nixpkgs: `lib` is modelled, packages are opaque. `import nixpkgs { … }` gives a package set.
{ lib, name, ... }:
let
  inherit (builtins) elem head match;
  packageSet = arguments:
    let
      given = arguments.system or arguments.localSystem or (builtins.__unknown "the system of a package set");
      system = if builtins.isAttrs given then given.system or (builtins.__unknown "the system of a package set") else given;
      platform = builtins.__open "a property of a platform" (lib.systems.elaborate system);
      cross = arguments.crossSystem or null;
      host = if cross == null then platform
        else builtins.__open "a property of a cross platform" (lib.systems.elaborate cross);
      base = {
        inherit lib system callPackage callPackages newScope;
        config = arguments.config or { };
        stdenv = builtins.__open "packages of nixpkgs are not followed" {
          inherit system;
          inherit (host) isLinux isDarwin isAarch64 isx86_64;
          hostPlatform = host;
          buildPlatform = platform;
          targetPlatform = host;
        };
        hostPlatform = host;
        stdenvNoCC = self.stdenv;
        extend = overlay: packageSet (arguments // { overlays = overlays ++ [ overlay ]; });
        appendOverlays = more: packageSet (arguments // { overlays = overlays ++ more; });
        pkgs = self;
        path = builtins.__unknown "a source that is fetched";
      };
      # An overlay whose names cannot be known leaves the set as it is: it has further attributes anyway.
      overlays = arguments.overlays or [ ];
      overlaid = builtins.foldl' (previous: overlay:
        let added = overlay self previous; in
        if builtins.__isUnknown added then previous else previous // added) base
        (if builtins.__isUnknown overlays then [ ] else builtins.__known overlays);
      self = builtins.__open "packages of nixpkgs are not followed" overlaid;
      callPackage = lib.callPackageWith self;
      callPackages = lib.callPackagesWith self;
      newScope = extra: lib.callPackageWith (self // extra);
    in
    self;
in
builtins.__open "an output of nixpkgs that is not modelled" {
  lib = lib // {
    nixosSystem = arguments: builtins.__model "model:configuration" { inherit lib; } { inherit arguments; class = "nixos"; };
  };
  legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: packageSet { inherit system; });
  __import = arguments: packageSet (if builtins.isFunction arguments then { } else arguments);
  outPath = builtins.__unknown "a source that is fetched";
}
