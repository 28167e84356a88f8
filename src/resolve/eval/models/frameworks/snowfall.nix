# snowfallorg/lib: outputs by the folders of a flake. Written after its documentation ("Reference", "Guides") and what
# it gives; `mkFlake` hands its outputs to flake-utils-plus.
{ lib, overrides, sources, modified, ... }:
let
  inherit (builtins)
    attrNames attrValues concatMap elem filter foldl' head isAttrs isFunction length listToAttrs map mapAttrs pathExists
    removeAttrs replaceStrings stringLength substring;
  inherit (lib) concatMapAttrs genAttrs hasInfix hasPrefix optionalAttrs recursiveUpdate;
  common = builtins.__model "model:frameworks" { inherit lib; };
  inherit (common) defaultsBelow entriesOf isOffered;

  # Its own input: what it follows, else what it was locked to at the time.
  flake-utils-plus = overrides.flake-utils-plus or (builtins.__model "github:gytis-ivaskevicius/flake-utils-plus" {
    inherit lib sources;
    overrides = { };
    nested = true;
    modified = if modified < 1696432959 then 1657226504 else 1715533576;
  });

  folderOf = path: baseNameOf (dirOf path);
  foldersOf = dir: let entries = entriesOf dir; in
    map (name: dir + "/${name}") (filter (name: entries.${name} == "directory") (attrNames entries));
  # One attribute a file, written in it.
  fromFiles = files: f: foldl' (all: path: all // builtins.__writtenIn path (f path)) { } files;

  # Targets that are images. The first that is part of the name counts.
  images = [
    "amazon" "azure" "cloudstack" "docker" "do" "gce" "install-iso-hyperv" "hyperv" "install-iso" "iso" "kexec"
    "kexec-bundle" "kubevirt" "proxmox-lxc" "lxc-metadata" "lxc" "openstack" "proxmox" "qcow" "raw-efi" "raw"
    "sd-aarch64-installer" "sd-aarch64" "vagrant-virtualbox" "virtualbox" "vm-bootloader" "vm-nogui" "vmware" "vm"
  ];
  outputOf = target:
    let image = filter (image: hasInfix image target) images; in
    if image != [ ] then "${head image}Configurations"
    else if hasInfix "darwin" target then "darwinConfigurations"
    else "nixosConfigurations";

  mkLib = { inputs, src, snowfall ? { } }:
    let
      root = snowfall.root or src;
      namespace = snowfall.namespace or "internal";
      config = snowfall // {
        inherit src root namespace;
        meta = { name = snowfall.meta.name or null; title = snowfall.meta.title or null; };
      };
      allInputs = inputs // { inherit src; };

      # ---- the library: nixpkgs.lib, the libraries of inputs by name, the flake's own
      ofInputs = foldl' (all: name:
        let given = inputs.${name}; own = if builtins.__isUnknown given then given else given.lib or null; in
        if builtins.__isUnknown own || isAttrs own then all // { ${name} = own; } else all) { } (attrNames (removeAttrs inputs [ "self" ]));
      base = lib // ofInputs // { inherit mkFlake; snowfall = builtins.__open "a function of snowfall-lib" { inherit (common) entriesOf; }; };
      arguments = {
        inherit inputs namespace;
        snowfall-inputs = builtins.__unknown "the inputs of snowfall-lib";
        lib = base // { ${namespace} = userLib; };
      };
      userLib = foldl' (all: path:
        let module = import path; in
        recursiveUpdate all (builtins.__writtenIn path (if isFunction module then lib.callPackageWith arguments path { } else module)))
        { } (defaultsBelow (root + "/lib"));
      full = base // userLib // { ${namespace} = userLib; };

      # ---- what folders give
      moduleOf = dir: path:
        let
          name = replaceStrings [ (toString dir) "/default.nix" ] [ "" "" ] (toString path);
        in
        { ${if modified < 1677030094 then folderOf path else if hasPrefix "/" name then substring 1 (stringLength name) name else name} = builtins.__unknown "a module of snowfall-lib"; };
      modules = kind: given: aliases:
        let
          dir = root + (if modified < 1681167597 then "/modules" else "/modules/${kind}");
          own = fromFiles (defaultsBelow dir) (moduleOf dir);
        in
        own // mapAttrs (alias: target: own.${target}) aliases // given;

      # The files of packages, shells and checks by name, with the systems they are for.
      filesOf = dir: foldl' (all: path: all // builtins.__writtenIn path { ${folderOf path} = { inherit path; fits = isOffered path; }; })
        { } (defaultsBelow (root + "/${dir}"));
      files = { packages = filesOf "packages"; shells = filesOf "shells"; checks = filesOf "checks"; };
      # What they give for a system. A value that is given otherwise and not known is taken for a package.
      offered = channels: dir: aliases: given:
        let
          packages = channels.nixpkgs;
          scope = packages // { ${namespace} = own; } // {
            inherit channels namespace;
            lib = full;
            inputs = allInputs;
            pkgs = packages // { ${namespace} = own; };
          };
          own = mapAttrs (name: file: lib.callPackageWith scope file.path { }) files.${dir};
          fits = name: value: files.${dir}.${name}.fits value packages.system;
          aliased = mapAttrs (alias: target: own.${target}) (common.keep (alias: target: fits target own.${target}) aliases);
          isPackage = name: value: builtins.__isUnknown value || (isAttrs value && (value ? type || value ? outPath || value ? drvPath));
        in
        removeAttrs (common.keep fits own) (attrNames aliases ++ attrNames given)
        // removeAttrs aliased (attrNames given) // common.keep isPackage given;

      # ---- hosts
      hostFiles = dir: concatMap (target: concatMap (host:
        if pathExists (host + "/default.nix") then [ { name = baseNameOf host; path = host + "/default.nix"; target = baseNameOf target; } ] else [ ])
        (foldersOf target)) (foldersOf (root + "/${dir}"));
      hostsOf = given: foldl' (all: host: all // builtins.__writtenIn host.path {
        ${host.name} = { output = given.hosts.${host.name}.output or (outputOf host.target); };
      }) { } (hostFiles "systems");
      homesOf = foldl' (all: home: all // builtins.__writtenIn home.path { ${home.name} = { output = "homeConfigurations"; }; }) { } (hostFiles "homes");

      # ---- overlays
      fakePackages = builtins.__open "a package" { callPackage = f: f; isFakePkgs = true; lib = { }; system = "fake-system"; };
      overlayOf = path: import path (allInputs // {
        inherit namespace;
        channels = builtins.__unknown "channels of an overlay";
        inputs = allInputs;
        lib = full;
      });
      isExported = path:
        let result = overlayOf path fakePackages fakePackages; mark = result.__dontExport or false; in
        builtins.__isUnknown result || builtins.__isUnknown mark || mark == false;
      overlayFiles = defaultsBelow (root + "/overlays");
      packageFiles = defaultsBelow (root + "/packages");
      overlay = builtins.__unknown "an overlay of snowfall-lib";
      overlays = extra:
        (if modified < 1672299605 then { } else fromFiles packageFiles (path: { "package/${folderOf path}" = overlay; }))
        // fromFiles (filter isExported overlayFiles) (path: { ${folderOf path} = overlayOf path; })
        // (if modified < 1665475693 then { } else { default = overlay; })
        // extra;

      templates = given: aliases:
        let
          own = foldl' (all: dir: all // builtins.__writtenIn (dir + "/flake.nix") { ${baseNameOf dir} = (given.${baseNameOf dir} or { }) // { path = dir; }; })
            { } (foldersOf (root + "/templates"));
        in
        own // mapAttrs (alias: target: own.${target}) aliases // removeAttrs given (attrNames own);

      mkFlake = options:
        let
          alias = options.alias or { };
          builder = channels:
            let
              built = (options.outputs-builder or (options.outputsBuilder or (channels: { }))) channels;
              perSystem = {
                packages = offered channels "packages" (alias.packages or { }) ((options.packages or { }) // (built.packages or { }));
                devShells = offered channels "shells" (alias.shells or { }) ((options.shells or { }) // (built.devShells or { }));
              } // (if modified < 1716429809 then { } else {
                checks = offered channels "checks" (alias.checks or { }) ((options.checks or { }) // (built.checks or { }));
              });
            in
            built // mapAttrs (kind: own: (built.${kind} or { }) // own) perSystem;
          systems = options.systems or { };
          outputs = flake-utils-plus.lib.mkFlake (removeAttrs options ([
            "systems" "modules" "overlays" "packages" "outputs-builder" "outputsBuilder" "packagesPrefix" "hosts" "homes"
            "channels-config" "templates" "alias" "snowfall"
          ] ++ (if modified < 1673823172 then [ "overlay-package-namespace" ] else [ ]) ++ (if modified < 1716429809 then [ ] else [ "checks" ])) // {
            inherit inputs;
            self = inputs.self;
            hosts = (systems.hosts or { }) // hostsOf systems // homesOf;
            lib = userLib;
            templates = templates (options.templates or { }) (alias.templates or { });
            nixosModules = modules "nixos" (options.modules.nixos or { }) (alias.modules.nixos or { });
            channelsConfig = options.channels-config or { };
            channels.nixpkgs.overlaysBuilder = channels:
              [ (final: previous: { ${namespace} = builtins.__open "a package of the flake" { }; }) ] ++ (options.overlays or [ ])
              ++ map (path: import path (allInputs // { inherit channels namespace; inputs = allInputs; lib = full; })) overlayFiles;
            outputsBuilder = builder;
          } // (if modified < 1681167597 then { } else {
            darwinModules = modules "darwin" (options.modules.darwin or { }) (alias.modules.darwin or { });
            homeModules = modules "home" (options.modules.home or { }) (alias.modules.home or { });
          }) // (if modified < 1692254789 then { } else {
            ${if modified < 1716429809 then "_snowfall" else "snowfall"} = { inherit config; raw-config = options.snowfall or { }; user-lib = userLib; };
          }));
        in
        builtins.__framework "snowfall" (outputs // { overlays = overlays (options.extra-exported-overlays or { }); }
            // (if modified < 1677030094 then { inherit overlay; } else { }));
    in
    full // { inherit mkFlake; };
in
builtins.__open "an output of snowfall-lib" {
  inherit mkLib;
  mkFlake = options@{ inputs, src, snowfall ? { }, ... }:
    (mkLib { inherit inputs src snowfall; }).mkFlake (removeAttrs options [ "inputs" "src" ]);
  outPath = builtins.__unknown "a source that is fetched";
}
