{ stdenv, ... }: stdenv.mkDerivation { name = "rot"; src = ./.; meta.platforms = [ "aarch64-darwin" ]; }
