# nix-systems/*: a list of systems to `import`. The name of the repository says which.
{ source, ... }:
let
  known = {
    "github:nix-systems/default-linux" = [ "aarch64-linux" "x86_64-linux" ];
    "github:nix-systems/default-darwin" = [ "aarch64-darwin" "x86_64-darwin" ];
    "github:nix-systems/x86_64-linux" = [ "x86_64-linux" ];
    "github:nix-systems/aarch64-linux" = [ "aarch64-linux" ];
    "github:nix-systems/x86_64-darwin" = [ "x86_64-darwin" ];
    "github:nix-systems/aarch64-darwin" = [ "aarch64-darwin" ];
    "github:nix-systems/default" = [ "aarch64-darwin" "aarch64-linux" "x86_64-darwin" "x86_64-linux" ];
  };
in
{
  __import = known.${source} or (builtins.__unknown "the systems of ${source}");
  outPath = builtins.__unknown "a source that is fetched";
}
