# The names of a flake's outputs, as `cases.json` has them: `import ./names.nix DIRECTORY FOO LIB`, where FOO is what
# the input `foo` gives and LIB a checkout of nixpkgs' lib.
dir: foo: libPath: let
  flake = import (dir + "/flake.nix");
  lib = import libPath;
  systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
  drv = name: { type = "derivation"; inherit name; outPath = "/nix/store/x-${name}"; drvPath = "/nix/store/x.drv"; meta = { }; };
  pkgsFor = system:
    let is = kind: builtins.match ".*${kind}" system != null; in
    {
      inherit system lib;
      hello = drv "hello";
      stdenv = {
        hostPlatform = { isLinux = is "linux"; isDarwin = is "darwin"; inherit system; };
        isLinux = is "linux";
        inherit system;
      };
      callPackage = lib.callPackageWith (pkgsFor system);
    };
  nixpkgs = { inherit lib; outPath = "/nix/store/nixpkgs"; legacyPackages = lib.genAttrs systems pkgsFor; };
  sourceInfo = { outPath = dir; narHash = "sha256-x"; lastModified = 1; lastModifiedDate = "19700101000000"; };
  self = outputs // sourceInfo // { inherit outputs inputs sourceInfo; _type = "flake"; };
  inputs = { inherit foo nixpkgs; };
  outputs = flake.outputs (inputs // { inherit self; });
  isSystem = name: builtins.elem name systems;
  isOne = value: !(builtins.isAttrs value) || (value.type or null) == "derivation";
  try = value: let tried = builtins.tryEval value; in if tried.success then tried.value else "!";
  below = value: try (if isOne value then "one" else builtins.attrNames value);
  kind = name: value: try (
    if isOne value then "one"
    else if value != { } && builtins.all isSystem (builtins.attrNames value) then builtins.mapAttrs (system: below) value
    else builtins.attrNames value);
in
builtins.mapAttrs kind outputs
