{ stdenv }: stdenv.mkDerivation { name = "_default"; src = ./.; }
