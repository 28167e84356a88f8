# juspay/rust-flake: each crate of `Cargo.toml` is a package and a package of its documentation, and has a check; the
# shell `rust` is added.
{ lib, ... }:
let
  inherit (builtins) attrNames concatMap elem filter fromTOML listToAttrs pathExists readDir readFile;
  inherit (lib) hasSuffix mkOption removeSuffix types;
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
  # The crates that `Cargo.toml` gives, each with the file of its own options.
  crates = root: file: manifest:
    let
      nameOf = place: (fromTOML (readFile (root + "/${place}/Cargo.toml"))).package.name;
      own = place: if file != null && pathExists (root + "/${place}/${file}") then [ (root + "/${place}/${file}") ] else [ ];
      crateOf = place: { name = nameOf place; value = { imports = own place; path = lib.mkDefault (root + "/${place}"); }; };
    in
    if manifest ? workspace then listToAttrs (map crateOf (members root manifest))
    else { ${manifest.package.name} = { path = lib.mkDefault root; autoWire = outputTypes; }; };
  module = { self, inputs, flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption ({ config, pkgs, system, ... }:
      let own = config.rust-project; in
      {
        options.rust-project = {
          crates = mkOption {
            default = { };
            type = types.lazyAttrsOf (types.submoduleWith {
              modules = [ crate ];
              specialArgs = { flake = { inherit inputs; }; rust-project = own; inherit pkgs system; };
            });
          };
          crane-lib = mkOption { type = types.raw; default = opaque; };
          toolchain = mkOption { type = types.raw; default = opaque; };
          crateNixFile = raw;
          src = mkOption { type = types.raw; default = self; };
          cargoToml = mkOption { type = types.raw; default = fromTOML (readFile (self + "/Cargo.toml")); };
          defaults = mkOption { type = types.submodule { freeformType = types.lazyAttrsOf types.anything; }; default = { }; };
        };
        config =
          let
            wired = kind: filter (name: elem kind own.crates.${name}.autoWire) (attrNames own.crates);
            each = suffix: names: listToAttrs (map (name: { name = name + suffix; value = opaque; }) names);
          in
          {
            rust-project.crates = crates self own.crateNixFile own.cargoToml;
            packages = each "" (wired "crate") // each "-doc" (wired "doc");
            checks = each "-clippy" (filter (name: own.crates.${name}.crane.clippy.enable) (wired "clippy"));
            devShells.rust = opaque;
          };
      });
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
