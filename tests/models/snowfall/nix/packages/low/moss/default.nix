{ lib, stdenv, ... }: stdenv.mkDerivation { name = "moss"; src = ./.; meta.platforms = lib.platforms.linux; }
