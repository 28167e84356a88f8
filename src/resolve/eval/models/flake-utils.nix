# numtide/flake-utils. Its outputs are `lib` and `templates`.
{ lib, overrides, ... }:
let
  inherit (builtins) attrNames foldl' listToAttrs map;
  # Its own input `systems`, which a flake may override.
  defaultSystems =
    if overrides ? systems then import overrides.systems
    else [ "aarch64-darwin" "aarch64-linux" "x86_64-darwin" "x86_64-linux" ];
  allSystems = [
    "aarch64-darwin" "aarch64-freebsd" "aarch64-genode" "aarch64-linux" "aarch64-netbsd" "aarch64-none" "aarch64-windows"
    "aarch64_be-none" "arc-linux" "arm-none" "armv5tel-linux" "armv6l-linux" "armv6l-netbsd" "armv6l-none"
    "armv7a-linux" "armv7a-netbsd" "armv7l-linux" "armv7l-netbsd" "avr-none" "i686-cygwin" "i686-freebsd"
    "i686-genode" "i686-linux" "i686-netbsd" "i686-none" "i686-openbsd" "i686-windows" "javascript-ghcjs"
    "loongarch64-linux" "m68k-linux" "m68k-netbsd" "m68k-none" "microblaze-linux" "microblaze-none"
    "microblazeel-linux" "microblazeel-none" "mips-linux" "mips-none" "mips64-linux" "mips64-none" "mips64el-linux"
    "mipsel-linux" "mipsel-netbsd" "mmix-mmixware" "msp430-none" "or1k-none" "powerpc-linux" "powerpc-netbsd"
    "powerpc-none" "powerpc64-linux" "powerpc64le-linux" "powerpcle-none" "riscv32-linux" "riscv32-netbsd"
    "riscv32-none" "riscv64-linux" "riscv64-netbsd" "riscv64-none" "rx-none" "s390-linux" "s390-none" "s390x-linux"
    "s390x-none" "vc4-none" "wasm32-wasi" "wasm64-wasi" "x86_64-cygwin" "x86_64-darwin" "x86_64-freebsd"
    "x86_64-genode" "x86_64-linux" "x86_64-netbsd" "x86_64-none" "x86_64-openbsd" "x86_64-redox" "x86_64-solaris"
    "x86_64-windows"
  ];
  eachSystemOp = op: systems: f:
    builtins.__framework "flake-utils" (foldl' (op f) { } systems);
  eachSystem = eachSystemOp (f: outputs: system:
    let result = f system; in
    foldl' (outputs: kind: outputs // {
      ${kind} = (outputs.${kind} or { }) // { ${system} = result.${kind}; };
    }) outputs (attrNames result));
  eachSystemPassThrough = eachSystemOp (f: outputs: system: outputs // f system);
  eachSystemMap = systems: f:
    builtins.__framework "flake-utils" (listToAttrs (map (system: { name = system; value = f system; }) systems));
in
{
  outPath = builtins.__unknown "a source that is fetched";
  lib = {
    inherit allSystems defaultSystems eachSystem eachSystemMap eachSystemPassThrough;
    system = listToAttrs (map (system: { name = system; value = system; }) allSystems);
    eachDefaultSystem = eachSystem defaultSystems;
    eachDefaultSystemMap = eachSystemMap defaultSystems;
    eachDefaultSystemPassThrough = eachSystemPassThrough defaultSystems;
    meld = inputs: foldl' (outputs: path: lib.recursiveUpdate outputs (import path inputs)) { };
    mkApp = { drv, name ? null, exePath ? null }: { type = "app"; program = builtins.__unknown "a program of a package"; };
    flattenTree = tree: builtins.__unknown "`flattenTree` looks into packages";
    filterPackages = system: packages: builtins.__open "`filterPackages` looks into packages" { };
    simpleFlake = builtins.__unknown "`simpleFlake`";
    check-utils = builtins.__unknown "`check-utils`";
  };
  templates = builtins.__open "a template of flake-utils" { };
}
