# Functions of a package set that give derivations, and what is known of a derivation that a user's own code makes.
{ lib, host, packages }:
let
  inherit (builtins) isAttrs listToAttrs map;
  opaque = builtins.__unknown "a derivation's output";

  # A derivation: what it was made of, and what every derivation has. Nothing else is known to be there or not.
  derivation = arguments: builtins.__open "an attribute of a derivation" (arguments // (arguments.passthru or { }) // {
    type = "derivation";
    inherit (host) system;
    inherit (packages) stdenv;
    outPath = opaque;
    drvPath = opaque;
    outputName = "out";
    name = arguments.name or "${arguments.pname}${if arguments ? version then "-${arguments.version}" else ""}";
    meta = openMeta;
    passthru = arguments.passthru or { };
  });
  # `mkDerivation { … }` or `mkDerivation (final: { … })`, and the same with changes.
  make = meta: f:
    let
      arguments = f self;
      self = derivation arguments // {
        meta = meta // (arguments.meta or { });
        overrideAttrs = change: make meta (lib.fixedPoints.extends (lib.fixedPoints.toExtension change) f);
        finalPackage = self;
      };
    in
    self;
  builder = given: make openMeta (if lib.isFunction given then given else final: given);
  openMeta = builtins.__open "an attribute of a package's meta" { broken = false; };
  # Builders of a language add the platforms of its compiler: these, in every version, and others.
  languageMeta = builtins.__open "an attribute of a package's meta" {
    broken = false;
    badPlatforms = [ ];
    platforms = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ] ++ builtins.__unknown "the platforms of a compiler";
  };
  languageBuilder = given: make languageMeta (if lib.isFunction given then given else final: given);
  # What `mkDerivation` adds to `meta` is known; other builders add the platforms of their language.
  common = {
    broken = false;
  } // lib.genAttrs [ "available" "insecure" "name" "outputsToInstall" "position" "unfree" "unsupported" ]
    (name: builtins.__unknown "an attribute of a package's meta");
  mkDerivation = given: make common (if lib.isFunction given then given else final: given);
  # A builder with a name before its arguments, as `runCommand name { } "…"`.
  named = name: mkDerivation { inherit name; };
  two = name: second: named name;
  three = name: second: third: named name;
  of = f: names: builtins.__each names f;
  # A derivation of which nothing else is known.
  unnamed = builtins.__unknown "a package's name";
  package = overridable (make openMeta (final: builtins.__open "an attribute of a derivation" {
    name = unnamed;
    pname = unnamed;
    version = unnamed;
    meta = { };
  }));
  overridable = made: made // {
    override = change: package;
    overrideDerivation = change: package;
    overrideAttrs = change: overridable (made.overrideAttrs change);
  };
  # A source that is fetched: a derivation whose files are not known.
  fetched = arguments: package;
  # Scripts and links: no platforms of their own.
  plain = of mkDerivation [ "mkShell" "mkShellNoCC" "buildEnv" "symlinkJoin" "writeShellApplication" "writeTextFile" ];
  languages = of languageBuilder [
    "buildGoModule" "buildGo121Module" "buildGo122Module" "buildGo123Module" "buildGo124Module" "buildGo125Module" "buildGo126Module"
    "buildNpmPackage" "buildRustPackage"
  ];
  all = of builder [
    "buildGoPackage" "buildDotnetModule" "buildDotnetGlobalTool" "buildFHSEnv" "buildFHSUserEnv" "buildFHSEnvBubblewrap" "mkYarnPackage"
    "mkYarnModules" "buildRubyGem" "bundlerEnv" "bundlerApp" "buildMaven" "buildGraalvmNativeImage" "makeDesktopItem"
    "makeSetupHook" "makeFontsConf" "buildBazelPackage" "buildDunePackage" "mkNugetDeps" 
    "buildPerlPackage" "buildLuarocksPackage" "buildHomeAssistantComponent"
    "buildMavenPackage" "mkBinaryCache" "buildNimPackage" "buildNimSbom" "buildLakePackage" "buildGleamApplication" "buildOctavePackage"
    "buildEmscriptenPackage" "buildGoApplication" "buildRedisModule" "buildNodePackage" "buildPostgresqlExtension"
  ];
  sources = of fetched [
    "fetchurl" "fetchzip" "fetchgit" "fetchFromGitHub" "fetchFromGitLab" "fetchFromGitea" "fetchFromForgejo" "fetchFromSourcehut"
    "fetchFromCodeberg" "fetchFromBitbucket" "fetchFromSavannah" "fetchFromGitiles" "fetchhg" "fetchsvn" "fetchpatch" "fetchpatch2"
    "fetchtarball" "fetchPypi" "fetchCrate" "fetchYarnDeps" "fetchNpmDeps" "fetchMavenArtifact" "fetchDebianPatch" "requireFile"
    "fetchNuGet" "fetchHex" "fetchPnpmDeps" "fetchDeps" "fetchCargoVendor" "fetchgitLocal" "fetchgx" "fetchsvnssh" "fetchdarcs" "fetchfossil" "fetchipfs" "fetchs3"
  ];
  twos = of two [
    "writeText" "writeTextDir" "writeScript" "writeScriptBin" "writeShellScript" "writeShellScriptBin" "linkFarm" "linkFarmFromDrvs"
  ];
  threes = of three [ "runCommand" "runCommandNoCC" "runCommandLocal" "runCommandCC" ];
  scripts = listToAttrs (lib.concatMap
    (language:
      let value = if builtins.elem language [ "Bash" "Dash" "Fish" "Nu" ] then script else three; in
      [ { name = "write${language}"; inherit value; } { name = "write${language}Bin"; inherit value; } ])
    [ "Bash" "Dash" "Fish" "Nu" "Python3" "PyPy3" "Haskell" "Rust" "JS" "Perl" "Ruby" "Lua" ]);
  # `writeBash name content` or `writeBash name { } content`.
  script = name: second: if isAttrs second && !(second ? outPath) then third: named name else named name;
  # Packages that every version has, and that are one.
  well-known = of package [
    "alejandra" "awscli2" "bash" "bashInteractive" "bat" "bazel" "black" "cachix" "ccache" "clippy" "cmake" "coreutils" "cowsay"
    "curl" "deadnix" "direnv" "docker" "emacs" "fd" "ffmpeg" "figlet" "findutils" "firefox" "fish" "fzf" "gawk" "gcc" "gdb"
    "gh" "git" "gnugrep" "gnumake" "gnused" "gnutar" "gopls" "gradle" "graphviz" "gzip" "helix" "hello" "htop"
    "imagemagick" "jq" "just" "kitty" "kubectl" "lazygit" "lolcat" "meson" "neovim" "neovim-unwrapped" "nil" "ninja" "nix" "nix-direnv" "nixpkgs-fmt"
    "nushell" "opam" "openssh" "openssl" "pandoc" "pkg-config" "podman" "postgresql" "pre-commit" "protobuf"
    "ripgrep" "rsync" "ruby" "rust-analyzer" "rustfmt" "shellcheck" "shfmt" "sops" "sqlite" "statix" "sudo" "terraform" "tmux" "tree"
    "treefmt" "unzip" "vim" "wget" "which" "yq" "zellij" "zip" "zlib" "zsh"
  ];
  # Compilers, whose platforms their packages take over.
  compilers = of (package // { meta = languageMeta; }) [ "cargo" "go" "nodejs" "rustc" ];
  library = extra: builtins.__open "packages of nixpkgs are not followed" (extra // {
    inherit (packages) callPackage callPackages;
  });
  # Sets of packages with a `callPackage` of their own.
  scopes = of (library { }) [
    "coqPackages" "cudaPackages" "darwin" "emacsPackages" "kdePackages" "libsForQt5" "linuxPackages" "linuxPackages_latest"
    "pantheon" "plasma5Packages" "qt5" "qt6" "qt6Packages" "xfce" "xorg"
  ];
  # A package of Python can be changed before its arguments become those of `mkDerivation`.
  pythonBuilder = given: languageBuilder given // {
    overridePythonAttrs = change: pythonBuilder (final:
      let old = if lib.isFunction given then given final else given; in
      old // (if lib.isFunction change then change old else change));
  };
  python = library {
    buildPythonPackage = pythonBuilder;
    buildPythonApplication = pythonBuilder;
    toPythonModule = given: given;
    toPythonApplication = given: given;
    pythonOlder = version: builtins.__unknown "the version of Python";
    pythonAtLeast = version: builtins.__unknown "the version of Python";
  };
  interpreter = package // {
    pkgs = python;
    withPackages = select: package;
    buildEnv = package;
    # With other packages in its set, or other flags.
    override = change: interpreter;
    overrideAttrs = change: interpreter;
  };
  interpreters = of interpreter [ "python3" "python310" "python311" "python312" "python313" "python314" "python3Full" ];
  pythons = lib.genAttrs (map (version: "python${version}Packages") [ "" "3" "39" "310" "311" "312" "313" "314" ]) (name: python);
