{
  description = "A tool on the four default systems";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-24.11";
    flake-utils.url = "github:numtide/flake-utils";
  };

  outputs =
    {
      self,
      nixpkgs,
      flake-utils,
    }:
    flake-utils.lib.eachDefaultSystem (
      system:
      let
        pkgs = import nixpkgs { inherit system; };
        /*
          Wrapped, so that
          it finds its tools.
        */
        tool = pkgs.writeShellApplication {
          name = "tool";
          runtimeInputs = [ pkgs.jq ];
          text = "jq . \"$@\"";
        };
      in
      {
        packages = {
          inherit tool;
          default = tool;
        };
        apps.default = flake-utils.lib.mkApp { drv = tool; };
        devShells.default = pkgs.mkShell { packages = [ tool ]; };
      }
    )
    // {
      overlays.default = final: prev: { tool = self.packages.${prev.system}.default; };
    };
}
