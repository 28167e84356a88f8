{ inputs, cell }: {
  run = inputs.nixpkgs.hello;
  hidden = inputs.nixpkgs.hello;
}
