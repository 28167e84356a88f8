{ inputs, cell }:
inputs.nixpkgs.lib.mapAttrs (name: tools: inputs.nixpkgs.mkShell { packages = tools; }) {
  default = [ ];
  ci = [ cell.packages.only ];
}
