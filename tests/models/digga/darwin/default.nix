{
  hostDefaults.channelName = "nixos";
  hosts.apple.modules = [ { } ];
}
