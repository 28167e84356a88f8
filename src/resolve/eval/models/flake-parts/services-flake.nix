# juspay/services-flake: modules for process-compose-flake that add processes named after services.
{ lib, ... }:
builtins.__open "an output of services-flake that is not modelled" {
  processComposeModules.default = { };
  lib = builtins.__open "a function of services-flake" { multiService = module: { }; };
  outPath = builtins.__unknown "a source that is fetched";
}
