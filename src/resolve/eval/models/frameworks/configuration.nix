# A system configuration that is not evaluated: what `nixosSystem`, `darwinSystem` and their like give. Which system
# it is for can be asked; it is read from the arguments, else from modules that say it plainly.
{ lib }:
let
  inherit (builtins) attrNames concatMap functionArgs head isAttrs isFunction isList isPath isString listToAttrs mapAttrs;
  unknown = reason: builtins.__unknown reason;
  known = value: !(builtins.__isUnknown value);
  opaque = builtins.__open "a configuration is not evaluated" { };

  # What `mkIf`, `mkDefault` and `mkMerge` leave; a definition under a condition that is not known is left out.
  discharge = value:
    if !(known value) then [ ]
    else if !(isAttrs value && value ? _type) then [ value ]
    else if value._type == "if" then (if known value.condition && value.condition then discharge value.content else [ ])
    else if value._type == "merge" then concatMap discharge (builtins.__known value.contents)
    else if value._type == "override" || value._type == "order" then discharge value.content
    else [ ];

  # The definitions of a module and of all it imports.
  definitions = arguments: module:
    let
      read = if isPath module || isString module then import module else module;
      formals = functionArgs read;
      value = if isFunction read then read (mapAttrs (name: optional: arguments.${name} or (unknown "an argument of a module")) formals // arguments) else read;
      own = if value ? config || value ? options then value.config or { } else value;
      imports = value.imports or [ ];
    in
    if !(known module) || !(known read) || !(known value) || !(isAttrs value) then [ ]
    else discharge own
      ++ (if known imports && isList imports then concatMap (definitions arguments) (builtins.__known imports) else [ ]);

  at = path: value:
    if path == [ ] then [ value ]
    else if known value && isAttrs value then
      concatMap (inner: if inner ? ${head path} then concatMap discharge (at (builtins.tail path) inner.${head path}) else [ ]) (discharge value)
    else [ ];

  make = { class, arguments }:
    let
      moduleArguments = {
        inherit lib;
        config = opaque;
        options = opaque;
        pkgs = opaque;
        modulesPath = unknown "a source that is fetched";
      } // (arguments.specialArgs or { });
      all = concatMap (definitions moduleArguments) (builtins.__known (arguments.modules or [ ]));
      # The one value that is defined for an option.
      defined = path:
        let
          values = builtins.__known (concatMap (definition: concatMap discharge (at path definition)) all);
        in
        if values == [ ] then unknown "nothing that is known defines `${builtins.concatStringsSep "." path}`"
        else if builtins.all (value: value == head values) values then head values
        else unknown "several definitions of `${builtins.concatStringsSep "." path}`";
      nameOf = platform: if known platform && isAttrs platform then platform.system or (unknown "a platform") else platform;
      inModules =
        let
          found = map (path: nameOf (defined path)) [ [ "nixpkgs" "hostPlatform" ] [ "nixpkgs" "system" ] [ "nixpkgs" "localSystem" ] ];
          usable = builtins.__known found;
        in
        if usable == [ ] then unknown "the system of a configuration" else head usable;
      given = arguments.system or null;
      passed = arguments.pkgs or null;
      system =
        if !(known given) || given != null then given
        else if !(known passed) || passed != null then passed.system
        else inModules;
      platform = builtins.__open "a property of a platform" (lib.systems.elaborate system);
      pkgs = builtins.__open "packages of nixpkgs are not followed" {
        inherit lib system;
        hostPlatform = platform;
        stdenv = builtins.__open "packages of nixpkgs are not followed" { inherit system; hostPlatform = platform; buildPlatform = platform; };
      };
    in
    builtins.__open "a part of a configuration that is not followed" {
      inherit class;
      _type = "configuration";
      # What it is made from; only the inventory looks there.
      _module = builtins.__open "a configuration is not evaluated" { modules = arguments.modules or [ ]; };
      options = opaque;
      pkgs = if known passed && passed == null then pkgs else passed;
      config = builtins.__open "a configuration is not evaluated" {
        nixpkgs = builtins.__open "a configuration is not evaluated" {
          inherit pkgs system;
          hostPlatform = platform;
          localSystem = platform;
        };
        networking = builtins.__open "a configuration is not evaluated" { hostName = defined [ "networking" "hostName" ]; };
        system = builtins.__open "a configuration is not evaluated" { build = opaque; };
      };
      extendModules = more: make {
        inherit class;
        arguments = arguments // {
          modules = (arguments.modules or [ ]) ++ (more.modules or [ ]);
          specialArgs = (arguments.specialArgs or { }) // (more.specialArgs or { });
        };
      };
    };
in
make
