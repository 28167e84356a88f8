# nix-darwin: `lib.darwinSystem` gives a configuration.
{ lib, ... }:
builtins.__open "an output of nix-darwin that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  lib = builtins.__open "a function of nix-darwin" {
    darwinSystem = arguments: builtins.__model "model:configuration" { inherit lib; } { inherit arguments; class = "darwin"; };
  };
}
