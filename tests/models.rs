//! Models of libraries: for each tree below `tests/models`, the tool names what the real Nix names with the real
//! library (`names.json`, written by `cargo run --example record-models`), and knows all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use flake_audit::audit::Audit;
use flake_audit::run::{self, Request};
use serde_json::{Value, json};

/// Kinds that hold one value a system.
const LEAVES: [&str; 5] = ["formatter", "devShell", "defaultPackage", "defaultApp", "defaultBundler"];

/// Kind, system (empty where there is none) and name of an output.
type Name = (String, String, String);

fn trees() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    let entries = fs::read_dir(folder).expect("tests/models").map(|entry| entry.expect("an entry").path());
    let mut trees: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    trees.sort();
    trees
}

fn names(truth: &Value) -> BTreeSet<Name> {
    let mut found = BTreeSet::new();
    for (kind, value) in truth.as_object().expect("kinds") {
        let mut add = |system: &str, name: &str| found.insert((kind.clone(), system.to_owned(), name.to_owned()));
        let listed = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .into_iter()
                .flatten()
                .map(|name| name.as_str().expect("a name").to_owned())
                .collect()
        };
        for name in listed(value) {
            add("", &name);
        }
        for (system, value) in value.as_object().into_iter().flatten() {
            for name in listed(value) {
                add(system, &name);
            }
            if LEAVES.contains(&kind.as_str()) {
                add(system, "");
            }
        }
    }
    found
}

/// Whether two paths lie on one way from the top.
fn meet(a: &str, b: &str) -> bool {
    let below = |a: &str, b: &str| a.is_empty() || a == b || b.starts_with(&format!("{a}."));
    below(a, b) || below(b, a)
}

fn differences(truth: &Value, audit: &Audit) -> Vec<String> {
    let flake = audit.facts.flakes.iter().find(|flake| flake.path == ".").expect("a flake");
    let expected: BTreeSet<&str> =
        truth["unknown"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut said: BTreeMap<&str, &str> = BTreeMap::new();
    for unknown in &flake.unknown {
        said.entry(&unknown.path).or_insert(&unknown.reason);
    }
    let mut found = Vec::new();
    for (path, reason) in &said {
        if !expected.contains(path) {
            found.push(format!("not known: {path:?}: {reason}"));
        }
    }
    found.extend(
        expected
            .iter()
            .filter(|path| !said.contains_key(**path))
            .map(|path| format!("known after all: {path}")),
    );
    let kinds: BTreeSet<&str> = flake.kinds.iter().map(|kind| kind.name.as_str()).collect();
    let wanted: BTreeSet<&str> = truth["names"].as_object().expect("names").keys().map(String::as_str).collect();
    if kinds != wanted {
        found.push(format!("kinds: {kinds:?}, not {wanted:?}"));
    }
    let mut given: BTreeSet<Name> = BTreeSet::new();
    for output in &flake.outputs {
        let mut add = |system: &str| given.insert((output.kind.clone(), system.to_owned(), output.name.clone()));
        if output.systems.is_empty() && !output.name.is_empty() {
            add("");
        }
        for system in &output.systems {
            add(system);
        }
    }
    let wanted = names(&truth["names"]);
    // What is one value to Nix, or the whole of nixpkgs, has no names.
    let without_names = |(kind, system, _): &&Name| {
        let value = &truth["names"][kind];
        value.is_null() || !LEAVES.contains(&kind.as_str()) && value.is_object() && value[system].is_null()
    };
    let extra = given.difference(&wanted).filter(|name| !without_names(name));
    found.extend(extra.map(|name| format!("too many: {name:?}")));
    for name in wanted.difference(&given) {
        let path = if name.1.is_empty() { name.0.clone() } else { format!("{}.{}", name.0, name.1) };
        if !expected.iter().any(|unknown| meet(unknown, &path)) {
            found.push(format!("missing: {name:?}"));
        }
    }
    found
}

fn read(tree: &Path) -> Value {
    let file = tree.join("names.json");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn audit(tree: &Path) -> Audit {
    let mut request = Request::default();
    request.discover.paths = vec![tree.to_path_buf()];
    run::audit(&request).unwrap_or_else(|error| panic!("{}: {error}", tree.display()))
}

#[test]
fn models_name_what_the_libraries_name() {
    let trees = trees();
    assert!(!trees.is_empty());
    let mut found = Vec::new();
    for tree in trees {
        let differences = differences(&read(&tree), &audit(&tree));
        let name = tree.file_name().expect("a name").to_string_lossy().into_owned();
        found.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn every_tree_says_what_it_was_recorded_with() {
    for tree in trees() {
        let truth = read(&tree);
        let library = truth["library"].as_str().unwrap_or_default();
        let commit = truth["commit"].as_str().unwrap_or_default();
        assert_eq!(library.split('/').count(), 2, "{}", tree.display());
        assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()), "{}", tree.display());
        assert!(truth["names"].as_object().is_some_and(|names| !names.is_empty()), "{}", tree.display());
    }
}

#[test]
fn differences_are_seen() {
    let tree = tempfile::tempdir().expect("a folder");
    let flake = "{ inputs.a.url = \"github:a/a\"; outputs = { self, a }: { packages.x86_64-linux.b = 1; \
        formatter.x86_64-linux = 1; nixosModules.c = { }; overlay = 1; checks = a.checks; }; }";
    fs::write(tree.path().join("flake.nix"), flake).expect("written");
    let audit = audit(tree.path());
    let right = json!({
        "names": {
            "packages": { "x86_64-linux": ["b"] }, "formatter": { "x86_64-linux": null }, "nixosModules": ["c"],
            "overlay": null, "checks": { "x86_64-linux": ["d"] },
        },
        "unknown": ["checks"],
    });
    assert_eq!(differences(&right, &audit), Vec::<String>::new());
    for (path, value, wanted) in [
        ("/names/packages", json!({ "x86_64-linux": ["b", "e"] }), "missing: (\"packages\", \"x86_64-linux\", \"e\")"),
        ("/names/packages", json!({ "x86_64-linux": [] }), "too many: (\"packages\", \"x86_64-linux\", \"b\")"),
        ("/names/formatter", json!({}), "too many: (\"formatter\", \"x86_64-linux\", \"\")"),
        ("/names/nixosModules", json!(["f"]), "missing: (\"nixosModules\", \"\", \"f\")"),
        ("/unknown", json!([]), "not known: \"checks\""),
        ("/unknown", json!(["checks", "nixosModules"]), "known after all: nixosModules"),
        ("/names", json!({ "packages": { "x86_64-linux": ["b"] } }), "kinds: "),
    ] {
        let mut wrong = right.clone();
        *wrong.pointer_mut(path).expect("a value") = value;
        let found = differences(&wrong, &audit);
        assert!(found.iter().any(|line| line.starts_with(wanted)), "{path}: {found:#?}");
    }
}
