//! Inputs from outside: `flake-audit inputs`, what nothing reads, and `follows` in the style of the file.

use std::fs;

use serde_json::Value;

use crate::{json, run, stderr, told, tree};

const LOCK: &str = r#"{
  "nodes": {
    "a": {
      "inputs": { "b": "b", "systems": "systems" },
      "locked": { "type": "github", "owner": "x", "repo": "a", "rev": "1111111111111111111111111111111111111111", "lastModified": 1700000000 }
    },
    "b": {
      "inputs": { "systems": "systems_2" },
      "locked": { "type": "github", "owner": "x", "repo": "b", "rev": "2222222222222222222222222222222222222222", "lastModified": 1700000000 }
    },
    "root": { "inputs": { "a": "a", "systems": "systems_3" } },
    "systems": { "locked": { "type": "github", "owner": "nix-systems", "repo": "default", "rev": "3333333333333333333333333333333333333333" } },
    "systems_2": { "locked": { "type": "github", "owner": "nix-systems", "repo": "default", "rev": "3333333333333333333333333333333333333333" } },
    "systems_3": { "locked": { "type": "github", "owner": "nix-systems", "repo": "default", "rev": "3333333333333333333333333333333333333333" } }
  },
  "root": "root",
  "version": 7
}
"#;

fn flake(inputs: &str) -> String {
    format!("{{\n{inputs}\n  outputs = {{ self, a, systems }}: {{ lib = a.lib // {{ s = import systems; }}; }};\n}}\n")
}

#[test]
fn follows_are_written_in_the_style_of_the_file() {
    let both = ["b.inputs.systems", "systems"];
    for (inputs, prefix, end) in [
        (
            "  inputs.a.url = \"github:x/a\";\n  inputs.systems.url = \"github:nix-systems/default\";",
            "  inputs.a.inputs.",
            ";",
        ),
        (
            "  inputs = {\n    a.url = \"github:x/a\"; # main\n    systems.url = \"github:nix-systems/default\";\n  };",
            "    a.inputs.",
            ";",
        ),
        (
            "  inputs = {\n    a = {\n      url = \"github:x/a\";\n    };\n    systems.url = \"github:nix-systems/default\";\n  };",
            "      inputs.",
            ";",
        ),
        (
            "  inputs = {\n    a = {\n      url = \"github:x/a\";\n      inputs = {\n        other.follows = \"systems\";\n      };\n    };\n    systems.url = \"github:nix-systems/default\";\n  };",
            "        ",
            ";",
        ),
    ] {
        let before = flake(inputs);
        let folder = tree(&[("flake.nix", before.as_bytes()), ("flake.lock", LOCK.as_bytes())]);
        let output = run(&["check", "--fix", "--select", "FA501"], folder.path());
        let after = fs::read_to_string(folder.path().join("flake.nix")).unwrap();
        let added: Vec<&str> = after.lines().filter(|line| !before.lines().any(|old| old == *line)).collect();
        let wanted: Vec<String> =
            both.iter().map(|path| format!("{prefix}{path}.follows = \"systems\"{end}")).collect();
        let mut sorted = added.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, wanted, "{after}{}", stderr(&output));
        let kept: Vec<&str> = after.lines().filter(|line| !added.contains(line)).collect();
        assert_eq!(kept, before.lines().collect::<Vec<_>>(), "only lines were added");
        let again = run(&["check", "--fix", "--select", "FA501"], folder.path());
        assert!(stderr(&again).contains("fixed 0 findings"), "{}", stderr(&again));
    }
}

/// What `check --fix` does to a flake with that lock, without and with fixes that change something.
fn fixed(lock: &str) -> [bool; 2] {
    let before = flake("  inputs.a.url = \"github:x/a\";\n  inputs.systems.url = \"github:nix-systems/default\";");
    [&[][..], &["--unsafe-fixes"]].map(|more| {
        let folder = tree(&[("flake.nix", before.as_bytes()), ("flake.lock", lock.as_bytes())]);
        let output = run(&[&["check", "--fix", "--select", "FA501"], more].concat(), folder.path());
        let is_fixed = fs::read_to_string(folder.path().join("flake.nix")).expect("flake.nix") != before;
        assert_eq!(stderr(&output).contains("flake.nix: inputs follow others now"), is_fixed);
        is_fixed
    })
}

