# gytis-ivaskevicius/flake-utils-plus: `mkFlake` with channels, hosts and an `outputsBuilder`. Written after its README
# and what it gives for its examples.
{ lib, overrides, sources, modified, nested ? false, ... }:
let
  inherit (builtins)
    attrNames attrValues concatMap elem filter foldl' functionArgs head intersectAttrs isAttrs isFunction isList isPath
    listToAttrs map mapAttrs match removeAttrs;
  inherit (lib) concatMapAttrs optionalAttrs removeSuffix;

  # Its own input: what it follows, else what it was locked to at the time.
  flake-utils = overrides.flake-utils or (builtins.__model "github:numtide/flake-utils" {
    inherit lib;
    overrides = { };
    nested = true;
    modified = if modified < 1630804479 then 1623875721 else if modified < 1696277208 then 1644229661 else 1694529238;
  });
  utils = flake-utils.lib;

  # Sets are united, lists joined, else the right counts; one level deep.
  mergeAny = left: right:
    left // mapAttrs (name: value:
      if builtins.__isUnknown value then value
      else if isAttrs value then (left.${name} or { }) // value
      else if isList value then (left.${name} or [ ]) ++ value
      else value) right;

  # Inputs that are a nixpkgs are channels: by where they come from, since their packages are not followed.
  isChannel = name:
    match "flake:nixpkgs|.*/nixpkgs|.*/(nixpkgs-channels|nixpkgs-weekly|devenv-nixpkgs|nix-ros-overlay)|.*nixos[.]org/.*|channels[.]nixos[.]org" (sources.${name} or "") != null;

  hidden = final: previous: { __dontExport = true; };
  plumbing = [ "inputs" "hosts" "hostDefaults" "nixosProfiles" "channels" "channelsConfig" "self" "sharedOverlays" "supportedSystems" "outputsBuilder" ];

  mkFlake = arguments@{ self, inputs, supportedSystems ? utils.defaultSystems, channels ? { }, channelsConfig ? { }, sharedOverlays ? [ ], hosts ? { }, hostDefaults ? { }, outputsBuilder ? (channels: { }), ... }:
    let
      other = removeAttrs arguments plumbing;
      inputChannels = foldl' (all: name: all // (if isChannel name then { ${name} = { input = inputs.${name}; }; } else { }))
        { } (attrNames (removeAttrs inputs [ "self" ]));
      bySystem = system:
        let
          load = name: channel:
            let overlays = [ hidden ] ++ sharedOverlays ++ (if channel ? overlaysBuilder then channel.overlaysBuilder packages else [ ]) ++ [ hidden ]; in
            import channel.input { inherit system overlays; config = channelsConfig // (channel.config or { }); }
            // { inherit name overlays; inherit (channel) input; };
          packages = mapAttrs load (mergeAny inputChannels channels);
          built = outputsBuilder packages;
        in
        { pkgs = packages; }
        // mapAttrs (kind: value:
          # What is given beside, for the same system, is not lost.
          if other ? ${kind} && isAttrs other.${kind} && other.${kind} ? ${system} && isAttrs other.${kind}.${system} && isAttrs value
          then other.${kind}.${system} // value else value) built;
      configuration = name:
        let
          given = hosts.${name};
          default = hostDefaults;
        in
        { ${given.output or (default.output or "nixosConfigurations")} =
            intersectAttrs { ${name} = null; } (mapAttrs (host: value: builtins.__unknown "a configuration of a host") hosts); };
    in
    (if nested then (outputs: outputs) else builtins.__framework "flake-utils-plus") (mergeAny other
      (utils.eachSystem supportedSystems bySystem // foldl' mergeAny { } (map configuration (attrNames hosts))));

  # What overlays add, without building anything.
  fakePackages = builtins.__open "a package" { callPackage = f: f; isFakePkgs = true; inherit lib; system = "fake-system"; };
  namesOf = overlay: attrNames (overlay fakePackages fakePackages);
  exportOverlays = { pkgs, inputs ? { } }:
    let
      channels = head (attrValues pkgs);
      overlaysOf = input:
        let own = input.overlay or null; all = input.overlays or { }; in
        (if builtins.__isUnknown own || own == null then [ ] else [ own ])
        ++ (if builtins.__isUnknown all then [ ] else builtins.__known (attrValues all));
      foreign = concatMap (input: if builtins.__isUnknown input then [ ] else map namesOf (overlaysOf input))
        (attrValues (removeAttrs inputs [ "self" ]));
      exported = channel: overlay:
        # An overlay that is not known comes from an input.
        if builtins.__isUnknown overlay then (if inputs == { } then builtins.__openBy overlay { } else { })
        else
          let names = namesOf overlay; in
          if elem names foreign || elem "__dontExport" names then { }
          else builtins.__openBy names (listToAttrs (map (name: {
            name = "${channel}/${name}";
            value = final: previous: { ${name} = (overlay final previous).${name}; };
          }) (builtins.__known names)));
    in
    foldl' (all: channel: foldl' (all: overlay: all // exported channel overlay) all (channels.${channel}.overlays or [ ])) { } (attrNames channels);
  exportPackages = overlays: channels:
    let
      packages = foldl' (a: b: a // b) { } (attrValues channels);
      names = concatMap (overlay: attrNames (overlay null null)) (attrValues overlays);
      system = (head (attrValues channels)).system;
      exported = name:
        let package = packages.${name}; in
        if builtins.__isUnknown package || (package.type or null) == "derivation" || !(package.__dontExport or true)
        then { ${name} = package; } else { };
    in
    utils.filterPackages system (utils.flattenTree (foldl' (all: name: all // exported name) { } names));
  exportModules = modules:
    listToAttrs (map (module:
      if isPath module then { name = removeSuffix ".nix" (baseNameOf module); value = import module; }
      else
        let file = (if isFunction module then module (functionArgs module) else module)._file; in
        { name = removeSuffix ".toml" (removeSuffix ".nix" (baseNameOf file)); value = module; }) modules);
in
{
  lib = utils // {
    inherit exportModules exportOverlays exportPackages mergeAny mkFlake;
    genPkgOverlay = package: name: final: previous: { ${name} = package.packages.${previous.system}.${name}; };
    internal = builtins.__open "an internal function of flake-utils-plus" { };
    patchChannel = system: channel: patches: if patches == [ ] then channel else builtins.__unknown "a patched nixpkgs";
  };
  overlay = hidden;
  inputs.flake-utils = flake-utils;
  nixosModules.autoGenFromInputs = { };
  darwinModules.autoGenFromInputs = { };
  blueprints.fup-repl = builtins.__unknown "a package of flake-utils-plus";
  outPath = builtins.__unknown "a source that is fetched";
}
