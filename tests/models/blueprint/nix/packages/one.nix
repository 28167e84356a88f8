{ pkgs, pname, ... }: pkgs.writeShellScriptBin pname "echo one"
