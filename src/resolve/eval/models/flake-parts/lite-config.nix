# AtaraxiaSjel/lite-config: hosts by their system, whose systems are the flake's; packages of overlays.
{ lib, ... }:
let
  inherit (builtins) attrValues mapAttrs;
  inherit (lib) filterAttrs hasSuffix mkOption types;
  opaque = builtins.__unknown "a value of lite-config";
  raw = default: mkOption { type = types.raw; inherit default; };
  set = mkOption { type = types.lazyAttrsOf types.anything; default = { }; };
  list = mkOption { type = types.listOf types.raw; default = [ ]; };
  module = { config, inputs, ... }:
    let
      own = config.lite-config or { };
      hosts = own.hosts or { };
      # Two kinds of kernels are known to it.
      of = kernel: mapAttrs (name: host: opaque) (filterAttrs (name: host: hasSuffix kernel host.system) hosts);
      given = kind: some: lib.optionalAttrs (some != { }) { ${kind} = some; };
      exported = (own.nixpkgs.exportOverlayPackages or true) && (own.nixpkgs.overlays or [ ]) != [ ];
      homes = (own.homeModules or [ ]) != [ ] || (own.homeConfigurations or { }) != { };
    in
    {
      options.lite-config = mkOption {
        default = { };
        type = types.submodule {
          options = {
            nixpkgs = mkOption {
              default = { };
              type = types.submodule {
                options = {
                  nixpkgs = raw opaque;
                  config = set;
                  patches = list;
                  perSystemOverrides = set;
                  overlays = list;
                  exportOverlayPackages = mkOption { type = types.bool; default = true; };
                  setPerSystemPkgs = mkOption { type = types.bool; default = true; };
                };
              };
            };
            hosts = set;
            systemModules = list;
            homeModules = list;
            hostModuleDir = raw null;
            builder = set;
            homeManagerFlake = raw opaque;
            homeConfigurations = set;
            extraSpecialArgs = set;
            importDummyHomeManager = mkOption { type = types.bool; default = false; };
          };
        };
      };
      config = {
        systems = lib.unique (map (host: host.system) (attrValues hosts));
        flake = given "nixosConfigurations" (of "-linux") // given "darwinConfigurations" (of "-darwin");
        perSystem = { system, ... }:
          let
            pkgs = import inputs.nixpkgs { inherit system; overlays = own.nixpkgs.overlays or [ ]; };
          in
          {
            _module.args = { inherit pkgs; liteConfigPkgs = pkgs; liteConfigNixpkgs = opaque; };
            packages = (if exported then builtins.__open "the packages of overlays" else packages: packages)
              (lib.optionalAttrs homes { home-manager = opaque; homeConfigurations = opaque; });
          };
      };
    };
in
builtins.__open "an output of lite-config that is not modelled" {
  flakeModule = module;
  flakeModules.default = module;
  outPath = builtins.__unknown "a source that is fetched";
}
