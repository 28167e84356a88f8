# What is built.
{
  perSystem =
    { pkgs, ... }:
    let
      server = pkgs.callPackage ./server.nix { };
    in
    {
      packages.default = server;
      packages.server = server;

      checks.starts = pkgs.runCommand "starts" { } ''
        ${server}/bin/server --version > $out
      '';
    };

  flake.overlays.default = final: prev: { server = final.callPackage ./server.nix { }; };
}
