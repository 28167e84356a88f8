# Flakes of which others ask little: which outputs they have, and for which systems. What is in them is not known.
{ lib, name, source, overrides, modified, ... }:
let
  four = [ "aarch64-darwin" "aarch64-linux" "x86_64-darwin" "x86_64-linux" ];
  opaque = builtins.__open "an output of input `${name}` that is not modelled" { };
  # Output kinds for each of some systems, and others.
  offers = systems: kinds: others: lib.genAttrs kinds (kind: lib.genAttrs systems (system: opaque)) // lib.genAttrs others (kind: opaque);
  repository = baseNameOf source;
  known = {
    # Since its own input `systems` there is one, it may be overridden.
    zig-overlay = offers (if modified >= 1771129724 && overrides ? systems then import overrides.systems else four)
      [ "packages" "apps" "devShells" "formatter" "devShell" ] [ "overlays" "templates" ];
    namaka = offers [ "aarch64-darwin" "aarch64-linux" "x86_64-linux" ] [ "packages" "formatter" ] [ "lib" "checks" "templates" ];
  };
in
builtins.__open "it comes from input `${name}`, which is outside the workspace"
  (known.${repository} // { outPath = builtins.__unknown "a source that is fetched"; })
