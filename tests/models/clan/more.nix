{ lib, ... }: {
  machines = lib.genAttrs [ "one" "two" ] (name: { networking.hostName = name; });
}
