# nix-community/nixpkgs.lib and NixOS/nixpkgs?dir=lib: a flake that has `lib` and nothing else.
{ modified, ... }:
let
  lib = import ./lib.nix { inherit modified; };
in
{
  inherit lib;
  __files.lib = lib;
  outPath = builtins.__unknown "a source that is fetched";
}
