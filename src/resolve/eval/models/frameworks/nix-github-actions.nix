# nix-community/nix-github-actions: a matrix out of checks, which stay as they are.
{ ... }:
let
  lib = {
    githubPlatforms = builtins.__open "a platform of nix-github-actions" { };
    mkGithubMatrix = { checks, ... }: {
      inherit checks;
      matrix = { include = builtins.__unknown "the jobs of a matrix"; };
    };
  };
in
builtins.__open "an output of nix-github-actions that is not modelled" {
  outPath = builtins.__unknown "a source that is fetched";
  inherit lib;
  # What importing its folder gives.
  __import = lib;
}
