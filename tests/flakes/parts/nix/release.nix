# Nothing imports this file.
{ pkgs }: pkgs.writeText "release" "0.2.0"
