{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.paisano.url = "github:paisano-nix/core";
  inputs.paisano.inputs.nixpkgs.follows = "nixpkgs";

  outputs = { self, paisano, ... }@inputs:
    paisano.growOn {
      inherit inputs;
      cellsFrom = toString ./cells;
      systems = [ "x86_64-linux" "aarch64-linux" ];
      cellBlocks = [
        { name = "library"; type = "functions"; }
        { name = "packages"; type = "installables"; }
        { name = "shells"; type = "devshells"; cli = false; }
        { name = "presets"; type = "data"; }
      ];
    }
    {
      packages = paisano.harvest self [ "app" "packages" ];
      devShells = paisano.harvest self [ [ "repo" "shells" ] [ "app" "shells" ] ];
      templates = paisano.pick self [ "repo" "presets" ];
    }
    {
      packages = paisano.winnow (name: value: name == "only") self [ "repo" "packages" ];
      lib = paisano.pick self [ "app" "library" ];
    };
}
