{ pkgs, ... }: pkgs.nixfmt
