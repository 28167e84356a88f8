{ flake, lib, ... }: {
  crane.clippy.enable = lib.mkForce (flake.inputs ? nothing);
}
