{ stdenv }: stdenv.mkDerivation { name = "side"; src = ./.; }
