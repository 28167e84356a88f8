# nicknovitski/make-shell: each `make-shells.NAME` is the shell `NAME` and the check `NAME-shell`.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  opaque = builtins.__unknown "a shell of make-shell";
  module = { flake-parts-lib, ... }: {
    options.perSystem = flake-parts-lib.mkPerSystemOption {
      options.make-shell.imports = mkOption { type = types.listOf types.raw; default = [ ]; };
      options.make-shells = mkOption {
        type = types.lazyAttrsOf types.deferredModule;
        default = { };
        apply = builtins.mapAttrs (name: shell: builtins.__open "an option of make-shell" { finalPackage = opaque; });
      };
    };
    config.perSystem = { config, ... }:
      let shells = config.make-shells or { }; in
      {
        devShells = builtins.mapAttrs (name: shell: opaque) shells;
        checks = lib.mapAttrs' (name: shell: { name = "${name}-shell"; value = opaque; }) shells;
      };
  };
in
builtins.__open "an output of make-shell that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  overlays.default = final: previous: { make-shell = module: opaque; };
  outPath = builtins.__unknown "a source that is fetched";
}
