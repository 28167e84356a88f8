{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.std.url = "github:divnix/std";
  inputs.std.inputs.nixpkgs.follows = "nixpkgs";

  outputs = inputs@{ std, self, ... }:
    std.growOn {
      inherit inputs;
      systems = [ "x86_64-linux" "aarch64-linux" ];
      cellsFrom = ./cells;
      cellBlocks = with std.blockTypes; [ (installables "packages") (runnables "jobs") (functions "lib") (devshells "shells") ];
    }
      { packages = std.harvest self [ "app" "packages" ]; }
      { devShells = std.harvest self [ "app" "shells" ]; }
      { library = std.pick self [ "app" "lib" ]; }
      { apps = std.winnow (name: value: name != "hidden") self [ "app" "jobs" ]; };
}
