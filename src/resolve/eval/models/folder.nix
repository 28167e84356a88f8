# An input that is a folder of the workspace: `path:./folder`, a flake or files only.
{ lib, place, flake, overrides, ... }:
let
  files = {
    outPath = place;
    narHash = builtins.__unknown "a hash of files";
    lastModified = builtins.__unknown "the time of a change";
    lastModifiedDate = builtins.__unknown "the time of a change";
  };
  inputs = import ./inputs.nix { inherit lib; } place // overrides // { inherit self; };
  outputs = (import (place + "/flake.nix")).outputs inputs;
  self = builtins.__open "an attribute of a source" (outputs // files // {
    inherit inputs outputs;
    sourceInfo = files;
    _type = "flake";
  });
in
if flake then self else files // { sourceInfo = files; }
