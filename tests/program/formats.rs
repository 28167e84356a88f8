//! The machine formats of the real program on real trees, and where they go.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{FLAKES, flake, json, program, root, run, stdout, told, tree};

#[test]
fn json_is_as_the_published_schema_says() {
    let published = fs::read_to_string(root().join("tests/schema/flake-audit-1.schema.json")).expect("the schema");
    let validator = jsonschema::validator_for(&serde_json::from_str(&published).expect("JSON")).expect("a schema");
    let trees = FLAKES.iter().map(|name| flake(name)).chain([root().join("tests/flakes")]);
    for tree in trees {
        let report = json(&tree);
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", tree.display());
    }
}

#[test]
fn every_sarif_region_is_its_snippet() {
    let mut regions = 0;
    for name in FLAKES {
        let log: Value = serde_json::from_str(&told(&["--format", "sarif"], &flake(name))).expect("JSON");
        for result in log["runs"][0]["results"].as_array().expect("results") {
            let related = result["relatedLocations"].as_array().cloned().unwrap_or_default();
            for location in result["locations"].as_array().expect("locations").iter().chain(&related) {
                let place = &location["physicalLocation"];
                // A path of the repository, where this folder is one.
                let path = place["artifactLocation"]["uri"].as_str().expect("a path");
                let text = fs::read_to_string(root().join(path))
                    .or_else(|_| fs::read_to_string(flake(name).join(path)))
                    .expect("the file");
                assert_eq!(cut(&text, &place["region"]), place["region"]["snippet"]["text"], "{name}/{path}");
                regions += 1;
            }
        }
    }
    assert!(regions >= 5, "{regions}");
}

/// The text of a region, found by counting lines and characters anew.
fn cut(text: &str, region: &Value) -> String {
    let number = |key: &str| usize::try_from(region[key].as_u64().expect("a number")).expect("small");
    let offset = |line: usize, column: usize| {
        let before: usize = text.split_inclusive('\n').take(line - 1).map(|line| line.chars().count()).sum();
        before + column - 1
    };
    let (start, end) =
        (offset(number("startLine"), number("startColumn")), offset(number("endLine"), number("endColumn")));
    text.chars().skip(start).take(end - start).collect()
}

#[test]
fn sarif_lists_every_rule_with_its_help() {
    let log: Value = serde_json::from_str(&told(&["--format", "sarif"], &flake("plain"))).expect("JSON");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").clone();
    let listed = told(&["rules"], &root());
    for rule in &rules {
        assert!(listed.contains(rule["id"].as_str().expect("an id")), "{rule}");
        assert!(rule["help"]["markdown"].as_str().is_some_and(|help| help.contains("## Why")), "{rule}");
    }
    assert_eq!(rules.len(), listed.lines().filter(|line| line.starts_with("FA")).count());
}

#[test]
fn files_are_written_beside_the_page() {
    let folder = tree(&[]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    let page = told(&["-o", &path("a.json"), "--output", &path("a.sarif"), "-o", &path("a.txt")], &flake("large"));
    assert!(page.starts_with("flake-audit · large"), "{page}");
    let read = |name: &str| fs::read_to_string(path(name)).expect("written");
    assert_eq!(read("a.json"), told(&["--format", "json"], &flake("large")));
    assert_eq!(read("a.sarif"), told(&["--format", "sarif"], &flake("large")));
    assert!(read("a.txt").starts_with("flake-audit · large"));
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 3, "nothing is left behind");
}

#[test]
fn colours_are_asked_for() {
    let coloured = |set: &[(&str, &str)], arguments: &[&str]| {
        let output = program().args(arguments).envs(set.iter().copied()).current_dir(flake("broken")).output();
        output.expect("the program starts").stdout.contains(&0x1b)
    };
    assert!(!coloured(&[], &[]), "a pipe");
    assert!(coloured(&[], &["--color", "always"]));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!coloured(&[("NO_COLOR", "1")], &[]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], &["--format", "json"]));
}

#[test]
fn a_file_that_is_named_limits_the_findings() {
    let folder = tree(&[
        ("flake.nix", b"{ inputs.nixpkgs.url = \"nixpkgs\"; outputs = { self, ... }: import ./a.nix; }\n"),
        ("a.nix", b"{ lib = ; }\n"),
    ]);
    let codes = |arguments: &[&str]| {
        let output = run(&[arguments, &["--format", "json"]].concat(), folder.path());
        let report: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        let findings = report["findings"].as_array().expect("findings").iter();
        findings.map(|finding| finding["code"].as_str().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&[]), ["FA001", "FA507"]);
    assert_eq!(codes(&["a.nix"]), ["FA001"]);
    assert_eq!(codes(&["--select", "FA5"]), ["FA507"]);
    assert_eq!(codes(&["--ignore", "registry-input"]), ["FA001"]);
    // What is left out may not parse, but nothing hands it an input.
    assert_eq!(codes(&["--exclude", "a.nix"]), ["FA506", "FA507"]);
}

#[test]
fn the_audit_writes_nothing_into_the_tree() {
    let folder = tree(&[("flake.nix", b"{ outputs = _: { }; }\n")]);
    for arguments in [&["report"][..], &["check"], &["plan"]] {
        run(arguments, folder.path());
    }
    let left: Vec<_> = fs::read_dir(Path::new(folder.path())).expect("a folder").collect();
    assert_eq!(left.len(), 1);
}
