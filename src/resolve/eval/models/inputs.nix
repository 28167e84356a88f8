# The inputs that another flake of the workspace declares, as far as they are modelled.
{ lib }:
place:
let
  inherit (builtins) isPath mapAttrs;
  all = mapAttrs inputOf ((import (place + "/flake.nix")).inputs or { });
  inputOf = name: given:
    let
      url = given.url or (if given ? type && given ? owner && given ? repo then "${given.type}:${given.owner}/${given.repo}" else "");
      model = builtins.__model (builtins.__source url);
    in
    if given ? follows then all.${given.follows} or (builtins.__unknown "an input that follows another one")
    else if !(given.flake or true) || url == "" || builtins.__isUnknown model then builtins.__unknown "it comes from input `${name}`, which is outside the workspace"
    else model { inherit lib name; source = builtins.__source url; inputs = all; overrides = { }; modified = 9223372036854775807; };
in
if isPath place then all else builtins.__unknown "a flake that is fetched"
