# numtide/blueprint: outputs by the folders of a prefix. Written after its documentation of the folder structure
# (docs/getting-started/folder_structure.md) and what it gives for them.
{ lib, name, overrides, modified, ... }:
let
  inherit (builtins)
    attrNames concatMap elem filter foldl' head isAttrs isList isString listToAttrs map mapAttrs match pathExists readDir;
  inherit (lib) concatMapAttrs filterAttrs genAttrs hasSuffix mapAttrs' optionalAttrs removeSuffix;
  common = builtins.__model "model:frameworks" { inherit lib; };
  inherit (common) entriesOf keep supports systemOf;

  # Folders, and files without their ending; a file wins over a folder of its name.
  entries = suffix: dirs: path:
    let
      all = entriesOf path;
      files = filter (file: all.${file} != "directory" && hasSuffix suffix file) (attrNames all);
      entry = file: builtins.__writtenIn (path + "/${file}") { ${removeSuffix suffix file} = path + "/${file}"; };
      folders = filter (folder: all.${folder} == "directory") (attrNames all);
    in
    foldl' (a: b: a // b) { } ((if dirs then map (folder: builtins.__writtenIn (path + "/${folder}") { ${folder} = path + "/${folder}"; }) folders else [ ]) ++ map entry files);
  nixEntries = entries ".nix" true;
  isDirectory = dir: name: (entriesOf dir).${name} or "" == "directory";
  optionalPath = path: f: optionalAttrs (pathExists path) (f path);
  withPrefix = prefix: mapAttrs' (name: value: { name = "${prefix}${name}"; inherit value; });

  # Its outputs by the time they came.
  since = time: set: optionalAttrs (modified >= time) set;

  blueprint = { inputs, prefix ? null, nixpkgs ? { }, systems ? inputs.systems or (overrides.systems or null) }:
    let
      flake = inputs.self;
      src =
        if prefix == null then flake.outPath
        else if isString prefix then flake.outPath + "/${lib.removeSuffix "/" prefix}"
        else prefix;
      allSystems =
        if systems == null then [ "aarch64-darwin" "aarch64-linux" "x86_64-darwin" "x86_64-linux" ]
        else if !(builtins.__isUnknown systems) && isList systems then systems
        else import systems;
      publisher = { inherit flake inputs; };

      argumentsOf = genAttrs allSystems (system:
        let
          perSystem = mapAttrs (name: input:
            if name == "self" then loaded.${system}
            else (input.legacyPackages.${system} or { }) // (input.packages.${system} or { })) inputs;
          pkgs =
            if (nixpkgs.config or { }) == { } && (nixpkgs.overlays or [ ]) == [ ] then inputs.nixpkgs.legacyPackages.${system}
            else import inputs.nixpkgs { inherit system; config = nixpkgs.config or { }; overlays = nixpkgs.overlays or [ ]; };
        in
        { inherit inputs perSystem flake pkgs system; });
      eachSystem = f: genAttrs allSystems (system: f argumentsOf.${system});
      call = arguments: pname: path: lib.callPackageWith (arguments // { inherit pname; }) path { };

      packageEntries =
        nixEntries (src + "/packages")
        // optionalPath (src + "/package.nix") (path: builtins.__writtenIn path { default = path; })
        // optionalPath (src + "/formatter.nix") (path: builtins.__writtenIn path { formatter = path; });
      loaded = eachSystem (arguments: mapAttrs (call arguments) packageEntries);
      fits = mapAttrs (name: path: supports path) packageEntries;
      # Only newer versions leave out packages that are not for a system.
      offered = mapAttrs (system: keep (name: package: modified < 1743171586 || fits.${name} package system)) loaded;
      # Tests of a package are checks. A package is looked into only where its file speaks of tests, or is another
      # name for a package whose file does.
      ownTests = mapAttrs (name: path: common.mentions "passthru" path && common.mentions "tests" path) packageEntries;
      otherName = path: match "[ \n]*[{][^}]*}[ \n]*:[ \n]*perSystem[.]self[.]([a-zA-Z0-9_-]+)[ \n]*"
        (builtins.readFile (if lib.hasSuffix ".nix" (toString path) then path else path + "/default.nix"));
      speaksOfTests = mapAttrs (name: path:
        let other = otherName path; in
        ownTests.${name} || other != null && ownTests.${head other} or false) packageEntries;
      testsOf = pname: package:
        let tests = package.passthru.tests or { }; in
        if !(speaksOfTests.${pname} or false) then { }
        else if builtins.__isUnknown package || builtins.__isUnknown tests then builtins.__openBy tests { }
        else mapAttrs' (test: value: { name = "${pname}-${test}"; inherit value; }) tests;

      devShells =
        let
          dir = src + "/devshells";
          folder = filterAttrs (name: path: !(isDirectory dir name) || pathExists (path + "/default.nix")) (nixEntries dir);
          toml = optionalAttrs (modified >= 1741697533) (entries ".toml" false dir
            // optionalPath (src + "/devshell.toml") (path: { default = path; }));
          own = folder // optionalPath (src + "/devshell.nix") (path: builtins.__writtenIn path { default = path; });
        in
        if toml == { } && own == { } && !(pathExists dir) then { }
        else eachSystem (arguments: mapAttrs (name: path: builtins.__unknown "a shell of devshell") toml // mapAttrs (call arguments) own);

      # ---- hosts
      hostsDir = src + "/hosts";
      hostFolders = filterAttrs (name: kind: kind == "directory") (entriesOf hostsDir);
      homes = filterAttrs (host: users: users != { }) (mapAttrs (host: kind:
        filterAttrs (user: path: path != null) (mapAttrs (user: path:
          if !(isDirectory (hostsDir + "/${host}/users") user) then path
          else if pathExists (path + "/home-configuration.nix") then path + "/home-configuration.nix"
          else null) (nixEntries (hostsDir + "/${host}/users")))) hostFolders);
      kinds = [
        { file = "configuration.nix"; class = "nixos"; since = 0; }
        { file = "rpi-configuration.nix"; class = "nixos"; since = 1761641526; }
        { file = "darwin-configuration.nix"; class = "nix-darwin"; since = 0; }
        { file = "system-configuration.nix"; class = "system-manager"; since = 1739959476; }
      ];
      hostOf = host: kind:
        let
          dir = hostsDir + "/${host}";
          found = filter (k: modified >= k.since && pathExists (dir + "/${k.file}")) kinds;
          made = import (dir + "/default.nix") { inherit flake inputs; hostName = host; };
          configured = builtins.head found;
        in
        if pathExists (dir + "/default.nix") then
          [ { inherit host; path = dir + "/default.nix"; class = made.class; value = made.value; system = builtins.__unknown "the system of a host"; } ]
        else if found != [ ] then
          [ {
            inherit host;
            inherit (configured) class;
            path = dir + "/${configured.file}";
            value = builtins.__unknown "a configuration of a host";
            system = systemOf (publisher // { inherit lib; hostName = host; }) [ (dir + "/${configured.file}") ];
          } ]
        else [ ];
      hosts = concatMap (host: hostOf host hostFolders.${host}) (attrNames hostFolders);
      ofClass = class: filter (host: host.class == class) hosts;
      configurations = class: foldl' (all: host: all // builtins.__writtenIn host.path { ${host.host} = host.value; }) { } (ofClass class);
      hostChecks = prefix: class: system: kind:
        let names = attrNames (inputs.self.${kind} or { }); in
        foldl' (all: host: all // optionalAttrs (elem host.host names && host.system == system)
          (builtins.__writtenIn host.path { "${prefix}${host.host}" = host.value; })) { } (ofClass class);

      modules = mapAttrs (kind: _: nixEntries (src + "/modules/${kind}"))
        (filterAttrs (name: kind: kind == "directory") (entriesOf (src + "/modules")));

      checkEntries = optionalAttrs (modified >= 1733562436) (nixEntries (src + "/checks"));
      checks = eachSystem (arguments@{ system, ... }:
        let packages = inputs.self.packages.${system} or { }; in
        withPrefix "pkgs-" (foldl' (all: pname: all
          // optionalAttrs (modified >= 1743171586 || (fits.${pname} or (package: system: true)) packages.${pname} system)
            ({ ${pname} = packages.${pname}; } // testsOf pname packages.${pname}))
          { } (attrNames packages))
        // withPrefix "devshell-" (inputs.self.devShells.${system} or { })
        // hostChecks "nixos-" "nixos" system "nixosConfigurations"
        // hostChecks "darwin-" "nix-darwin" system "darwinConfigurations"
        // hostChecks "system-" "system-manager" system "systemConfigs"
        // (let made = mapAttrs (pname: path: import path (arguments // { inherit pname; })) checkEntries; in
          keep (name: check: supports checkEntries.${name} check system) made)
        // optionalAttrs (modified >= 1721312193 && builtins.__has "tests" (inputs.self.lib or { }) && inputs.self.lib.tests != { })
          { lib-tests = builtins.__unknown "a check of blueprint"; });
    in
    {
      formatter = eachSystem ({ system, ... }: loaded.${system}.formatter or (builtins.__unknown "a formatter"));
      lib = if pathExists (src + "/lib") then import (src + "/lib") (publisher // { self = throw "self was renamed to flake"; }) else { };
      __functor = self: inputs.self.lib.__functor self;
      inherit devShells modules checks;
      packages = offered;
      darwinConfigurations = configurations "nix-darwin";
      nixosConfigurations = configurations "nixos";
      darwinModules = modules.darwin or { };
      homeModules = modules.home or { };
      nixosModules = modules.nixos or { };
      templates = mapAttrs (name: path: { inherit path; description = name; }) (nixEntries (src + "/templates"));
    }
    // since 1737557592 {
      legacyPackages = optionalAttrs (homes != { }) (eachSystem (arguments: {
        homeConfigurations = concatMapAttrs (host: users: mapAttrs' (user: path: {
          name = "${user}@${host}";
          value = builtins.__unknown "a configuration of Home Manager";
        }) users) homes;
      }));
    }
    // since 1739959476 { systemConfigs = configurations "system-manager"; }
    // since 1761641430 {
      robotnixConfigurations = configurations "robotnix";
      nixOnDroidConfigurations = configurations "nix-on-droid";
    }
    // since 1776245252 {
      mkPackagesFor = pkgs: mapAttrs (call { inherit inputs flake pkgs; inherit (pkgs) system; perSystem = builtins.__unknown "packages by system"; }) packageEntries;
    };
in
{
  __functor = self: arguments: builtins.__framework "blueprint" (blueprint arguments);
  lib = builtins.__open "a function of blueprint that is not modelled" { mkBlueprint = arguments: builtins.__framework "blueprint" (blueprint arguments); };
  outPath = builtins.__unknown "a source that is fetched";
}
