{ stdenv, jq }: stdenv.mkDerivation { pname = "tool"; version = "1"; buildInputs = [ jq ]; }
