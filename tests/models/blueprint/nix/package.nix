{ pkgs, ... }: pkgs.hello
