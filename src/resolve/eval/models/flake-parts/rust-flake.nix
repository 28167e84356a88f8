# juspay/rust-flake: each crate of `Cargo.toml` is a package and a package of its documentation, and has a check; the
# shell `rust` is added.
{ lib, ... }:
let
  inherit (builtins) attrNames concatMap elem filter fromTOML listToAttrs pathExists readDir readFile;
  inherit (lib) hasSuffix mkOption optionalAttrs removeSuffix types;
  opaque = builtins.__unknown "a value of rust-flake";
  outputTypes = [ "crate" "doc" "clippy" ];
  raw = mkOption { type = types.raw; default = null; };
  crate = {
    freeformType = types.lazyAttrsOf types.anything;
    options = {
      autoWire = mkOption { type = types.listOf types.str; default = outputTypes; };
      cargoToml = raw;
      path = raw;
      crane = mkOption {
        default = { };
        type = types.submodule {
          freeformType = types.lazyAttrsOf types.anything;
          options.clippy.enable = mkOption { type = types.bool; default = true; };
          options.outputs = mkOption { type = types.raw; default = builtins.__open "an output of rust-flake" { }; };
        };
      };
    };
  };
  members = root: manifest:
    let
      isCrate = place: pathExists (root + "/${place}/Cargo.toml");
      expand = member:
        let base = removeSuffix "/*" member; in
        if hasSuffix "/*" member then
          (if pathExists (root + "/${base}") then map (name: "${base}/${name}") (attrNames (readDir (root + "/${base}"))) else [ ])
        else [ member ];
    in
    filter isCrate (concatMap expand manifest.workspace.members);
  # The names that `Cargo.toml` gives.
  crates = root: manifest:
    if manifest ? workspace then
      map (place: (fromTOML (readFile (root + "/${place}/Cargo.toml"))).package.name) (members root manifest)
    else [ manifest.package.name ];
  module = { self, flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.rust-project = {
        crates = mkOption { type = types.lazyAttrsOf (types.submodule crate); default = { }; };
        crane-lib = mkOption { type = types.raw; default = opaque; };
        toolchain = mkOption { type = types.raw; default = opaque; };
        crateNixFile = raw;
        src = mkOption { type = types.raw; default = self; };
        cargoToml = raw;
        defaults = mkOption { type = types.submodule { freeformType = types.lazyAttrsOf types.anything; }; default = { }; };
      };
    };
    config.perSystem = { config, ... }:
      let
        own = config.rust-project or { };
        given = own.cargoToml or null;
        manifest = if given != null then given else fromTOML (readFile (self + "/Cargo.toml"));
        # Files of crates may set options of their own.
        extra = if (own.crateNixFile or null) == null then x: x else builtins.__open "a crate's own settings";
        names = lib.unique (crates self manifest ++ attrNames (own.crates or { }));
        settings = name: (own.crates or { }).${name} or { };
        wires = kind: name: elem kind ((settings name).autoWire or outputTypes);
        each = suffix: names: extra (listToAttrs (map (name: { name = name + suffix; value = opaque; }) names));
      in
      {
        packages = each "" (filter (wires "crate") names) // each "-doc" (filter (wires "doc") names);
        checks = each "-clippy" (filter (name: wires "clippy" name && ((settings name).crane.clippy.enable or true)) names);
        devShells.rust = opaque;
      };
  };
  # Options of nixpkgs for `perSystem`; the package set has further overlays.
  nixpkgs = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.nixpkgs = mkOption { type = types.submodule { freeformType = types.lazyAttrsOf types.anything; }; default = { }; };
    };
    config = { };
  };
in
builtins.__open "an output of rust-flake that is not modelled" {
  flakeModules = { default = module; inherit nixpkgs; };
  flakeModule = module;
  outPath = builtins.__unknown "a source that is fetched";
}
