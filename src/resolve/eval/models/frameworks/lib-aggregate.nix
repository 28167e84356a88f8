# nix-community/lib-aggregate: `nixpkgs.lib` with flake-utils in it.
{ lib, ... }@arguments:
let
  utils = builtins.__model "github:numtide/flake-utils" (arguments // { source = "github:numtide/flake-utils"; overrides = { }; });
in
{
  lib = lib // { flake-utils = utils.lib; };
  outPath = builtins.__unknown "a source that is fetched";
}
