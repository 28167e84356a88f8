{ pkgs, ... }: pkgs.mkShell { }
