{ stdenv, ... }: stdenv.mkDerivation { name = "tree"; src = ./.; }
