# nixpkgs.lib.systems: lists of systems, and what is known of a platform by its name. The lists are those of the date
# that an input is locked at, in seconds; null is the newest.
{ lib, modified }:
let
  inherit (builtins) elem elemAt filter head isAttrs isString length listToAttrs map match split;
  inherit (lib.strings) hasPrefix hasSuffix;

  # When a system came or went: the last week that nixpkgs was without the change, and the first that it was with it.
  after = weeks:
    if modified == null || modified >= elemAt weeks 1 then true
    else if modified <= head weeks then false
    else builtins.__unknown "a system that nixpkgs listed or dropped about then";
  came = {
    x86_64-freebsd = [ 1714265296 1714870069 ]; i686-freebsd = [ 1714265296 1714870069 ]; mips64el-linux = [ 1647131890 1647736868 ];
    rx-none = [ 1653180592 1653785473 ]; microblaze-linux = [ 1661043198 1661648408 ]; microblazeel-linux = [ 1661043198 1661648408 ];
    microblaze-none = [ 1661043198 1661648408 ]; microblazeel-none = [ 1661043198 1661648408 ]; javascript-ghcjs = [ 1678582451 1679187309 ];
    loongarch64-linux = [ 1685561023 1685561605 ]; mips-linux = [ 1685561605 1685840432 ]; mips64-linux = [ 1685561605 1685840432 ];
    mips-none = [ 1688259758 1688864644 ]; mips64-none = [ 1688259758 1688864644 ]; aarch64-windows = [ 1730595754 1731200463 ];
    aarch64-freebsd = [ 1732410305 1733015484 ]; powerpc-linux = [ 1761764630 1761765539 ]; aarch64-uefi = [ 1772328832 1772933218 ];
    x86_64-uefi = [ 1772328832 1772933218 ]; arc-linux = [ 1775959049 1776564050 ]; sh4-linux = [ 1776564050 1777168982 ];
    x86_64-freebsd13 = [ 1668300937 1668905993 ]; i686-freebsd13 = [ 1668300937 1668905993 ]; s390x-linux = [ 1630801681 1631406913 ];
    s390x-none = [ 1630801681 1631406913 ]; aarch64_be-none = [ 1638664434 1639269188 ]; powerpcle-none = [ 1638664434 1639269188 ];
  };
  went = {
    x86_64-freebsd13 = [ 1714265296 1714870069 ]; i686-freebsd13 = [ 1714265296 1714870069 ]; js-ghcjs = [ 1678582451 1679187309 ];
    i686-darwin = [ 1744511788 1745111456 ]; armv7a-darwin = [ 1744511788 1745111456 ];
  };
  # FreeBSD was renamed to a version and back.
  early = name: elem name [ "x86_64-freebsd" "i686-freebsd" ] && !(after came.x86_64-freebsd13);
  listed = name:
    (!(came ? ${name}) || after came.${name} || early name) && !(went ? ${name} && after went.${name});
  all = filter listed [
    "i686-cygwin" "x86_64-cygwin" "x86_64-darwin" "i686-darwin" "aarch64-darwin" "armv7a-darwin" "i686-freebsd"
    "x86_64-freebsd" "aarch64-freebsd" "i686-freebsd13" "x86_64-freebsd13" "aarch64-genode" "i686-genode" "x86_64-genode"
    "x86_64-solaris" "js-ghcjs" "javascript-ghcjs" "aarch64-linux" "arc-linux" "armv5tel-linux" "armv6l-linux"
    "armv7a-linux" "armv7l-linux" "i686-linux" "loongarch64-linux" "m68k-linux" "sh4-linux" "microblaze-linux"
    "microblazeel-linux" "mips-linux" "mips64-linux" "mips64el-linux" "mipsel-linux" "powerpc-linux" "powerpc64-linux"
    "powerpc64le-linux" "riscv32-linux" "riscv64-linux" "s390-linux" "s390x-linux" "x86_64-linux" "mmix-mmixware"
    "aarch64-netbsd" "armv6l-netbsd" "armv7a-netbsd" "armv7l-netbsd" "i686-netbsd" "m68k-netbsd" "mipsel-netbsd"
    "powerpc-netbsd" "riscv32-netbsd" "riscv64-netbsd" "x86_64-netbsd" "aarch64_be-none" "aarch64-none" "arm-none"
    "armv6l-none" "avr-none" "i686-none" "microblaze-none" "microblazeel-none" "mips-none" "mips64-none" "msp430-none"
    "or1k-none" "m68k-none" "powerpc-none" "powerpcle-none" "riscv32-none" "riscv64-none" "rx-none" "s390-none"
    "s390x-none" "vc4-none" "x86_64-none" "i686-openbsd" "x86_64-openbsd" "x86_64-redox" "wasm64-wasi" "wasm32-wasi"
    "aarch64-windows" "x86_64-windows" "i686-windows" "aarch64-uefi" "x86_64-uefi"
  ];
  flakeExposed = filter (name: if name == "x86_64-freebsd" then after [ 1721523216 1722128034 ]
      else if elem name [ "mipsel-linux" "armv5tel-linux" ] then !(after [ 1718499101 1719103869 ]) else true)
    [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "armv6l-linux" "armv7l-linux" "i686-linux" "mipsel-linux" "aarch64-darwin"
      "armv5tel-linux" "powerpc64le-linux" "riscv64-linux" "x86_64-freebsd" ];

  # Family, bits, byte order where it is big, version and architecture of a processor.
  cpus = {
    aarch64 = arm 64 // { version = "8"; arch = "armv8-a"; }; arm64 = arm 64 // { version = "8"; arch = "armv8-a"; };
    aarch64_be = arm 64 // { version = "8"; arch = "armv8-a"; big = true; };
    arm = arm 32; armv5tel = arm 32 // { version = "5"; arch = "armv5t"; };
    armv6l = arm 32 // { version = "6"; arch = "armv6"; }; armv6m = arm 32 // { version = "6"; arch = "armv6-m"; };
    armv7a = arm 32 // { version = "7"; arch = "armv7-a"; }; armv7l = arm 32 // { version = "7"; arch = "armv7"; };
    armv7m = arm 32 // { version = "7"; arch = "armv7-m"; }; armv7r = arm 32 // { version = "7"; arch = "armv7-r"; };
    armv8a = arm 32 // { version = "8"; arch = "armv8-a"; }; armv8m = arm 32 // { version = "8"; arch = "armv8-m"; };
    armv8r = arm 32 // { version = "8"; arch = "armv8-a"; };
    i386 = x86 32 "i386"; i486 = x86 32 "i486"; i586 = x86 32 "i586"; i686 = x86 32 "i686"; x86_64 = x86 64 "x86-64";
    alpha = cpu "alpha" 64; arc = cpu "arc" 32; avr = cpu "avr" 8; javascript = cpu "javascript" 32; js = cpu "js" 32;
    loongarch64 = cpu "loongarch" 64; m68k = big "m68k" 32; microblaze = big "microblaze" 32;
    microblazeel = cpu "microblaze" 32; mips = big "mips" 32; mipsel = cpu "mips" 32; mips64 = big "mips" 64;
    mips64el = cpu "mips" 64; mmix = big "mmix" 64; msp430 = cpu "msp430" 16; or1k = big "or1k" 32;
    powerpc = big "power" 32; powerpcle = cpu "power" 32; powerpc64 = big "power" 64; powerpc64le = cpu "power" 64;
    riscv32 = cpu "riscv" 32; riscv64 = cpu "riscv" 64; rx = cpu "rx" 32; s390 = big "s390" 32; s390x = big "s390" 64;
    sh4 = cpu "sh" 32; sparc = big "sparc" 32; sparc64 = big "sparc" 64; vc4 = cpu "vc4" 32; wasm32 = cpu "wasm" 32;
    wasm64 = cpu "wasm" 64;
  };
  cpu = family: bits: { inherit family bits; };
  big = family: bits: { inherit family bits; big = true; };
  arm = cpu "arm";
  x86 = bits: arch: { family = "x86"; inherit bits arch; };

  unknownPlatform = text: builtins.__unknown "the platform `${text}`";
  # Parts of `cpu-kernel` or `cpu-vendor-kernel-abi`; null where they are not known.
  skeleton = text:
    let
      parts = filter isString (split "-" text);
      n = length parts;
      at = elemAt parts;
      known = [ "linux" "darwin" "macos" "freebsd" "netbsd" "openbsd" "solaris" "redox" "genode" "none" "wasi" "uefi" "cygwin" "mmixware" "ghcjs" ];
    in
    if n == 2 && at 1 == "windows" then { cpu = at 0; kernel = "windows"; abi = "msvc"; }
    else if n == 2 && elem (at 1) known then { cpu = at 0; kernel = at 1; }
    else if n == 2 && hasPrefix "freebsd" (at 1) then { cpu = at 0; kernel = "freebsd"; }
    else if n == 3 && at 1 == "linux" then { cpu = at 0; kernel = "linux"; abi = at 2; }
    else if n == 3 && at 2 == "mingw32" then { cpu = at 0; vendor = at 1; kernel = "windows"; }
    else if n == 3 && at 1 == "apple" then { cpu = at 0; vendor = "apple"; kernel = "darwin"; }
    else if n == 3 && elem (at 2) known then { cpu = at 0; vendor = at 1; kernel = at 2; }
    else if n == 4 then { cpu = at 0; vendor = at 1; kernel = at 2; abi = at 3; }
    else null;
  cpuName = name: if name == "arm64" then "aarch64" else name;
  parsedOf = text:
    let
      parts = skeleton text;
      name = cpuName parts.cpu;
      cpu = cpus.${name};
      abi = parts.abi or (
        if !(elem kernel [ "linux" "windows" ]) then "unknown"
        else if cpu.family == "arm" && cpu.bits == 32 then (if elem (cpu.version or "0") [ "6" "7" "8" ] then "gnueabihf" else "gnueabi")
        else if cpu.family == "power" && cpu.bits == 64 && cpu.big or false then "gnuabielfv1"
        else "gnu");
      kernel = if hasPrefix "darwin" parts.kernel || parts.kernel == "macos" then "darwin" else parts.kernel;
      vendor = parts.vendor or (if kernel == "darwin" then "apple" else if elem kernel [ "windows" "cygwin" ] then "pc" else "unknown");
    in
    if parts == null || !(cpus ? ${name}) then unknownPlatform text
    else {
      _type = "system";
      cpu = builtins.__open "a property of a processor" (removeAttrs cpu [ "big" ] // {
        inherit name;
        significantByte = builtins.__open "a byte order" { name = if cpu.big or false then "bigEndian" else "littleEndian"; };
      });
      vendor = builtins.__open "a property of a vendor" { name = vendor; };
      kernel = builtins.__open "a property of a kernel" { name = kernel; };
      abi = builtins.__open "a property of an ABI" { name = abi; };
    };

  predicates = p:
    let
      inherit (p.cpu) family bits name;
      kernel = p.kernel.name;
      abi = p.abi.name;
      of = wanted: family == wanted;
      bsd = elem kernel [ "freebsd" "netbsd" "openbsd" ];
      gnu = elem abi [ "gnu" "gnueabi" "gnueabihf" "gnuabi64" "gnuabin32" "gnuabielfv1" "gnuabielfv2" ];
      bigEndian = p.cpu.significantByte.name == "bigEndian";
    in
    {
      isi686 = name == "i686"; isx86_32 = of "x86" && bits == 32; isx86_64 = of "x86" && bits == 64; isx86 = of "x86";
      isPower = of "power"; isPower64 = of "power" && bits == 64; isAarch = of "arm"; isAarch32 = of "arm" && bits == 32;
      isAarch64 = of "arm" && bits == 64; isArmv7 = hasPrefix "armv7" name; isMicroBlaze = of "microblaze";
      isMips = of "mips"; isMips32 = of "mips" && bits == 32; isMips64 = of "mips" && bits == 64;
      isMips64n32 = of "mips" && bits == 64 && hasSuffix "abin32" abi; isMips64n64 = of "mips" && bits == 64 && hasSuffix "abi64" abi;
      isMmix = of "mmix"; isRiscV = of "riscv"; isRiscV32 = of "riscv" && bits == 32; isRiscV64 = of "riscv" && bits == 64;
      isRx = of "rx"; isSparc = of "sparc"; isSparc64 = of "sparc" && bits == 64; isWasm = of "wasm"; isMsp430 = of "msp430";
      isVc4 = of "vc4"; isAvr = of "avr"; isAlpha = of "alpha"; isOr1k = of "or1k"; isM68k = of "m68k"; isArc = of "arc";
      isSh4 = of "sh"; isS390 = of "s390"; isS390x = of "s390" && bits == 64; isLoongArch64 = of "loongarch" && bits == 64;
      isJavaScript = of "javascript" || of "js"; is32bit = bits == 32; is64bit = bits == 64;
      isILP32 = (of "wasm" && bits == 32) || elem abi [ "gnuabin32" "muslabin32" "gnux32" "muslx32" ];
      isBigEndian = bits > 8 && bigEndian; isLittleEndian = bits > 8 && !bigEndian;
      isAbiElfv1 = abi == "gnuabielfv1"; isAbiElfv2 = abi == "gnuabielfv2" || (abi == "musl" && of "power" && bits == 64);
      isEabi = elem abi [ "eabi" "eabihf" "androideabi" "gnueabi" "gnueabihf" "musleabi" "musleabihf" "uclibceabi" "uclibceabihf" ];
      isBSD = bsd; isDarwin = kernel == "darwin" || kernel == "ios"; isMacOS = kernel == "darwin"; isiOS = kernel == "ios";
      isLinux = kernel == "linux"; isSunOS = kernel == "solaris"; isFreeBSD = kernel == "freebsd"; isNetBSD = kernel == "netbsd";
      isOpenBSD = kernel == "openbsd"; isWindows = kernel == "windows"; isCygwin = kernel == "cygwin";
      isMinGW = kernel == "windows" && abi == "gnu"; isMsvc = kernel == "windows" && abi == "msvc"; isWasi = kernel == "wasi";
      isRedox = kernel == "redox"; isGhcjs = kernel == "ghcjs"; isGenode = kernel == "genode"; isNone = kernel == "none";
      isUefi = kernel == "uefi"; isAndroid = elem abi [ "android" "androideabi" ]; isGnu = gnu;
      isMusl = hasPrefix "musl" abi; isUClibc = hasPrefix "uclibc" abi;
      isUnix = bsd || elem kernel [ "linux" "darwin" "ios" "solaris" "cygwin" "redox" ];
      isEfi = elem family [ "arm" "riscv" "x86" "loongarch" ] && !(of "arm" && p.cpu.version or "0" == "5");
      isElf = bsd || elem kernel [ "linux" "solaris" "redox" "genode" "none" "mmixware" ];
      isMacho = elem kernel [ "darwin" "ios" ]; isPE = elem kernel [ "windows" "cygwin" "uefi" ];
    };

  rustOf = p: static:
    let
      cpu = {
        armv7a = "armv7"; armv7l = "armv7"; armv6l = "arm"; armv5tel = "armv5te"; riscv32 = "riscv32gc"; riscv64 = "riscv64gc";
      }.${p.cpu.name} or p.cpu.name;
      vendor = if p.vendor.name == "w64" then "pc" else p.vendor.name;
      target = if p.kernel.name == "wasi" then "${cpu}-wasip1"
        else "${cpu}-${vendor}-${p.kernel.name}${if p.abi.name == "unknown" then "" else "-${p.abi.name}"}";
    in
    builtins.__open "how Rust names a platform" { rustcTarget = target; rustcTargetSpec = target; cargoShortTarget = target; };
  linuxArchOf = is: p:
    if is.isAarch32 then "arm" else if is.isAarch64 then "arm64" else if is.isx86_32 then "i386" else if is.isMips then "mips"
    else if is.isMicroBlaze then "microblaze" else if is.isPower then "powerpc" else if is.isRiscV then "riscv"
    else if is.isSh4 then "sh" else if is.isS390 then "s390" else if is.isLoongArch64 then "loongarch" else p.cpu.name;
  libcOf = is:
    if is.isDarwin then "libSystem" else if is.isMsvc then "ucrt" else if is.isMinGW then "msvcrt"
    else if is.isMusl then "musl" else if is.isAndroid then "bionic" else if is.isUClibc then "uclibc"
    else if is.isLinux then "glibc" else builtins.__unknown "a library of C";
  elaborate = given:
    let
      arguments = if isAttrs given then given else { system = given; };
      text = arguments.config or arguments.system;
      p = parsedOf text;
      is = predicates p;
      darwin = p.kernel.name == "darwin";
      arch = if p.cpu.name == "aarch64" then "arm64" else p.cpu.name;
      final = {
        parsed = p;
        system = if isAttrs p then "${p.cpu.name}-${p.kernel.name}" else arguments.system or p;
        config = "${if darwin then arch else p.cpu.name}-${p.vendor.name}-${p.kernel.name}${if p.abi.name == "unknown" then "" else "-${p.abi.name}"}";
        libc = libcOf is;
        linuxArch = linuxArchOf is p;
        qemuArch = if is.isAarch32 then "arm" else if is.isx86_32 then "i386" else if is.isAarch64 || is.isx86_64 || is.isRiscV
          then p.cpu.name else builtins.__unknown "how QEMU names a platform";
        darwinArch = arch;
        extensions = {
          executable = if is.isWindows || is.isCygwin then ".exe" else "";
          sharedLibrary = if is.isDarwin then ".dylib" else if is.isWindows || is.isCygwin then ".dll" else ".so";
          staticLibrary = if is.isWindows then ".lib" else ".a";
          library = if final.isStatic then final.extensions.staticLibrary else final.extensions.sharedLibrary;
        };
        uname = {
          system = { linux = "Linux"; darwin = "Darwin"; windows = "Windows"; freebsd = "FreeBSD"; netbsd = "NetBSD"; openbsd = "OpenBSD"; }.${p.kernel.name} or null;
          processor = if darwin then arch else if is.isPower || is.isMips64 then builtins.__unknown "how `uname` names a platform" else p.cpu.name;
          release = null;
        };
        rust = rustOf p final.isStatic;
        isStatic = is.isWasi || is.isRedox;
        canExecute = other: if other.system == final.system && other.config == final.config then true
          else builtins.__unknown "whether a platform runs another one's programs";
        emulatorAvailable = pkgs: builtins.__unknown "an emulator";
      } // (if isAttrs p then is else builtins.__open "a property of a platform" (builtins.mapAttrs (name: value: p) is))
      // removeAttrs arguments [ "parsed" "system" "config" ];
    in
    builtins.__open "a property of a platform" final;

  cpuOf = name: head (match "(.*)-[^-]*" name);
  kernels = wanted: filter (name: elem (elemAt (match "[^-]*-(.*)" name) 0) wanted) all;
  families = wanted: filter (name: elem cpus.${cpuOf name}.family wanted) all;
  cpuIn = wanted: filter (name: elem (cpuOf name) wanted) all;
  bits = family: size: filter (name: cpus.${cpuOf name}.family == family && cpus.${cpuOf name}.bits == size) all;
  freebsd = [ "freebsd" "freebsd13" ];
