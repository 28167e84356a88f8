{
  perSystem =
    { pkgs, ... }:
    {
      devShells.default = pkgs.mkShell {
        packages = [
          pkgs.go
          pkgs.gopls
        ];
      };
      formatter = pkgs.nixfmt-tree;
    };
}
