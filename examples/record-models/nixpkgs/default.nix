# Stands for `import nixpkgs { … }`: the functions that build packages, and a fake package for every word that
# the tree under test writes and for some that libraries read.
{ system ? null, localSystem ? system, crossSystem ? null, overlays ? [ ], config ? { }, ... }@arguments:
let
  lib = import ./lib;
  elaborate = given: lib.systems.elaborate (if builtins.isString given then { system = given; } else given);
  buildPlatform = elaborate (if localSystem == null then builtins.currentSystem else localSystem);
  hostPlatform = if crossSystem == null then buildPlatform else elaborate crossSystem;

  derivation = import ./derivation.nix hostPlatform.system;
  fake = name: derivation { inherit name; };
  fakes = names: lib.genAttrs names fake;
  # What a builder makes, whatever it is made of.
  named = name: more: fake name;
  shell = given: derivation ({ name = "nix-shell"; } // (if builtins.isAttrs given then given else { }));

  extended = overlay: import ./. (arguments // { overlays = overlays ++ overlay; });

  functions = self: {
    inherit lib config overlays;
    system = hostPlatform.system;
    pkgs = self;
    path = ./.;
    stdenv = {
      inherit hostPlatform buildPlatform;
      targetPlatform = hostPlatform;
      inherit (hostPlatform) isLinux isDarwin isAarch64 isx86_64 system;
      mkDerivation = derivation;
      cc = fake "cc";
      shell = "/bin/sh";
    };
    inherit hostPlatform buildPlatform;
    targetPlatform = hostPlatform;
    extend = overlay: extended [ overlay ];
    appendOverlays = extended;
    mkShell = (import ./callable.nix) shell;
    mkShellNoCC = (import ./callable.nix) shell;
    runCommand = name: environment: script: derivation (environment // { inherit name; });
    runCommandLocal = name: environment: script: derivation (environment // { inherit name; });
    runCommandNoCC = name: environment: script: derivation (environment // { inherit name; });
    runCommandCC = name: environment: script: derivation (environment // { inherit name; });
    writeShellApplication = arguments: derivation arguments;
    buildEnv = arguments: derivation arguments;
    symlinkJoin = arguments: derivation arguments;
    buildGoModule = derivation;
    buildNpmPackage = derivation;
    applyPatches = arguments: derivation ({ name = "patched"; } // arguments);
    substituteAll = arguments: fake "substituted";
    linkFarm = named;
    linkFarmFromDrvs = named;
    writeText = named;
    writeTextFile = arguments: derivation { inherit (arguments) name; };
    writeTextDir = path: text: fake (baseNameOf path);
    writeShellScript = named;
    writeShellScriptBin = named;
    writeScript = named;
    writeScriptBin = named;
    writers = lib.genAttrs [ "writeBash" "writeBashBin" "writePython3" "writePython3Bin" "writeYAML" "writeJSON" ] (_: named);
    formats = lib.genAttrs [ "yaml" "json" "toml" "ini" ] (_: arguments: {
      type = lib.types.anything;
      generate = named;
    });
    nixosTest = arguments: fake "test";
    testers = lib.genAttrs [ "nixosTest" "runNixOSTest" ] (_: arguments: fake "test");
    rustPlatform = { buildRustPackage = derivation; importCargoLock = arguments: fake "vendor"; };
    rustc = fake "rustc" // { targetPlatforms = lib.platforms.all; };
    dockerTools = lib.genAttrs [ "buildImage" "buildLayeredImage" "streamLayeredImage" ] (_: derivation);
    nodePackages = fakes (words ++ [ "prettier" ]);
    python3 = python self;
    python3Packages = (python self).pkgs;
    pkgsStatic = self;
    pkgsCross = lib.genAttrs [ "aarch64-multiplatform" "musl64" "mingwW64" ] (_: self);
    pkgsMusl = self;
    buildPackages = self;
    pkgsBuildBuild = self;
    pkgsBuildHost = self;
    pkgsBuildTarget = self;
    pkgsHostHost = self;
    pkgsHostTarget = self;
    pkgsTargetTarget = self;
    makeScopeWithSplicing = lib.makeScopeWithSplicing';
    makeScopeWithSplicing' = { f, ... }: lib.makeScope self.newScope f;
    splicePackages = splices: splices.pkgsHostTarget;
    fetchurl = arguments: fake "source";
    fetchzip = arguments: fake "source";
    fetchgit = arguments: fake "source";
    fetchFromGitHub = arguments: fake "source";
    fetchFromGitLab = arguments: fake "source";
    nixos = modules: import ./nixos/lib/eval-config.nix { modules = lib.toList modules; pkgs = self; };
  };
  python = self: fake "python3" // {
    pkgs = fakes words // { buildPythonPackage = derivation; buildPythonApplication = derivation; };
    withPackages = choose: fake "python3-env";
  };

  words = import ./words.nix;
  common = [
    "alejandra" "bash" "bashInteractive" "black" "cargo" "clang" "clippy" "cmake" "coreutils" "curl" "deadnix" "direnv"
    "findutils" "gawk" "gcc" "git" "gnugrep" "gnumake" "gnused" "go" "gopls" "hello" "jq" "just" "ncurses" "nix"
    "nixfmt" "nixfmt-classic" "nixfmt-rfc-style" "nixos-rebuild" "nixpkgs-fmt" "nodejs" "openssl" "pre-commit"
    "prettier" "process-compose" "python" "ripgrep" "ruff" "rustfmt" "shellcheck" "shfmt" "statix" "taplo" "treefmt"
    "watchexec" "wget" "yq" "zlib"
  ];

  # Formals that the scope lacks are packages.
  callPackageWith = scope: file: given:
    let
      function = if builtins.isFunction file || file ? __functor then file else import file;
      wanted = lib.functionArgs function;
      lacking = builtins.filter (name: !wanted.${name} && !(scope ? ${name})) (builtins.attrNames wanted);
    in
    lib.callPackageWith (fakes lacking // scope) function given;

  base = self: fakes (common ++ words) // functions self // {
    callPackage = callPackageWith self;
    callPackages = lib.callPackagesWith self;
    newScope = extra: callPackageWith (self // extra);
  };
in
lib.fix (builtins.foldl' (packages: overlay: lib.extends overlay packages) base overlays)
