{ den, lib, mine, ... }: {
  den.aspects.tower.nixos = { pkgs, ... }: { environment.systemPackages = [ pkgs.hello ]; };
  den.aspects.tower.includes = [ mine.base ];
  mine.base.nixos = { networking.domain = "example.org"; };
  den.hosts.aarch64-linux.board = { };
  perSystem = { pkgs, ... }: { packages.tool = pkgs.hello; };
}
