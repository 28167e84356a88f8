# arnarg/nixidy: `mkEnvs` makes an environment of each attribute of `envs`.
{ lib, ... }:
let
  opaque = builtins.__unknown "an environment of nixidy";
  mkEnv = arguments: opaque;
  functions = { inherit mkEnv; mkEnvs = { envs ? { }, ... }: builtins.mapAttrs (name: environment: opaque) envs; };
in
builtins.__open "an output of nixidy that is not modelled" {
  # By system in older versions.
  lib = builtins.__open "a function of nixidy" (functions // lib.genAttrs lib.systems.flakeExposed (system: functions));
  packages = lib.genAttrs lib.systems.flakeExposed (system:
    builtins.__open "a package of nixidy" { default = opaque; cli = opaque; });
  outPath = builtins.__unknown "a source that is fetched";
}
