{ inputs, cell }: {
  web = {
    bee.system = "x86_64-linux";
    bee.pkgs = inputs.nixpkgs;
    deployment.targetHost = "web";
  };
}
