//! What other programs say: Nix of the code in this repository, Microsoft's validator of our SARIF.
//!
//! `cargo test` alone leaves these out; `tests/run.sh` installs the programs and runs them. A program that is
//! missing fails the test: a check that is skipped in silence is no check.

mod expressions;
mod places;
mod split;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn nix_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            nix_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn nix_parses_what_should_parse_and_nothing_else() {
    let mut files = Vec::new();
    nix_files(&root().join("tests/flakes"), &mut files);
    nix_files(&root().join("tests/models"), &mut files);
    nix_files(&root().join("examples"), &mut files);
    nix_files(&root().join("src/resolve/eval/models"), &mut files);
    assert!(files.len() > 20, "{}", files.len());
    for file in files {
        // Paisano imports its cells with `inputs` and `cell` in scope, which the parser cannot know.
        if file.components().any(|part| part.as_os_str() == "cells") {
            continue;
        }
        let output = Command::new("nix-instantiate").arg("--parse").arg(&file).output();
        let output = output.unwrap_or_else(|error| panic!("nix-instantiate: {error}; see tests/run.sh"));
        let broken = file.ends_with("tests/flakes/broken/flake.nix");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), !broken, "{}: {said}", file.display());
    }
}

/// Names of outputs as Nix sees them, with inputs that hold no more than these flakes read of them.
const NAMES: &str = r#"
  let
    genAttrs = names: f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
    nixpkgs = {
      lib = { inherit genAttrs; nixosSystem = arguments: arguments; };
      legacyPackages = genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: { });
    };
    flake-utils.lib = {
      mkApp = arguments: arguments;
      eachDefaultSystem = f: builtins.mapAttrs (kind: value: { x86_64-linux = value; }) (f "x86_64-linux");
    };
    inputs = { inherit nixpkgs flake-utils; deploy-tool = { }; rust-overlay = { }; };
    flake = import ./flake.nix;
    wanted = builtins.intersectAttrs (builtins.functionArgs flake.outputs) (inputs // { self = outputs; });
    outputs = flake.outputs wanted;
    perSystem = [ "apps" "checks" "devShells" "packages" ];
    names = kind: value:
      if kind == "formatter" then [ "" ]
      else builtins.attrNames (if builtins.elem kind perSystem then value.x86_64-linux else value);
  in
  builtins.mapAttrs names outputs
"#;

#[test]
#[ignore = "needs nix-instantiate: tests/run.sh"]
fn nix_names_the_same_outputs() {
    // flake-parts would need all of its module system.
    for tree in ["large", "monorepo", "monorepo/services/api", "plain", "utils"] {
        let folder = root().join("tests/flakes").join(tree);
        let mut nix = Command::new("nix-instantiate");
        nix.args(["--eval", "--strict", "--json", "--expr", NAMES]).current_dir(&folder);
        let output = nix.output().unwrap_or_else(|error| panic!("nix-instantiate: {error}; see tests/run.sh"));
        assert!(output.status.success(), "{tree}: {}", String::from_utf8_lossy(&output.stderr));
        let truth: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let audit = Command::new(places::flake_audit()).args(["--format", "json"]).current_dir(&folder).output();
        let report: Value = serde_json::from_slice(&audit.expect("the program starts").stdout).expect("JSON");
        let mut found = serde_json::json!({});
        for output in report["flakes"][0]["outputs"].as_array().expect("outputs") {
            let kind = output["kind"].as_str().expect("a kind");
            if found[kind].is_null() {
                found[kind] = serde_json::json!([]);
            }
            found[kind].as_array_mut().expect("names").push(output["name"].clone());
        }
        assert_eq!(found, truth, "{tree}");
    }
}

/// `SARIF_MULTITOOL`, or where `tests/run.sh` puts it.
fn multitool() -> PathBuf {
    let installed = "target/tools/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool";
    let path = std::env::var_os("SARIF_MULTITOOL").map_or_else(|| root().join(installed), PathBuf::from);
    assert!(path.is_file(), "no SARIF validator at {}; see tests/run.sh", path.display());
    path
}

#[test]
#[ignore = "needs the SARIF validator: tests/run.sh"]
fn sarif_is_valid_for_code_scanning() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut trees: Vec<PathBuf> = fs::read_dir(root().join("tests/flakes"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    trees.sort();
    trees.push(root().join("tests/flakes"));
    let mut results = 0;
    let mut logs = Vec::new();
    for (number, tree) in trees.iter().enumerate() {
        let log = folder.path().join(format!("{number}.sarif"));
        let mut audit = Command::new(places::flake_audit());
        let audit = audit.arg("--output").arg(&log).arg(tree).output().expect("the program starts");
        assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stderr));
        results += run(&log)["results"].as_array().map_or(0, Vec::len);
        logs.push(log);
    }
    // All at once: starting the validator takes longer than what it does.
    assert_valid(&logs.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    assert!(results >= 5, "{results} results");
}

/// Asserts that the validator, with the rules of code scanning, says nothing about some logs of one folder.
fn assert_valid(logs: &[&Path]) {
    let told = logs[0].with_extension("told.sarif");
    let mut validate = Command::new(multitool());
    validate
        .arg("validate")
        .args(logs)
        .args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--output"]);
    let output = validate
        .arg(&told)
        .args(["--log", "ForceOverwrite", "--max-file-size-in-kb", "200000"])
        .output()
        .expect("the validator starts");
    // Its exit code is 0 whatever it finds: what it wrote counts.
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(told.is_file(), "{}: {said}{}", told.display(), String::from_utf8_lossy(&output.stderr));
    let run = run(&told);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true, "{}: {said}", told.display());
    // Every log was looked at.
    assert!(said.contains(&format!("Done. {} files scanned", logs.len())), "{said}");
    let found = run["results"].as_array().cloned().unwrap_or_default();
    assert!(found.is_empty(), "{} findings, such as {:#?}", found.len(), found.first());
}

/// The only run of a log.
fn run(log: &Path) -> Value {
    let text = fs::read_to_string(log).expect("a log");
    let log: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON");
    log["runs"][0].clone()
}
