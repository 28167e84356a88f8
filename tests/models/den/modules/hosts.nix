{ inputs, ... }: {
  imports = [ inputs.den.flakeModule (inputs.den.namespace "mine" true) ];
  systems = [ "x86_64-linux" ];
  den.hosts.x86_64-linux.tower.users.ann = { };
  den.hosts.x86_64-linux.shelf = { name = "shelf"; };
  den.homes.x86_64-linux.ann = { };
}
