//! Never silently wrong: flakes with an input `foo` that is not at hand, and what Nix names when `foo` is one thing or
//! another. Each of those must be what the inventory says, or be covered by what it says it does not know.
//!
//! `tests/unknown/cases.json` was recorded with Nix 2.26 and nix-community/nixpkgs.lib at
//! de42d44212d207476489bce163375d8306a26d59: for each case and each value of `foo`, with the case as `flake.nix`,
//!
//! ```sh
//! nix-instantiate --eval --strict --json --expr '(import ./names.nix) DIRECTORY FOO LIB'
//! ```

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use flake_audit::audit::Audit;
use flake_audit::run::{self, Request};
use serde_json::Value;

const HEAD: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.foo.url = "github:nobody/foo";
  outputs = { self, nixpkgs, foo }: "#;

fn write(folder: &Path, case: &Value) {
    let flake = match (case["flake"].as_str(), case["outputs"].as_str()) {
        (Some(flake), _) => flake.to_owned(),
        (None, outputs) => format!("{HEAD}{};\n}}\n", outputs.expect("outputs")),
    };
    fs::write(folder.join("flake.nix"), flake).expect("written");
    for (path, text) in case["files"].as_object().into_iter().flatten() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let text = text.as_str().expect("a text");
        match text.strip_prefix("->") {
            Some(target) => std::os::unix::fs::symlink(target, path).expect("a link"),
            None => fs::write(path, text).expect("written"),
        }
    }
}

fn below(path: &str, above: &str) -> bool {
    above.is_empty() || path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// What is wrong and not said.
fn silent(audit: &Audit, truth: &Value) -> Vec<String> {
    let flake = audit.facts.flakes.iter().find(|flake| flake.path == ".").expect("a flake");
    let said = |path: &str| flake.unknown.iter().any(|one| below(path, &one.path) || below(&one.path, path));
    let mut found = Vec::new();
    let truth = truth.as_object().expect("kinds");
    let wanted: BTreeSet<&str> = truth.keys().map(String::as_str).collect();
    let given: BTreeSet<&str> = flake.kinds.iter().map(|kind| kind.name.as_str()).collect();
    found.extend(
        wanted
            .symmetric_difference(&given)
            .filter(|kind| !said(kind))
            .map(|kind| format!("the kind {kind}")),
    );
    for (kind, value) in truth {
        let outputs = || flake.outputs.iter().filter(|output| output.kind == *kind && !output.name.is_empty());
        let mut compare = |path: &str, names: &Value, ours: BTreeSet<&str>| {
            let Some(names) = names.as_array() else { return };
            let names: BTreeSet<&str> = names.iter().filter_map(Value::as_str).collect();
            if names != ours && !said(path) {
                found.push(format!("{path}: {ours:?}, not {names:?}"));
            }
        };
        compare(kind, value, outputs().map(|output| output.name.as_str()).collect());
        for (system, names) in value.as_object().into_iter().flatten() {
            let here = outputs().filter(|output| output.systems.contains(system));
            compare(&format!("{kind}.{system}"), names, here.map(|output| output.name.as_str()).collect());
        }
    }
    found
}

fn cases(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(file).expect("the recorded cases");
    let cases: Value = serde_json::from_str(&text).expect("JSON");
    cases["cases"].as_array().expect("cases").clone()
}

/// The inventory of a case, and what is wrong in it and not said.
fn checked(case: &Value) -> (bool, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), case);
    let mut request = Request::default();
    request.discover.paths = vec![folder.path().to_path_buf()];
    let audit = run::audit(&request).expect("an audit");
    let complete = audit.facts.flakes.iter().filter(|flake| flake.path == ".").all(|flake| flake.complete);
    let truths = case["truths"].as_array().expect("truths");
    (complete, truths.iter().flat_map(|truth| silent(&audit, truth)).collect())
}

#[test]
fn what_is_not_known_is_said() {
    let cases = cases("tests/unknown/cases.json");
    assert!(cases.len() > 150, "only {} cases", cases.len());
    let (mut wrong, mut known) = (Vec::new(), 0);
    for case in &cases {
        let (complete, silent) = checked(case);
        known += usize::from(complete);
        if !silent.is_empty() {
            wrong.push(format!("{}\n  {}", case["outputs"], silent.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What is always unknown is never wrong.
    assert!(known >= 65, "only {known} are known whole");
}

/// How flakes are commonly written: nothing of it is unknown. Recorded as the others, with `--read-write-mode`.
#[test]
fn common_ways_of_writing_outputs_are_known() {
    let cases = cases("tests/unknown/idioms.json");
    assert!(cases.len() > 20, "only {} cases", cases.len());
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let (complete, silent) = checked(case);
            let bad = !complete || !silent.is_empty();
            bad.then(|| format!("{}: complete: {complete}; {}", case["idiom"], silent.join("; ")))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
