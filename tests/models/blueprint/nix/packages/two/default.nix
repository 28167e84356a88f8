{ pkgs, perSystem, ... }:
pkgs.stdenv.mkDerivation {
  name = "two";
  src = ./.;
  buildInputs = [ perSystem.self.one ];
  meta.platforms = pkgs.lib.platforms.linux;
}
