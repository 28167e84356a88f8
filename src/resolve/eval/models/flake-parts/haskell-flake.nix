# srid/haskell-flake: packages, executables as apps and a shell of each project `haskellProjects.NAME`. The packages
# are the ones that `packages` gives a source in the project, and those of `cabal.project`, or the one `.cabal` file.
{ lib, modified, ... }:
let
  inherit (builtins)
    attrNames concatMap filter head isAttrs isPath isString length listToAttrs map mapAttrs match pathExists readDir readFile;
  inherit (lib) hasInfix hasPrefix hasSuffix mkOption optionalAttrs removePrefix removeSuffix splitString types;
  opaque = builtins.__unknown "a value of haskell-flake";
  unclear = builtins.__unknown "the packages of a Haskell project";
  # Versions before 0.3 had other options, and before 0.4 other modules or none.
  older = if modified < 1685577600 then builtins.__open "what an older haskell-flake makes of a project" else outputs: outputs;
  # The first release, which some stay with: packages that a project lists, a shell, and checks that are asked for.
  first = modified <= 1675296942;
  firstOf = name: project:
    let
      own = project.packages or { };
      prefix = if name == "default" then "" else "${name}-";
      check = kind: optionalAttrs (project.${kind + "Check"}.enable or false) { "${name}-${kind}" = opaque; };
    in
    {
      packages = listToAttrs (map (package: { name = prefix + package; value = opaque; }) (if own == { } then unclear else attrNames own));
      apps = { };
      devShells.${name} = opaque;
      checks = check "hls" // check "hlint";
    };
  modules =
    if modified < 1677628800 then { }
    else { haskellFlakeProjectModules = (if modified < 1693526400 then builtins.__open "a module of an older haskell-flake" else modules: modules) { output = opaque; }; };
  outputTypes = [ "packages" "checks" "apps" "devShells" ];

  cabalFile = directory:
    let files = filter (hasSuffix ".cabal") (attrNames (readDir directory)); in
    if files == [ ] then null else if length files == 1 then head files else unclear;
  # The lines that are indented below `packages:`.
  listed = text:
    let
      lines = splitString "\n" text;
      take = lines:
        if lines == [ ] then [ ]
        else let path = match "[ \t]+(.*)" (head lines); in if path == null then [ ] else path ++ take (builtins.tail lines);
    in
    if head lines == "packages:" then take (builtins.tail lines) else unclear;
  place = root: path:
    if builtins.elem path [ "." "./" "./." ] then root
    else if hasInfix "*" path || hasSuffix ".cabal" path then unclear
    else "${toString root}/${path}";
  found = root:
    let
      places =
        if pathExists "${toString root}/cabal.project" then map (place root) (listed (readFile "${toString root}/cabal.project"))
        else if cabalFile root == null then [ ]
        else [ root ];
    in
    listToAttrs (map (source: { name = removeSuffix ".cabal" (cabalFile source); value = { inherit source; }; }) places);
  executables = directory:
    let file = cabalFile directory; in
    if file == null then unclear
    else map (removePrefix "executable ")
      (filter (hasPrefix "executable ") (splitString "\n" (readFile (directory + "/${file}"))));

  package = {
    freeformType = types.lazyAttrsOf types.anything;
    options = {
      source = mkOption { type = types.raw; default = null; };
      cabal.executables = mkOption { type = types.raw; default = null; };
    };
  };
  project = {
    freeformType = types.lazyAttrsOf types.anything;
    options = {
      autoWire = mkOption { type = types.listOf types.str; default = outputTypes; };
      projectRoot = mkOption { type = types.raw; default = null; };
      packages = mkOption { type = types.lazyAttrsOf (types.submodule package); default = { }; };
      defaults = mkOption {
        default = { };
        type = types.submodule {
          freeformType = types.lazyAttrsOf types.anything;
          options.enable = mkOption { type = types.bool; default = true; };
          options.packages = mkOption { type = types.raw; default = null; };
        };
      };
      devShell = mkOption {
        default = { };
        type = types.submodule {
          freeformType = types.lazyAttrsOf types.anything;
          options.enable = mkOption { type = types.bool; default = true; };
          options.hlsCheck.enable = mkOption { type = types.bool; default = false; };
        };
      };
      outputs = mkOption { type = types.raw; default = builtins.__open "an output of haskell-flake" { }; };
    };
  };

  # What a project gives; `name` is the project's.
  outputsOf = self: name: project:
    let
      given = project.projectRoot or null;
      root = if given == null then self else given;
      defaults =
        if !(project.defaults.enable or true) then { }
        else if (project.defaults.packages or null) != null then project.defaults.packages
        else found root;
      own = project.packages or { };
      sourceOf = package: let source = (own.${package} or { }).source or null; in
        if source != null then source else (defaults.${package} or { }).source or unclear;
      isLocal = package:
        let source = sourceOf package; in
        # A path is copied into the store of its own, so that it is in the project only if it is the project.
        if isPath source then isPath root && source == root
        else (isString source || isAttrs source) && hasPrefix (toString root) (toString source);
      packages = filter isLocal (attrNames (defaults // own));
      programs = package:
        let list = (own.${package} or { }).cabal.executables or null; in
        if list != null then list else executables (sourceOf package);
      prefix = if name == "default" then "" else "${name}-";
      each = names: listToAttrs (map (item: { name = prefix + item; value = opaque; }) names);
      shell = project.devShell.enable or true;
      wired = kind: optionalAttrs (builtins.elem kind (project.autoWire or outputTypes));
    in
    {
      packages = wired "packages" (each packages);
      apps = wired "apps" (each (concatMap programs packages));
      devShells = wired "devShells" (optionalAttrs shell { ${name} = opaque; });
      checks = wired "checks" (optionalAttrs (shell && (project.devShell.hlsCheck.enable or false)) { "${name}-hls" = opaque; });
    };

  module = { self, flake-parts-lib, ... }: {
    options = {
      flake = flake-parts-lib.mkSubmoduleOptions
        (mapAttrs (kind: modules: mkOption { type = types.lazyAttrsOf types.raw; default = { }; }) modules);
      perSystem = flake-parts-lib.mkPerSystemOption {
        options.haskellProjects = mkOption { type = types.lazyAttrsOf (types.submodule project); default = { }; };
      };
    };
    config = {
      flake = modules;
      perSystem = { config, ... }:
        let
          projects = mapAttrs (if first then firstOf else outputsOf self) (config.haskellProjects or { });
          all = kind: (if first then outputs: outputs else older) (lib.concatMapAttrs (name: outputs: outputs.${kind}) projects);
        in
        lib.genAttrs outputTypes all;
    };
  };
in
builtins.__open "an output of haskell-flake that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  lib = builtins.__open "a function of haskell-flake" { };
  outPath = builtins.__unknown "a source that is fetched";
}
