# ipetkov/crane: functions that build packages; a few give names or sources.
{ lib, ... }:
let
  inherit (builtins) fromTOML isPath isString readFile;
  opaque = builtins.__unknown "a package built by crane";
  # Name and version as `Cargo.toml` gives them, of the package or of the workspace.
  named = arguments:
    let
      file =
        if arguments ? cargoToml then arguments.cargoToml
        else "${toString (arguments.src or (builtins.__unknown "the source of a package"))}/Cargo.toml";
      manifest = if arguments ? cargoTomlContents then fromTOML arguments.cargoTomlContents else fromTOML (readFile file);
      own = manifest.package or { };
      workspace = manifest.workspace or { };
      first = builtins.foldl' (found: value: if found != null then found else if isString value then value else null) null;
      or' = default: value: if value == null then default else value;
    in
    {
      pname = or' "cargo-package" (first [
        (own.metadata.crane.name or null)
        (own.name or null)
        (workspace.metadata.crane.name or null)
        (workspace.package.name or null)
      ]);
      version = or' "0.0.1" (first [ (own.version or null) (workspace.package.version or null) ]);
    };
  functions = builtins.__open "a function of crane" {
    crateNameFromCargoToml = named;
    cleanCargoSource = source: source;
    path = given: if isPath given || isString given then given else given.path;
    filterCargoSources = path: type: true;
    overrideToolchain = toolchain: functions;
    overrideScope = overlay: builtins.__open "a function of crane" functions;
    overrideScope' = overlay: builtins.__open "a function of crane" functions;
    appendCrateRegistries = registries: functions;
  } // lib.genAttrs [
    "buildDepsOnly" "buildPackage" "buildTrunkPackage" "cargoAudit" "cargoBuild" "cargoClippy" "cargoDeny" "cargoDoc"
    "cargoDocTest" "cargoFmt" "cargoLlvmCov" "cargoNextest" "cargoTarpaulin" "cargoTest" "devShell" "mkCargoDerivation"
    "taploFmt" "vendorCargoDeps"
  ] (name: arguments: opaque);
in
builtins.__open "an output of crane that is not modelled" {
  mkLib = pkgs: functions;
  lib = lib.genAttrs lib.systems.flakeExposed (system: functions);
  overlays.default = final: previous: { };
  outPath = builtins.__unknown "a source that is fetched";
}
