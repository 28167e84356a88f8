{ inputs, lib, ... }:
{
  systems = lib.mkForce [ "x86_64-linux" ];
  perSystem =
    { pkgs, ... }:
    {
      checks.${inputs.more.answer} = pkgs.hello;
    };
}
