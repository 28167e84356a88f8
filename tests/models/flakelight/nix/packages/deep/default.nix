{ stdenv }: stdenv.mkDerivation { name = "deep"; src = ./.; }
