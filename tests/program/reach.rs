//! A live binding called unreachable is the worst mistake this program can make: the plan would delete it.

use crate::{json, tree};

/// Names of the bindings called unreachable in a flake whose `outputs` is this body.
fn unreachable(body: &str) -> Vec<String> {
    let text = format!("{{ outputs = {{ self }}: {body}; }}\n");
    let folder = tree(&[("flake.nix", text.as_bytes())]);
    let audit = json(folder.path());
    let rows = audit["flakes"][0]["unreachable"]["bindings"].as_array().cloned().unwrap_or_default();
    rows.iter().filter_map(|row| row["name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn what_is_read_in_any_way_is_reachable() {
    for body in [
        "let h = 1; s = { x = h; }; in { lib.a = s.x; }",
        "let s = { x = 1; }; in { lib.a = s.\"x\"; }",
        "let s = { x = 1; }; in { lib.a = s.x or 2; }",
        "let s = { x.y = 1; }; in { lib.a = s.x.y; }",
        "let s = { x = 1; }; in { lib = { inherit (s) x; }; }",
        "let s = rec { x = y; y = 1; }; in { lib.a = s.x; }",
        "let s = { x = 1; } // { y = 2; }; in { lib.a = s.y; }",
        "let f = 1; g = 2; s = { x = f; } // { x = g; }; in { lib.a = s.x; }",
        "let s = ({ x = 1; }); h = 2; t = s // { y = h; }; in { lib.a = t.y; }",
        "let h = 1; s = ({ a = 1; }); in { lib.a = (s // { b = h; }).b; }",
        "let n = \"a\"; in { lib.${n} = 1; }",
        "let n = \"a\"; s = { a = 1; }; in { lib.x = s.${n}; lib.y = s ? ${n}; }",
        "let h = 1; f = { a ? h }: a; in { lib.f = f; }",
        "let h = 1; f = { a ? h, ... }@args: args; in { lib.f = f; }",
        "let a = 1; in { lib.s = \"${toString a}\"; lib.t = assert a == 1; 2; }",
        "let s = { a = 1; }; in { lib.x = with s; a; }",
        "let l = { f = x: x; }; in { lib.x = l.f 1; }",
        "let a = let b = 1; in b; in { lib.x = a; }",
        "let f = { __functor = self: x: x; }; in { lib.x = f 1; }",
        "let s.a = 1; s.b = 2; in { lib.x = s.b; }",
    ] {
        assert_eq!(unreachable(body), [""; 0], "{body}");
    }
}

#[test]
fn what_only_an_unread_attribute_uses_must_stay_bound() {
    // Nix refuses a file in which a name is not bound, whether the attribute is ever read or not.
    assert_eq!(unreachable("let h = 1; h2 = 2; s = { x = h; y = h2; }; in { lib.a = s.x; }"), [""; 0]);
    assert_eq!(unreachable("let h = 1; in { lib.f = { a ? h }: 1; }"), [""; 0]);
}

#[test]
fn what_nothing_reads_is_unreachable() {
    assert_eq!(unreachable("let a = 1; b = a; c = 3; in { lib.x = c; }"), ["a", "b"]);
    assert_eq!(unreachable("let s = { x = 1; }; in { lib.x = let s = 2; in s; }"), ["s"]);
}

#[test]
fn a_file_that_nothing_imports_is_not_judged() {
    let folder = tree(&[
        ("flake.nix", b"{ outputs = { self }: { lib = import ./lib.nix { a = 1; }; }; }\n"),
        ("lib.nix", b"{ a }: { inherit a; }\n"),
        ("other.nix", b"let b = 1; unused = 2; in import ./lib.nix { a = b; }\n"),
    ]);
    let audit = json(folder.path());
    assert_eq!(audit["flakes"][0]["unreachable"]["bindings"].as_array().map(Vec::len), Some(0));
}

#[test]
fn modules_that_are_found_by_their_directory_are_those_of_what_offers_them() {
    let flake = b"{
  outputs = { self, nixpkgs }: {
    nixosModules = builtins.mapAttrs (name: _: import (./mods + \"/${name}\")) (builtins.readDir ./mods);
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = builtins.attrValues self.nixosModules; };
    darwinModules = builtins.mapAttrs (name: _: ./mac + \"/${name}\") (builtins.readDir ./mac);
  };
}
";
    let module = b"{ inputs }:\n{ pkgs, ... }:\n{\n  services.a.enable = true;\n}\n";
    let plain = b"{ pkgs, ... }:\n{\n  services.b.enable = true;\n}\n";
    let folder = tree(&[("flake.nix", flake), ("mods/a.nix", plain), ("mac/m.nix", module)]);
    let audit = json(folder.path());
    let lines = |concern: &str| {
        let rows = audit["flakes"][0]["concerns"].as_array().expect("concerns");
        let row = rows.iter().find(|row| row["name"] == concern).expect("the concern");
        ["reached", "exclusive", "shared"].map(|what| row["lines"][what].as_u64().unwrap_or(0))
    };
    // One line of flake.nix each; the module of four lines is what the host is made from.
    assert_eq!(lines("NixOS modules"), [5, 1, 4]);
    assert_eq!(lines("hosts"), [5, 1, 4]);
    assert_eq!(lines("darwin"), [6, 6, 0]);
}
