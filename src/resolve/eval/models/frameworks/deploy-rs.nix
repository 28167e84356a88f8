# serokell/deploy-rs: `lib.SYSTEM` has activation functions (their results are packages) and `deployChecks`, which
# gives two checks. Newer versions name them differently from older ones.
{ lib, overrides, modified ? 9223372036854775807, ... }:
let
  # The checks were named `schema` and `activate` until the end of 2022.
  renamed = modified >= 1668171787;
  package = builtins.__unknown "a package of deploy-rs";
  library = {
    setActivate = base: activate: package;
    activate = lib.genAttrs [ "nixos" "home-manager" "darwin" "noop" ] (kind: base: package)
      // { custom = builtins.__open "an option of an activation" { __functor = self: base: activate: package; }; };
    deployChecks = deploy:
      lib.genAttrs (if renamed then [ "deploy-schema" "deploy-activate" ] else [ "schema" "activate" ]) (name: package);
  };
  # With the flake-utils it is locked with, which knew `i686-linux` until May 2022; or with what that is overridden by.
  systems =
    if overrides ? utils then lib.unique (overrides.utils.lib.defaultSystems ++ added)
    else lib.optional (modified < 1670000000) "i686-linux" ++ common;
  # Apple's processors came in September 2021.
  added = lib.optional (modified >= 1632755771) "aarch64-darwin";
  common = added ++ [ "aarch64-linux" "x86_64-darwin" "x86_64-linux" ];
  bySystem = value:
    if builtins.__isUnknown systems then builtins.__openBy systems (lib.genAttrs common value) else lib.genAttrs systems value;
in
builtins.__open "an output of deploy-rs that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = bySystem (system: library);
  packages = bySystem (system: builtins.__open "a package of deploy-rs" { default = package; deploy-rs = package; });
  overlays.default = final: previous: { deploy-rs = { deploy-rs = package; lib = library; }; };
  overlay = final: previous: { deploy-rs = { deploy-rs = package; lib = library; }; };
}
