# nix-community/nix-github-actions: `mkGithubMatrix` gives the checks it is given, and a matrix of them for a workflow.
{ lib, ... }:
{
  lib = {
    githubPlatforms = {
      "x86_64-linux" = "ubuntu-24.04";
      "x86_64-darwin" = "macos-13";
      "aarch64-darwin" = "macos-14";
      "aarch64-linux" = "ubuntu-24.04-arm";
    };
    mkGithubMatrix = arguments: {
      inherit (arguments) checks;
      matrix.include = builtins.__unknown "a matrix of nix-github-actions";
    };
  };
  outPath = builtins.__unknown "a source that is fetched";
}