in
scopes // well-known // compilers // all // plain // languages // sources // twos // threes // interpreters // pythons // {
  buildPythonApplication = pythonBuilder;
  buildPythonPackage = pythonBuilder;
  inherit mkDerivation;
  runCommandWith = arguments: command: named arguments.name;
  emptyDirectory = package;
  emptyFile = package;
  srcOnly = given: package;
  # A patched nixpkgs is a nixpkgs.
  applyPatches = arguments: package
    // (if isAttrs (arguments.src or null) && arguments.src ? __import then { inherit (arguments.src) __import; } else { });
  rustPlatform = library { buildRustPackage = languageBuilder; fetchCargoTarball = fetched; fetchCargoVendor = fetched; importCargoLock = fetched; };
  makeRustPlatform = arguments: packages.rustPlatform;
  dockerTools = library (of builder [
    "buildImage" "buildLayeredImage" "buildLayeredImageWithNixDb" "buildNixShellImage" "streamLayeredImage" "streamNixShellImage"
    "pullImage" "buildImageWithNixDb" "mergeImages"
  ]);
  ociTools = library { buildContainer = builder; };
  appimageTools = library { wrapType1 = builder; wrapType2 = builder; wrapAppImage = builder; extract = fetched; extractType2 = fetched; };
  vimUtils = library { buildVimPlugin = builder; buildNeovimPlugin = builder; };
  vscode-utils = library {
    buildVscodeExtension = builder;
    buildVscodeMarketplaceExtension = given: package;
    extensionFromVscodeMarketplace = given: package;
    extensionsFromVscodeMarketplace = map (given: package);
  };
  tree-sitter = library (package // { buildGrammar = given: package; });
  tmuxPlugins = library { mkTmuxPlugin = builder; };
  haskellPackages = library {
    callCabal2nix = name: src: arguments: named name;
    callCabal2nixWithOptions = name: src: options: arguments: named name;
    callHackage = name: version: arguments: named name;
    callHackageDirect = given: arguments: named given.pkg;
    developPackage = arguments: package;
    shellFor = builder;
    mkDerivation = builder;
  };
  ocamlPackages = library { buildDunePackage = builder; };
  perlPackages = library { buildPerlPackage = builder; buildPerlModule = builder; };
  beamPackages = library { mixRelease = builder; buildMix = builder; buildRebar3 = builder; fetchMixDeps = fetched; };
  flutter = library { buildFlutterApplication = builder; };
  maven = library { buildMavenPackage = builder; };
  crystal = library { buildCrystalPackage = builder; };
  php = library { buildComposerProject = builder; buildComposerProject2 = builder; buildEnv = builder; };
  writers = library scripts;
  testers = library {
    runNixOSTest = given: package;
    nixosTest = given: package;
    runCommand = builder;
    testVersion = arguments: package;
    invalidateFetcherByDrvHash = f: f;
    testBuildFailure = given: package;
    testEqualContents = arguments: package;
  };
  nixosTest = given: package;
  formats = builtins.__open "a format of nixpkgs" (of     (options: builtins.__open "a property of a format" { type = builtins.__unknown "a type"; generate = name: value: named name; })
    [ "json" "yaml" "toml" "ini" "keyValue" "gitIni" "pythonVars" "javaProperties" "hocon" "libconfig" "elixirConf" "lua" "xml" "php" "cdn" ]);
  nixosOptionsDoc = arguments: {
    optionsNix = builtins.__unknown "an evaluation of modules";
    optionsAsciiDoc = package;
    optionsCommonMark = package;
    optionsJSON = package;
    optionsDocBook = package;
  };
  nixos = configuration: builtins.__unknown "a NixOS configuration";
  inherit (lib) dontRecurseIntoAttrs makeOverridable recurseIntoAttrs;
}
