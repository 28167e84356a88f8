# NixOS/nixpkgs: `lib` is modelled, packages are opaque. `import nixpkgs { … }` gives a package set.
{ name, lib, modified ? null, ... }@given:
let
  inherit (builtins) isAttrs isFunction;
  # One library for all versions, but for its lists of systems: they are as old as the input.
  shared = given.lib;
  dated = (import ./nixpkgs/systems.nix { lib = shared; inherit modified; }).systems;
  ofThisAge = {
    systems = builtins.__open "a function of nixpkgs.lib.systems that is not modelled" dated;
    platforms = dated.doubles;
  };
  ownLib = more: shared // ofThisAge // more // {
    extend = overlay: shared.extend (final: previous:
      let own = previous // ofThisAge // more; in ofThisAge // more // overlay final own);
  };
  lib = ownLib { };
  open = builtins.__open "packages of nixpkgs are not followed";
  # nixpkgs as a source: it can be imported, its files are not read.
  source = {
    __import = arguments: packageSet (if isFunction arguments then { } else arguments);
    __files = {
      lib = lib;
      nixos = { configuration ? { }, system ? null }: nixosSystem { modules = [ configuration ]; };
      "nixos/lib/eval-config.nix" = nixosSystem;
      "nixos/modules/misc/nixpkgs.nix" = packagesModule;
      "pkgs/top-level/by-name-overlay.nix" = byName;
    };
    outPath = builtins.__unknown "a source that is fetched";
  };
  # The module of NixOS that makes a package set, which other module systems import too.
  packagesModule = { config, ... }:
    let
      given = config.nixpkgs;
      option = default: lib.mkOption { type = lib.types.raw; inherit default; };
      systemOf = value: if isAttrs value then value.system or value else value;
      host = if given.hostPlatform != null then given.hostPlatform else given.system;
    in
    {
      options.nixpkgs = {
        config = lib.mkOption { type = lib.types.attrs; default = { }; };
        overlays = lib.mkOption { type = lib.types.listOf lib.types.raw; default = [ ]; };
        pkgs = option null;
        hostPlatform = option null;
        buildPlatform = option null;
        localSystem = option null;
        crossSystem = option null;
        system = option (builtins.__unknown "the system of a package set");
      };
      config._module.args.pkgs =
        if given.pkgs != null then given.pkgs.appendOverlays given.overlays
        else packageSet { system = systemOf host; inherit (given) config overlays; };
    };
  # A folder of packages, each below the first two letters of its name.
  byName = folder: final: previous:
    let
      inherit (builtins) attrNames concatMap listToAttrs readDir;
      below = shard: kind: if kind == "directory" then attrNames (readDir (folder + "/${shard}")) else [ ];
      packageOf = shard: name: { inherit name; value = final.callPackage (folder + "/${shard}/${name}/package.nix") { }; };
      shards = readDir folder;
    in
    listToAttrs (concatMap (shard: map (packageOf shard) (below shard shards.${shard})) (attrNames shards));
  packageSet = arguments:
    let
      given = arguments.system or (arguments.localSystem or (builtins.__unknown "the system of a package set"));
      build = lib.systems.elaborate given;
      cross = arguments.crossSystem or null;
      host = if cross == null then build else lib.systems.elaborate cross;
      stdenv = open {
        inherit (host) system isLinux isDarwin isAarch64 isx86_64 is64bit;
        inherit (builders) mkDerivation;
        hostPlatform = host;
        buildPlatform = build;
        targetPlatform = host;
      };
      builders = import ./nixpkgs/builders.nix { inherit lib host; packages = self; };
      # The same processor with musl, where there is Linux.
      musl = if host.isLinux && !host.isAarch32 then { config = "${host.parsed.cpu.name}-unknown-linux-musl"; } else { inherit (host) system; };
      again = change: packageSet (arguments // change);
      base = builders // {
        inherit lib callPackage callPackages newScope stdenv;
        inherit (host) system;
        config = builtins.__open "an option of nixpkgs" (if isAttrs (arguments.config or { }) then arguments.config or { } else { });
        inherit overlays;
        hostPlatform = host;
        buildPlatform = build;
        targetPlatform = host;
        stdenvNoCC = stdenv;
        stdenvAdapters = open { };
        clangStdenv = stdenv;
        gccStdenv = stdenv;
        extend = overlay: again { overlays = overlays ++ [ overlay ]; };
        appendOverlays = more: again { overlays = overlays ++ more; };
        pkgs = self;
        path = source;
        buildPackages = if cross == null then self else again { crossSystem = null; };
        targetPackages = self;
        __splicedPackages = self;
        pkgsBuildBuild = self.buildPackages;
        pkgsBuildHost = self.buildPackages;
        pkgsHostHost = self;
        pkgsHostTarget = self;
        pkgsCross = builtins.__open "a system of nixpkgs"
          (builtins.mapAttrs (name: system: again { crossSystem = system; }) lib.systems.examples);
        pkgsStatic = again { crossSystem = musl // { isStatic = true; }; };
        pkgsMusl = again { crossSystem = musl; };
        pkgsi686Linux = again { crossSystem = "i686-linux"; };
        pkgsx86_64Darwin = again { crossSystem = "x86_64-darwin"; };
        makeScopeWithSplicing' = lib.makeScopeWithSplicing' { splicePackages = set: self; inherit newScope; };
        makeScopeWithSplicing = lib.makeScopeWithSplicing (set: self) newScope;
        splicePackages = set: self;
        generateSplicesForMkScope = path: builtins.mapAttrs (name: value: open { })
          { selfBuildBuild = 1; selfBuildHost = 1; selfBuildTarget = 1; selfHostHost = 1; selfHostTarget = 1; selfTargetTarget = 1; };
      };
      overlays = arguments.overlays or [ ];
      # An overlay whose names cannot be known leaves the set as it is: it has further attributes anyway.
      overlaid = builtins.foldl' (previous: overlay:
        let added = overlay self previous; in
        if builtins.__isUnknown added then previous else previous // added) (open base)
        (if builtins.__isUnknown overlays then [ ] else builtins.__known overlays);
      self = open overlaid;
      callPackage = lib.callPackageWith self;
      callPackages = lib.callPackagesWith self;
      newScope = extra: lib.callPackageWith (self // extra);
    in
    self;
  nixosSystem = arguments: builtins.__model "model:configuration" { inherit lib; } { inherit arguments; class = "nixos"; };
in
builtins.__open "an output of nixpkgs that is not modelled" (source // {
  lib = ownLib {
    inherit nixosSystem;
    nixos = builtins.__open "a function of nixpkgs.lib.nixos" { };
  };
  legacyPackages = lib.genAttrs lib.systems.flakeExposed (system: packageSet { inherit system; });
  nixosModules = builtins.__open "a module of nixpkgs" { };
  checks = builtins.__open "a check of nixpkgs" { };
  htmlDocs = builtins.__open "a manual of nixpkgs" { };
})
