{
  inputs.nixpkgs.url = "nixpkgs";

  outputs = { nixpkgs, ... }: { lib.first = nixpkgs.lib.head; };
}