in
{
  systems = {
    inherit elaborate flakeExposed;
    systemToAttrs = given: if isAttrs given then given else { system = given; };
    equals = a: b: a.config == b.config && a.system == b.system;
    functionNames = [ "canExecute" "emulator" "emulatorAvailable" "staticEmulatorAvailable" ];
    doubles = builtins.__open "a list of systems that is not modelled" {
      inherit all;
      none = [ ];
      linux = kernels [ "linux" ]; darwin = kernels [ "darwin" ]; freebsd = kernels freebsd; netbsd = kernels [ "netbsd" ];
      openbsd = kernels [ "openbsd" ]; illumos = kernels [ "solaris" ]; cygwin = kernels [ "cygwin" ]; wasi = kernels [ "wasi" ];
      redox = kernels [ "redox" ]; windows = kernels [ "windows" ]; genode = kernels [ "genode" ]; uefi = kernels [ "uefi" ];
      embedded = kernels [ "none" ]; gnu = builtins.__unknown "a list of systems";
      unix = kernels ([ "linux" "darwin" "netbsd" "openbsd" "solaris" "cygwin" "redox" ] ++ freebsd);
      arm = bits "arm" 32; armv7 = cpuIn [ "armv7a" "armv7l" "armv7r" "armv7m" ]; aarch = families [ "arm" ];
      aarch64 = bits "arm" 64; x86 = families [ "x86" ]; i686 = cpuIn [ "i686" ]; x86_64 = cpuIn [ "x86_64" ];
      microblaze = families [ "microblaze" ]; mips = families [ "mips" ]; mmix = families [ "mmix" ]; power = families [ "power" ];
      riscv = families [ "riscv" ]; riscv32 = bits "riscv" 32; riscv64 = bits "riscv" 64; rx = families [ "rx" ];
      vc4 = families [ "vc4" ]; or1k = families [ "or1k" ]; m68k = families [ "m68k" ]; arc = families [ "arc" ];
      sh4 = families [ "sh" ]; s390 = families [ "s390" ]; s390x = bits "s390" 64; loongarch64 = families [ "loongarch" ];
      js = families [ "js" "javascript" ]; littleEndian = filter (name: cpus.${cpuOf name}.bits > 8 && !(cpus.${cpuOf name}.big or false)) all;
      bigEndian = filter (name: cpus.${cpuOf name}.big or false) all;
    };
    supported = {
      tier1 = [ "x86_64-linux" ];
      tier2 = [ "aarch64-linux" "x86_64-darwin" ];
      tier3 = [ "armv6l-linux" "armv7l-linux" "i686-linux" "mipsel-linux" ];
      hydra = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "armv6l-linux" "armv7l-linux" "i686-linux" "mipsel-linux" "aarch64-darwin" ];
    };
    parse = builtins.__open "a function of lib.systems.parse" {
      mkSystemFromString = parsedOf;
      doubleFromSystem = p: "${p.cpu.name}-${p.kernel.name}";
      isSystem = p: p._type or null == "system";
    };
    inspect = builtins.__open "a function of lib.systems.inspect" {
      predicates = builtins.mapAttrs (name: value: p: (predicates p).${name}) (predicates (parsedOf "x86_64-linux"));
    };
    examples = builtins.__open "a system of nixpkgs" (listToAttrs (map (name: { inherit name; value = builtins.__unknown "a system of nixpkgs"; }) [
      "aarch64-android" "aarch64-android-prebuilt" "aarch64-darwin" "aarch64-embedded" "aarch64-freebsd" "arm-embedded"
      "armhf-embedded" "armv7a-android-prebuilt" "avr" "ben-nanonote" "fuloongminipc" "i686-embedded" "iphone64"
      "m68k" "mips-embedded" "mips64-embedded" "mmix" "msp430" "or1k" "ppc-embedded" "remarkable1" "remarkable2" "s390"
      "vc4" "x86_64-darwin" "x86_64-embedded" "x86_64-freebsd" "x86_64-netbsd"
    ]) // builtins.mapAttrs (name: config: { inherit config; }) {
      gnu64 = "x86_64-unknown-linux-gnu"; gnu32 = "i686-unknown-linux-gnu"; musl64 = "x86_64-unknown-linux-musl";
      musl32 = "i686-unknown-linux-musl"; aarch64-multiplatform = "aarch64-unknown-linux-gnu";
      aarch64-multiplatform-musl = "aarch64-unknown-linux-musl"; raspberryPi = "armv6l-unknown-linux-gnueabihf";
      muslpi = "armv6l-unknown-linux-musleabihf"; armv7l-hf-multiplatform = "armv7l-unknown-linux-gnueabihf";
      armv5tel-multiplatform = "armv5tel-unknown-linux-gnueabi"; riscv64 = "riscv64-unknown-linux-gnu";
      riscv32 = "riscv32-unknown-linux-gnu"; powernv = "powerpc64le-unknown-linux-gnu"; mingwW64 = "x86_64-w64-mingw32";
      mingw32 = "i686-w64-mingw32"; ucrt64 = "x86_64-w64-mingw32"; loongarch64-linux = "loongarch64-unknown-linux-gnu"; ppc64 = "powerpc64-unknown-linux-gnuabielfv2";
      s390x = "s390x-unknown-linux-gnu";
    });
    architectures = builtins.__open "an architecture" { };
    platforms = builtins.__open "a platform" { };
  };
}
