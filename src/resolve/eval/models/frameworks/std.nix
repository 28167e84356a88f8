# divnix/std and paisano: cells are folders, cell blocks are files or folders in them, chosen by name. `grow` gives
# `SYSTEM.CELL.BLOCK.TARGET`; `harvest`, `winnow` and `pick` bring targets to the top.
{ lib, source, modified ? 9223372036854775807, overrides ? { }, ... }@given:
let
  # `self` also has what Nix adds to outputs, of which some may be absent: only systems are looked at.
  ofSystems = builtins.intersectAttrs
    (lib.genAttrs (lib.systems.doubles.linux ++ lib.systems.doubles.darwin ++ [ "x86_64-freebsd" ]) (system: null));
  inherit (builtins) attrNames baseNameOf elem filter foldl' hasAttr head isAttrs isFunction isList listToAttrs map mapAttrs pathExists readDir;

  sources = { haumea = "github:nix-community/haumea"; paisano = "github:paisano-nix/core"; };
  # It names a version of haumea, v0.2.2.
  versions.haumea = { modified = 1685133229; };
  defaultSystems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
  blockType = type: name: { inherit name type; __functor = self: more: self // more; };
  blockTypes = builtins.__open "a block type of std that is not modelled" (lib.genAttrs [
    "anything" "arion" "containers" "data" "devshells" "files" "functions" "installables" "kubectl" "microvms" "namaka"
    "nixago" "nixostests" "nomad" "nomadJobManifests" "nvfetcher" "pkgs" "runnables" "terra"
  ] blockType);

  # The registry gained names over time, and lost two when paisano was split off.
  registryNames = [ "actions" "init" ]
    ++ lib.optional (modified > 1657296816 && modified <= 1675190849) "direnv_lib"
    ++ lib.optional (modified > 1667427287) "ci"
    ++ lib.optional (modified > 1669927082 && modified <= 1675190849) "nixConfig"
    ++ lib.optional (modified > 1673030633) "__schema"
    ++ lib.optional (modified > 1673539080) "cellsFrom";

  # What is below the name of the system, in any of the first levels, comes up.
  deSystemize = depth: system: value:
    if depth == 0 || builtins.__isUnknown value || !(isAttrs value) then value
    else
      let inner = mapAttrs (name: deSystemize (depth - 1) system) value; in
      if !(hasAttr system value) then inner
      else if isFunction value.${system} then inner // { __functor = self: value.${system}; }
      else inner // value.${system};

  # `incl ./src [ "a" "b" ]` leaves everything else of a folder out.
  incl = source: parts: { outPath = source; included = map (part: baseNameOf (toString part)) parts; };

  grow = arguments@{ inputs, cellsFrom, cellBlocks ? [ (blockTypes.functions "library") (blockTypes.runnables "apps") (blockTypes.installables "packages") ],
      systems ? defaultSystems, nixpkgsConfig ? { }, ... }:
    let
      folder = cellsFrom.outPath or cellsFrom;
      cellNames =
        let all = attrNames (readDir folder); in
        if isAttrs cellsFrom && cellsFrom ? included then filter (name: elem name cellsFrom.included) all else all;
      blocks = map (block: block.name) cellBlocks;
      importOf = cell: block:
        let base = folder + "/${cell}/${block}"; in
        if pathExists (base + ".nix") then base + ".nix" else if pathExists (base + "/default.nix") then base + "/default.nix" else null;
      nixpkgsFor = system: inputs.nixpkgs.legacyPackages.${system} // {
        outPath = inputs.nixpkgs.outPath;
        sourceInfo = builtins.__unknown "a source that is fetched";
      };
      inputsFor = system: deSystemize 3 system inputs // {
        self = inputs.self // { rev = inputs.self.rev or "not-a-commit"; };
        cells = deSystemize 3 system grown;
      } // lib.optionalAttrs (inputs ? nixpkgs) { nixpkgs = nixpkgsFor system // mapAttrs (system: packages: nixpkgsFor system) inputs.nixpkgs.legacyPackages; };
      cellOf = system: cell:
        let
          present = filter (block: importOf cell block != null) blocks;
          own = deSystemize 3 system grown;
          targets = block:
            let
              signature = { inputs = inputsFor system; cell = own.${cell} // { __cr = [ cell block ]; }; };
              read = builtins.scopedImport signature (importOf cell block);
            in
            if isFunction read then read signature else read;
        in
        lib.genAttrs present targets;
      grown = lib.genAttrs systems (system: lib.genAttrs cellNames (cellOf system));
      registry = builtins.__unknown "the registry of std";
    in
    builtins.__framework "std" (grown // {
      __std = lib.genAttrs registryNames (name: registry);
    });
  # Layers of further outputs are passed as further arguments.
  growOn = arguments:
    let layer = below: below // { __functor = self: more: layer (lib.recursiveUpdate (removeAttrs self [ "__functor" ]) more); }; in
    layer (grow arguments);

  winnow = keep: outputs: path:
    let
      paths = if isList (head path) then path else [ path ];
      bySystem = ofSystems outputs;
      hoist = path: mapAttrs (system: cells:
        let found = lib.getAttrFromPath path cells; in
        if keep == null then found else lib.filterAttrs keep found)
        (lib.filterAttrs (system: cells: lib.hasAttrByPath path cells) bySystem);
    in
    foldl' lib.recursiveUpdate { } (map hoist paths);
  harvest = winnow null;
  pick = outputs: path: let found = harvest outputs path; in found.${head (attrNames found)};

  # Every file of a block's folder is a target.
  findTargets = { inputs, cell, block }:
    lib.mapAttrs' (file: type: lib.nameValuePair (lib.removeSuffix ".nix" file) (builtins.scopedImport { inherit inputs cell; } (block + "/${file}")))
      (lib.filterAttrs (file: type: lib.hasSuffix ".nix" file) (removeAttrs (readDir block) [ "default.nix" ]));
in
builtins.__open "an output of std that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  inherit blockTypes findTargets growOn harvest incl pick;
  winnow = winnow;
  grow = arguments: grow arguments;
  dataWith = meta: data: { inherit meta data; __std_data_wrapper = true; };
  flakeModule = builtins.__unknown "the flake-parts module of std";
  # Flakes take libraries from it that they do not name themselves.
  inputs = builtins.__open "an input of std"
    (lib.genAttrs [ "haumea" "paisano" ] (name: builtins.__model sources.${name} (given // { source = sources.${name}; overrides = { }; } // versions.${name} or { })) // overrides);
}
