# nix-community/nixpkgs.lib and NixOS/nixpkgs?dir=lib: a flake that has `lib` and nothing else.
{ lib, ... }:
{
  inherit lib;
  outPath = builtins.__unknown "a source that is fetched";
}
