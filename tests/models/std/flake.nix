{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.std.url = "github:divnix/std";
  inputs.std.inputs.nixpkgs.follows = "nixpkgs";

  outputs = { self, std, ... }@inputs:
    std.growOn {
      inherit inputs;
      cellsFrom = ./cells;
      systems = [ "x86_64-linux" "aarch64-linux" ];
      cellBlocks = with std.blockTypes; [
        (functions "library")
        (installables "packages" { ci.build = true; })
        (devshells "shells")
        (data "presets")
      ];
    }
    {
      packages = std.harvest self [ "app" "packages" ];
      devShells = std.harvest self [ [ "repo" "shells" ] [ "app" "shells" ] ];
      templates = std.pick self [ "repo" "presets" ];
    }
    {
      packages = std.winnow (name: value: name == "only") self [ "repo" "packages" ];
      lib = std.pick self [ "app" "library" ];
    };
}
