{ inputs, cell }: {
  default = inputs.nixpkgs.hello;
}
