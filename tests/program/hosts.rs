//! The modules of hosts and homes, from their lists.

use serde_json::{Value, json};

use crate::{json, tree};

const FLAKE: &[u8] = br#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { self, nixpkgs, home-manager }:
    let
      common = { networking.domain = "a"; };
      host = name: nixpkgs.lib.nixosSystem {
        modules = [
          ./hosts/${name}
          common
          home-manager.nixosModules.home-manager
          ({ pkgs, ... }: {
            boot.tmp.cleanOnBoot = true;
          })
        ];
      };
    in
    {
      nixosConfigurations.one = host "one";
      homeConfigurations.me = home-manager.lib.homeManagerConfiguration { modules = [ ./home.nix ]; };
    };
}
"#;

#[test]
fn a_host_tells_its_modules() {
    let folder = tree(&[("flake.nix", FLAKE), ("hosts/one/default.nix", b"{ }\n"), ("home.nix", b"{ }\n")]);
    let audit = json(folder.path());
    let modules = |kind: &str| -> Value {
        let rows = audit["flakes"][0]["outputs"].as_array().expect("outputs");
        rows.iter().find(|row| row["kind"] == kind).map(|row| row["modules"].clone()).unwrap_or_default()
    };
    let inline = |line: u32, end: u32| json!({ "path": "flake.nix", "line": line, "end_line": end, "inline": true });
    let file = |path: &str| json!({ "path": path, "line": 1, "end_line": null, "inline": false });
    assert_eq!(modules("nixosConfigurations"), json!([file("hosts/one/default.nix"), inline(6, 6), inline(12, 14)]));
    assert_eq!(modules("homeConfigurations"), json!([file("home.nix")]));
}
