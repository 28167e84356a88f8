# Arguments come from the scope here, and a function that wants them works too.
let
  inherit (inputs) nixpkgs;
in
{
  default = cell.packages.app;
  app = nixpkgs.hello;
  docs = inputs.cells.repo.packages.only;
}
