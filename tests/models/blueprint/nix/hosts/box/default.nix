{ flake, inputs, hostName, ... }: {
  class = "nix-on-droid";
  value = { name = hostName; };
}
