{ inputs, cell }: {
  web = { ... }: {
    bee.system = "x86_64-linux";
    bee.pkgs = inputs.nixpkgs;
  };
  pi = {
    bee = { system = "aarch64-linux"; pkgs = inputs.nixpkgs; };
  };
}
