{ pkgs, ... }:
pkgs.stdenv.mkDerivation {
  name = "three";
  src = ./.;
  meta = with pkgs.lib; {
    platforms = platforms.linux ++ platforms.darwin;
  };
}
