# nix-community/nixpkgs.lib and NixOS/nixpkgs?dir=lib: a flake that has `lib` and nothing else.
{ modified, ... }:
{
  lib = import ./lib.nix { inherit modified; };
  outPath = builtins.__unknown "a source that is fetched";
}
