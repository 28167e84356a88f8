# haskell.nix: `project.flake { }` gives outputs named after the components of a Cabal project, which are in the plan that
# Cabal makes: only which kinds there are is known.
{ lib, modified ? 9223372036854775807, ... }:
let
  component = builtins.__open "the components of a Cabal project" { };
  # Older versions gave other kinds.
  flake =
    if modified < 1665485570 then builtins.__unknown "the outputs of an older haskell.nix"
    else {
      packages = component;
      checks = component;
      apps = component;
      hydraJobs = component;
      ciJobs = component;
      devShells = builtins.__open "the shells of the variants of a project" { default = builtins.__unknown "a shell"; };
    };
  project = builtins.__open "a package of a Cabal project" {
    flake = arguments: flake;
    flake' = flake;
    appendModule = module: project;
    appendOverlays = overlays: project;
    addHpcCoverage = builtins.__unknown "a project with coverage";
  };
  makers = lib.genAttrs [ "project" "project'" "cabalProject" "cabalProject'" "stackProject" "stackProject'" ] (name: arguments: project);
  overlay = final: previous: {
    haskell-nix = builtins.__open "a part of haskell.nix" (makers // {
      hix = builtins.__open "a part of haskell.nix" { project = arguments: project; };
    });
  };
in
builtins.__open "an output of haskell.nix that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  inherit overlay;
  overlays = builtins.__open "an overlay of haskell.nix" { combined = overlay; };
  config = builtins.__open "a setting of nixpkgs" { };
  legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] (system:
    builtins.__open "packages of nixpkgs are not followed" ({ inherit lib system; } // overlay { } { }));
}
