{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    dev.url = "path:./dev";
    sub = {
      url = "path:./sub";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    data = {
      url = "path:./data";
      flake = false;
    };
  };

  # Flakes and sources of the same workspace, and files of nixpkgs by their path.
  outputs =
    { nixpkgs, sub, data, dev, ... }:
    let
      lib = import "${nixpkgs}/lib";
    in
    {
      inherit (sub) packages overlays;
      inherit (dev) templates;
      names = lib.genAttrs (import "${data}/names.nix") (name: { });
      inputs = lib.genAttrs (builtins.attrNames sub.inputs) (name: { });
      more = lib.mapAttrs' (name: value: lib.nameValuePair "dev-${name}" value) dev.lib;
      shown = lib.optionalAttrs (lib.hasPrefix "a" "ab" && !(lib.hasSuffix "a" "ab")) {
        ${lib.foldr (a: b: a + b) "" (lib.flatten [ "x" [ "y" [ "z" ] ] ])} = true;
      };
      tried = lib.optionalAttrs (!(builtins.tryEval (throw "no")).success && !(builtins ? fetchClosure)) { yes = 1; };
    };
}
