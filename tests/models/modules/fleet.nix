{ config, lib, ... }:
{
  hosts.web = { users = [ "deploy" ]; };
  hosts.db = { name = "database"; system = lib.mkForce "aarch64-linux"; };
  machines.old = { };
  tools = lib.mkMerge [
    { hammer = { }; saw.enable = false; }
    (lib.mkIf (config.hosts ? web) { drill.package = "drill"; })
    (lib.mkIf (lib.elem "riscv64-linux" config.systems) { chisel = { }; })
  ];
}