#[test]
fn what_others_keep_apart_follows_only_where_it_is_asked_for() {
    assert_eq!(fixed(LOCK), [true, true]);
    // The same revision today, by another branch.
    let named = "\"systems_2\": { \"original\": { \"type\": \"github\", \"owner\": \"nix-systems\", \"repo\": \"default\", \"ref\": \"old\" },";
    assert_eq!(fixed(&LOCK.replace("\"systems_2\": {", named)), [false, true]);
    // Both are inputs of one flake.
    let theirs =
        LOCK.replace("\"b\": \"b\", \"systems\": \"systems\"", "\"c\": \"systems_2\", \"systems\": \"systems\"");
    let theirs = theirs.replace(
        "\"root\": { \"inputs\": { \"a\": \"a\", \"systems\": \"systems_3\" } }",
        "\"root\": { \"inputs\": { \"a\": \"a\" } }",
    );
    assert_eq!(fixed(&theirs), [false, true]);
}

#[test]
fn the_tree_says_who_brings_what() {
    let text = flake("  inputs.a.url = \"github:x/a\";\n  inputs.systems.url = \"github:nix-systems/default\";");
    let folder = tree(&[("flake.nix", text.as_bytes()), ("flake.lock", LOCK.as_bytes())]);
    let shown = told(&["inputs"], folder.path());
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].ends_with("2 inputs · 5 lock nodes · 2 more than there are sources"), "{shown}");
    assert!(lines[1].starts_with("├─ a") && lines[1].ends_with("2023-11-14 · brings 4 nodes"), "{shown}");
    assert!(shown.contains("│  ├─ b"), "{shown}");
    assert!(shown.contains("lib.s  2: a, systems"), "{shown}");
    let said: Value = serde_json::from_str(&told(&["inputs", "--format", "json"], folder.path())).unwrap();
    let flake = &said["flakes"][0];
    assert_eq!(flake["nodes"]["systems_2"]["chain"], serde_json::json!(["a", "b", "systems"]));
    assert_eq!(flake["duplicates"][0]["nodes"].as_array().map(Vec::len), Some(3));
    let dot = told(&["inputs", "--format", "dot"], folder.path());
    assert!(
        dot.starts_with("digraph inputs {") && dot.matches("-> ").count() - dot.matches("dotted").count() == 5,
        "{dot}"
    );
    let mermaid = told(&["inputs", "--format", "mermaid"], folder.path());
    assert!(mermaid.starts_with("flowchart LR\n") && mermaid.matches("-->").count() == 5, "{mermaid}");
}

