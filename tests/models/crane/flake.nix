{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.crane.url = "github:ipetkov/crane";

  outputs = { self, nixpkgs, crane }:
    let
      pkgs = nixpkgs.legacyPackages.x86_64-linux;
      craneLib = (crane.mkLib pkgs).overrideToolchain (p: p.rustc);
      src = craneLib.cleanCargoSource ./.;
      inherit (craneLib.crateNameFromCargoToml { inherit src; }) pname;
      member = craneLib.crateNameFromCargoToml { cargoToml = ./member/Cargo.toml; };
    in
    {
      packages.x86_64-linux = {
        ${pname} = craneLib.buildPackage { inherit src; };
        ${member.pname} = craneLib.buildPackage { inherit src; inherit (member) pname version; };
        default = self.packages.x86_64-linux.${pname};
      };
      checks.x86_64-linux."${pname}-clippy" = craneLib.cargoClippy { inherit src; };
    };
}
