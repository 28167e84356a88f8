{ inputs, cell }: {
  default = inputs.nixpkgs.hello;
  tool = inputs.nixpkgs.hello;
}
