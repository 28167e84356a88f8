# numtide/flake-utils. Its outputs are `lib` and `templates`.
{ lib, overrides, modified, nested ? false, ... }:
let
  # Another framework that uses it is named instead.
  mark = if nested then (outputs: outputs) else builtins.__framework "flake-utils";
  inherit (builtins) attrNames elem foldl' intersectAttrs isAttrs isPath isString listToAttrs map mapAttrs;
  # Its own input `systems`, which a flake may override.
  defaultSystems =
    if overrides ? systems then import overrides.systems
    else (if modified < 1629481132 then [ ] else [ "aarch64-darwin" ]) ++ (if modified < 1667395993 then [ "i686-linux" ] else [ ])
      ++ [ "aarch64-linux" "x86_64-darwin" "x86_64-linux" ];
  # The list was changed twice.
  allSystems = builtins.sort builtins.lessThan ([
    "aarch64-darwin" "aarch64-genode" "aarch64-linux" "aarch64-none" "arm-none" "armv5tel-linux" "armv6l-linux"
    "armv6l-none" "armv7a-darwin" "armv7a-linux" "armv7l-linux" "avr-none" "i686-cygwin" "i686-darwin"
    "i686-linux" "i686-netbsd" "i686-none" "i686-openbsd" "i686-windows" "mipsel-linux" "msp430-none"
    "powerpc-none" "powerpc64le-linux" "riscv32-linux" "riscv32-none" "riscv64-linux" "riscv64-none" "vc4-none"
    "wasm32-wasi" "wasm64-wasi" "x86_64-cygwin" "x86_64-darwin" "x86_64-genode" "x86_64-linux" "x86_64-netbsd"
    "x86_64-none" "x86_64-openbsd" "x86_64-redox" "x86_64-solaris" "x86_64-windows"
  ] ++ (if modified < 1652557277 then [ ] else [
    "aarch64-netbsd" "aarch64_be-none" "armv6l-netbsd" "armv7a-netbsd" "armv7l-netbsd" "i686-genode"
    "m68k-linux" "m68k-netbsd" "m68k-none" "mips64el-linux" "mipsel-netbsd" "mmix-mmixware" "or1k-none"
    "powerpc-netbsd" "powerpc64-linux" "powerpcle-none" "riscv32-netbsd" "riscv64-netbsd" "s390-linux"
    "s390-none" "s390x-linux" "s390x-none"
  ]) ++ (if modified < 1681037221 then [ "i686-freebsd" "js-ghcjs" "x86_64-freebsd" ] else [
    "i686-freebsd13" "javascript-ghcjs" "microblaze-linux" "microblaze-none" "microblazeel-linux"
    "microblazeel-none" "rx-none" "x86_64-freebsd13"
  ]));
  eachSystemOp = op: systems: f:
    mark (foldl' (op f) { } systems);
  systemLast = system: merged: jobs:
    merged // mapAttrs (name: job:
      if builtins.__isUnknown job || (job.type or null) == "derivation" then (merged.${name} or { }) // { ${system} = job; }
      else if !(isAttrs job) then job
      else systemLast system (merged.${name} or { }) job) jobs;
  eachSystem = eachSystemOp (f: outputs: system:
    let result = f system; in
    foldl' (outputs: kind: outputs // {
      ${kind} =
        # For two years Hydra's jobs had the system last.
        if kind == "hydraJobs" && modified >= 1634851050 && modified < 1692799911 then systemLast system (outputs.hydraJobs or { }) result.hydraJobs
        else (outputs.${kind} or { }) // { ${system} = result.${kind}; };
    }) outputs (attrNames result));
  eachSystemPassThrough = eachSystemOp (f: outputs: system: outputs // f system);
  eachSystemMap = systems: f:
    mark (listToAttrs (map (system: { name = system; value = f system; }) systems));
  eachDefaultSystem = eachSystem defaultSystems;

  # A value that is not known is taken for a package: a tree for `flattenTree` holds packages and sets of them.
  flatten = path: tree:
    foldl' (found: name:
      let
        value = tree.${name};
        here = path + name;
      in
      if builtins.__isUnknown value then found // { ${here} = value; }
      else if !(isAttrs value) then found
      else if (value.type or null) == "derivation" then found // { ${here} = value; }
      else if value.recurseForDerivations or false == true then found // flatten "${here}/" value
      else found) { } (attrNames tree);
  # What `nix flake check` would stumble over is left out.
  isOffered = system: package:
    if builtins.__isUnknown package then builtins.__unknown "a package may be broken or only for some systems"
    else isAttrs package && (package.type or null) == "derivation"
      && !(package.meta.broken or false)
      && elem system (package.meta.platforms or allSystems)
      && !(elem system (package.meta.badPlatforms or [ ]));

  # One name at a time: a package that is not known leaves the others alone.
  filterPackages = system: packages:
    intersectAttrs (foldl' (kept: name: kept // (if isOffered system packages.${name} then { ${name} = null; } else { })) { } (attrNames packages)) packages;

  simpleFlake = { self, nixpkgs, name, config ? { }, overlay ? null, preOverlays ? [ ], shell ? null, systems ? [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] }:
    let read = value: if isPath value || isString value then import value else value; in
    eachSystem systems (system:
      let
        pkgs = import nixpkgs {
          inherit config system;
          overlays = preOverlays ++ (if overlay == null then [ ] else [ (read overlay) ]);
        };
        packages = pkgs.${name} or { };
        passed = kind: if packages ? ${kind} then { ${kind} = packages.${kind}; } else { };
      in
      { legacyPackages = packages; } // passed "defaultPackage" // passed "checks"
      // (if shell == null then passed "devShell" else { devShell = read shell { inherit pkgs; }; }));
in
{
  outPath = builtins.__unknown "a source that is fetched";
  lib = {
    inherit allSystems defaultSystems eachDefaultSystem eachSystem eachSystemMap eachSystemPassThrough simpleFlake;
    system = listToAttrs (map (system: { name = system; value = system; }) allSystems);
    eachDefaultSystemMap = eachSystemMap defaultSystems;
    eachDefaultSystemPassThrough = eachSystemPassThrough defaultSystems;
    meld = inputs: foldl' (outputs: path: lib.recursiveUpdate outputs (import path inputs)) { };
    mkApp = { drv, name ? null, exePath ? null }: { type = "app"; program = builtins.__unknown "a program of a package"; };
    flattenTree = flatten "";
    # A branch of the library has both in one.
    flattenTreeSystem = system: tree: filterPackages system (flatten "" tree);
    inherit filterPackages;
    check-utils = systemOrPackages: {
      isEqual = a: b: builtins.__unknown "a check of flake-utils";
      hasKey = set: key: builtins.__unknown "a check of flake-utils";
    };
  };
  templates = lib.genAttrs [ "check-utils" "default" "each-system" "simple-flake" ] (name: builtins.__unknown "a template of flake-utils");
}
