{ inputs, cell }: { only = inputs.nixpkgs.hello; hidden = inputs.nixpkgs.hello; }
