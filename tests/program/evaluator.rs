//! Flakes that would bring an evaluator down: each ends at once with an audit that says what is not known.

use crate::{json, tree};

fn unknown(body: &str) -> bool {
    let text = format!("{{ outputs = {{ self }}: {body}; }}\n");
    let folder = tree(&[("flake.nix", text.as_bytes())]);
    json(folder.path())["flakes"][0]["complete"] == false
}

#[test]
fn endless_and_exploding_values_are_unknown() {
    for body in [
        "let f = x: f (x + 1); in f 0",
        "let f = x: { a = f (x + 1); } // f (x + 1); in f 0",
        "let x = { a = x; }; y = { a = y; }; in { packages.${toString (x == y)}.a = 1; }",
        "let x = { outPath = x; }; in { packages.\"${x}\".a = 1; }",
        "let l = [ l ]; in { packages.${toString l}.a = 1; }",
        "let l = [ l ]; m = [ m ]; in { packages.${toString (l < m)}.a = 1; }",
        "let s = n: if n == 0 then \"x\" else s (n - 1) + s (n - 1); in { packages.${s 40}.a = 1; }",
        "let f = n: if n == 0 then 1 else let p = f (n - 1); in { x = p; y = p; }; \
         g = n: if n == 0 then 1 else let p = g (n - 1); in { x = p; y = p; }; \
         in { packages.${toString (f 40 == g 40)}.a = 1; }",
        "let l = builtins.genList (x: x) 100000; in { a = builtins.concatMap (a: l) l; }",
        "let l = builtins.genList (x: x) 90000; in builtins.foldl' (a: b: a // { ${toString b} = b; }) { } l",
    ] {
        assert!(unknown(body), "{body}");
    }
}

#[test]
fn conditions_that_are_not_known_are_said() {
    for body in [
        "{ lib = 1; } // (if builtins.currentTime > 0 then { nixosModules.m = 1; } else { })",
        "{ packages = { x86_64-linux.a = 1; } // (if builtins.currentTime > 0 then { aarch64-linux.a = 1; } else { }); }",
        "({ x ? false }: if x then { a.b = 1; } else { c.d = 1; }) (if builtins.currentTime > 0 then { x = true; } else { })",
    ] {
        assert!(unknown(body), "{body}");
    }
}

#[test]
fn computed_names_read_their_own_set() {
    let folder = tree(&[(
        "flake.nix",
        b"{ outputs = { self }: let k = \"outer\"; in { lib = rec { k = \"z\"; ${k} = 1; }; }; }\n",
    )]);
    let audit = json(folder.path());
    let names: Vec<&str> = audit["flakes"][0]["outputs"]
        .as_array()
        .map(|rows| rows.iter().filter_map(|row| row["name"].as_str()).collect())
        .unwrap_or_default();
    assert_eq!(names, ["k", "z"]);
}

#[test]
fn a_dear_value_leaves_its_name_known() {
    let body = "let g = n: if n == 0 then { a = 1; } else g (n - 1) // g (n - 1); \
                in { packages.x86_64-linux = { dear = (g 40).a; other = 1; }; }";
    assert!(!unknown(body), "the names are known without the values");
}

#[test]
fn a_file_knows_its_own_name() {
    let hosts = b"{ f }: f (removeAttrs (builtins.readDir ./.) [ (baseNameOf __curPos.file) ])\n";
    let flake = b"{ outputs = { self }: { nixosModules = import ./mods { f = builtins.mapAttrs (name: _: ./mods + \"/${name}\"); }; }; }\n";
    let folder = tree(&[("flake.nix", flake), ("mods/default.nix", hosts), ("mods/a.nix", b"{ }\n")]);
    let audit = json(folder.path());
    assert_eq!(audit["flakes"][0]["complete"], true);
    assert_eq!(audit["flakes"][0]["outputs"].as_array().map(Vec::len), Some(1));
    assert_eq!(audit["flakes"][0]["outputs"][0]["name"], "a.nix");
}