/// Whether each input is used, by name.
fn used(files: &[(&str, &[u8])]) -> String {
    let said = json(tree(files).path());
    let inputs = said["flakes"][0]["inputs"].as_array().cloned().unwrap_or_default();
    let row = |input: &Value| format!("{}={}", input["name"], input["used"]).replace('"', "");
    inputs.iter().map(row).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_input_is_unused_only_where_every_use_would_be_seen() {
    let of = |outputs: &str, others: &[(&str, &[u8])]| {
        let text = format!("{{ inputs.a.url = \"github:x/a\"; inputs.b.url = \"github:x/b\"; outputs = {outputs}; }}");
        let mut files = vec![("flake.nix", text.as_bytes())];
        files.extend(others);
        used(&files)
    };
    assert_eq!(of("{ self, a, b }: { lib = a.lib; }", &[]), "a=yes b=no");
    assert_eq!(of("{ self, a, ... }@inputs: { lib = a.lib; }", &[]), "a=yes b=no");
    assert_eq!(of("inputs: { lib = inputs.a.lib; x = inputs.self.rev; }", &[]), "a=yes b=no");
    // Passed on, listed, or read by another name.
    assert!(
        of("{ self, a, ... }@inputs: { lib = a.f { specialArgs = { inherit inputs; }; }; }", &[])
            .ends_with("b=unknown")
    );
    assert!(of("{ self, a, ... }@inputs: { lib = a.lib; x = builtins.attrNames inputs; }", &[]).ends_with("b=unknown"));
    assert!(!of("{ self, a, ... }: { lib = a.lib; x = self.inputs.b; }", &[]).ends_with("b=no"));
    assert!(!of("{ self, a, ... }: { lib = a.f self; }", &[]).ends_with("b=no"));
    assert!(!of("{ self, a, ... }@inputs: with inputs; { lib = a.lib; x = b; }", &[]).ends_with("b=no"));
    assert!(!of("{ self, a, ... }@inputs: let i = inputs; in { lib = a.lib; x = i.b; }", &[]).ends_with("b=no"));
    assert!(!of("{ self, a, ... }@inputs: { lib = a.lib; x = inputs.${\"b\"}; }", &[]).ends_with("b=no"));
    // In another file.
    let reads: (&str, &[u8]) = ("x.nix", b"{ inputs, ... }: inputs.b");
    assert!(!of("inputs: import ./x.nix { inherit inputs; } // { lib = inputs.a; }", &[reads]).ends_with("b=no"));
    let other: (&str, &[u8]) = ("x.nix", b"{ inputs, ... }: { x = inputs.a; }");
    assert_eq!(of("inputs: import ./x.nix { inherit inputs; }", &[other]), "a=yes b=no");
    let lock: (&str, &[u8]) = ("default.nix", b"(builtins.fromJSON (builtins.readFile ./flake.lock)).nodes.b.locked");
    assert!(of("{ self, a, b }: { lib = a.lib; }", &[lock]).ends_with("b=unknown"));
    // A flake without outputs holds inputs for somebody else.
    assert_eq!(of("_: { }", &[]), "a=unknown b=unknown");
}

#[test]
fn what_stands_before_the_first_error_is_judged() {
    let flake = |rest: &str| {
        format!(
            "{{\n  inputs.a.url = \"github:x/a\";\n  inputs.new.url = \"github:x/new\";\n  outputs = {{ self, ... }}: let\n    \
             source = fetchFromGitHub {{ owner = \"x\"; }};\n    read = import source {{ }};\n  in {{ lib = read; }}{rest}"
        )
    };
    let codes = |text: String| -> Vec<String> {
        let dir = tree(&[("flake.nix", text.as_bytes()), ("flake.lock", LOCK.as_bytes())]);
        let found = run(&["check", "--select", "FA001,FA505,FA801", "--format", "json"], dir.path());
        let found: Value = serde_json::from_slice(&found.stdout).expect("JSON");
        let rows = found["findings"].as_array().expect("findings").iter();
        rows.map(|row| format!("{} {}", row["code"].as_str().unwrap_or(""), row["message"].as_str().unwrap_or("")))
            .collect()
    };
    let declared = "FA505 input `new` is declared but not locked";
    let locked = "FA505 input `systems` is locked but not declared";
    let built = "FA801 `source` is made by `fetchFromGitHub` and read by `import` while Nix evaluates";
    let whole = codes(flake(";\n}\n"));
    assert_eq!(whole.len(), 3, "{whole:?}");
    assert!([declared, locked, built].iter().all(|told| whole.iter().any(|row| row == told)), "{whole:?}");
    // Behind the error `systems` may be declared.
    let broken = codes(flake(";\n  inputs.systems.url = ;\n}\n"));
    assert!([declared, built].iter().all(|told| broken.iter().any(|row| row == told)), "{broken:?}");
    assert!(!broken.iter().any(|row| row == locked), "{broken:?}");
    assert!(broken.first().is_some_and(|row| row.starts_with("FA001")), "why Nix stops comes first: {broken:?}");
    let early = codes(flake(";\n}\n").replacen("inputs.a", "inputs.b.url = ;\n  inputs.a", 1));
    assert!(early.iter().all(|row| !row.starts_with("FA505") && !row.starts_with("FA801")), "{early:?}");
}
