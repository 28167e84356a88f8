# A host: lazy, and with no option declared, so that whatever its modules set is kept.
{ lib ? import ../../lib, system ? null, modules ? [ ], specialArgs ? { }, pkgs ? null, extraModules ? [ ], ... }:
let
  packages = if pkgs != null then pkgs
    else import ../.. { system = if system != null then system else result.config.nixpkgs.hostPlatform.system or result.config.nixpkgs.hostPlatform; };
  base = {
    freeformType = lib.types.lazyAttrsOf lib.types.anything;
    args = { pkgs = lib.mkDefault packages; inherit modules; };
  };
  result = lib.evalModules {
    class = "nixos";
    specialArgs = { modulesPath = toString ../modules; } // specialArgs;
    modules = modules ++ extraModules ++ [
      { _module = base; }
      { nixpkgs.system = lib.mkDefault packages.system; }
      {
        system.build = lib.genAttrs [ "toplevel" "vm" "sdImage" "isoImage" "diskoScript" ]
          (name: import ../../derivation.nix packages.system { inherit name; });
      }
    ];
  };
in
result // { pkgs = packages; _type = "configuration"; inherit (result) config options; }
