//! Files and paths against git: what a flake does not see, and what nothing reads.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{json, run, stdout, tree};

fn git(folder: &Path, arguments: &[&str]) {
    let mut git = Command::new("git");
    git.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(arguments);
    let output = git.output().expect("git");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn found(audit: &Value, code: &str) -> Vec<(String, String)> {
    let rows = audit["findings"].as_array().expect("findings");
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    rows.iter()
        .filter(|row| row["code"] == code)
        .map(|row| (text(row, "path"), text(row, "message")))
        .collect()
}

const FLAKE: &[u8] =
    b"{ outputs = { self }: { lib = import ./lib.nix; nixosModules = builtins.readDir ./modules; }; }\n";

#[test]
fn a_library_may_give_names_from_outside() {
    let lock = |owner: &str, repo: &str| {
        let rev = "1".repeat(40);
        let a = format!("{{ \"type\": \"github\", \"owner\": \"{owner}\", \"repo\": \"{repo}\", \"rev\": \"{rev}\" }}");
        format!(
            "{{ \"nodes\": {{ \"a\": {{ \"locked\": {a} }}, \"root\": {{ \"inputs\": {{ \"a\": \"a\" }} }} }}, \"root\": \"root\", \"version\": 7 }}"
        )
    };
    let level = |owner: &str, repo: &str| {
        let flake = format!(
            "{{ inputs.a.url = \"github:{owner}/{repo}\"; outputs = {{ self, a }}: a.growOn {{ cellsFrom = ./cells; }} {{ }}; }}\n"
        );
        let lock = lock(owner, repo);
        let files = [
            ("flake.nix", flake.as_bytes()),
            ("flake.lock", lock.as_bytes()),
            ("cells/x/y.nix", b"{ a = inputs.b; }\n"),
        ];
        let folder = tree(&files);
        let audit = json(folder.path());
        let rows = audit["findings"].as_array().expect("findings").iter().filter(|row| row["code"] == "FA005");
        rows.map(|row| row["level"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(level("divnix", "std"), ["note"]);
    assert_eq!(level("numtide", "flake-utils").len(), 1);
    assert_ne!(level("numtide", "flake-utils"), ["note"]);
}

#[test]
fn git_decides_what_a_flake_sees() {
    let folder = tree(&[
        ("flake.nix", FLAKE),
        ("lib.nix", b"{ }\n"),
        ("modules/a.nix", b"{ }\n"),
        ("modules/b.nix", b"{ }\n"),
        (".gitignore", b"ignored.nix\n"),
    ]);
    assert_eq!(found(&json(folder.path()), "FA004"), [], "no repository, no git");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "flake.nix", "modules/a.nix"]);
    let said = found(&json(folder.path()), "FA004");
    let files: Vec<&str> = said.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(files, ["flake.nix", "modules/b.nix"], "{said:?}");
    assert!(said[0].1.contains("git does not track `lib.nix`"), "{said:?}");
    // Intent to add is enough for Nix.
    git(folder.path(), &["add", "-N", "lib.nix", "modules/b.nix"]);
    assert_eq!(found(&json(folder.path()), "FA004"), []);
    // What an ignore file hides is not there either, unless it is tracked all the same.
    std::fs::write(folder.path().join("flake.nix"), "{ outputs = { self }: import ./ignored.nix; }\n").unwrap();
    std::fs::write(folder.path().join("ignored.nix"), "{ }\n").unwrap();
    assert_eq!(found(&json(folder.path()), "FA004").len(), 1);
    git(folder.path(), &["add", "-f", "ignored.nix"]);
    assert_eq!(found(&json(folder.path()), "FA004"), []);
}

#[test]
fn a_flake_that_git_does_not_track_is_none() {
    let folder = tree(&[("flake.nix", b"{ outputs = { self }: { }; }\n")]);
    git(folder.path(), &["init", "-q"]);
    let said = found(&json(folder.path()), "FA004");
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].1.contains("Nix finds no flake here"), "{said:?}");
}

#[test]
fn paths_that_leave_the_repository() {
    let folder = tree(&[("flake.nix", b"{ outputs = { self }: { lib = import ../lib.nix; }; }\n")]);
    assert_eq!(found(&json(folder.path()), "FA004"), [], "it may be a part of something larger");
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    assert!(found(&json(folder.path()), "FA004")[0].1.contains("leaves the repository"));
}

fn orphan(audit: &Value, path: &str) -> Value {
    let rows = audit["files"].as_array().expect("files");
    rows.iter().find(|row| row["path"] == path).map_or(Value::Null, |row| row["orphan"].clone())
}

#[test]
fn one_doubt_makes_an_orphan_likely() {
    let flake: &[u8] = b"{ outputs = { self }: { lib = import ./lib // import ./old/used.nix; }; }\n";
    let base: Vec<(&str, &[u8])> = vec![
        ("flake.nix", flake),
        ("lib/default.nix", b"{ }\n"),
        ("old/spare.nix", b"{ }\n"),
        ("old/used.nix", b"{ }\n"),
    ];
    let sure = |more: &[(&str, &[u8])]| {
        let files = [base.as_slice(), more].concat();
        orphan(&json(tree(&files).path()), "old/spare.nix")
    };
    assert_eq!(sure(&[]), "proven");
    assert_eq!(sure(&[("README.md", b"see old/spare.nix")]), "likely", "a text says its name");
    assert_eq!(sure(&[("Makefile", b"\tnix-build spare.nix")]), "likely", "a program says its name");
    assert_eq!(sure(&[("README.md", b"see lib/default.nix")]), "proven");
    assert_eq!(sure(&[("lib/default.nix", b"{\n # ./spare.nix\n}\n")]), "proven", "a comment reads nothing");
    assert_eq!(sure(&[("lib/default.nix", b"self: \"${self}/old\"\n")]), "likely", "its directory is named");
    assert_eq!(sure(&[("lib/default.nix", b"f: f ../old\n")]), Value::Null, "a function has its directory");
    assert_eq!(sure(&[("lib/default.nix", b"n: import (../old + \"/${n}.nix\")\n")]), Value::Null);
    assert_eq!(sure(&[("lib/default.nix", b"n: import ../old/${n}.nix\n")]), Value::Null);
    assert_eq!(
        sure(&[("lib/default.nix", b"d: builtins.readDir d\n")]),
        "likely",
        "a loader may be given its directory"
    );
    assert_eq!(sure(&[("lib/default.nix", b"map builtins.readDir [ ../old ]\n")]), Value::Null);
    assert_eq!(sure(&[("lib/default.nix", b"{ src = ../old; }\n")]), "proven", "a source is not read as code");
    assert_eq!(sure(&[("old/default.nix", b"import ./spare.nix\n")]), "likely", "people start at default.nix");
}

/// What a flake imports is no fixture that is there to be wrong, wherever it lies.
#[test]
fn broken_tests_are_told_where_a_flake_imports_them() {
    let flake = b"{\n  outputs = { self }: { checks = import ./nix/tests { }; };\n}\n";
    let folder = tree(&[
        ("flake.nix", flake),
        ("nix/tests/default.nix", b"{ }: { all = import ./image-tests.nix; }\n"),
        ("nix/tests/image-tests.nix", b"{ a.b = 1; a = { b = 2; }; }\n"),
        ("nix/tests/bad/one.nix", b"{ a = ; }\n"),
    ]);
    let output = run(&["check", "--quiet", "--select", "FA0"], folder.path());
    assert_eq!(stdout(&output), "nix/tests/image-tests.nix:1:18: error[FA006] `b` is defined twice\n");
}

/// An input that only another project reads, which takes this one by the repository's address.
#[test]
fn what_one_repository_holds_belongs_together() {
    let base = "{ inputs.tool.url = \"github:a/tool\"; inputs.u.url = \"github:a/u\"; outputs = { u, ... }: { lib = u.lib; }; }";
    let app = "{ inputs.w.url = \"git+ssh://git@example.org/mono?dir=base\"; inputs.tool.follows = \"w/tool\"; outputs = { w, tool, ... }: { lib = [ w tool ]; }; }";
    let folder = tree(&[("app/flake.nix", app.as_bytes()), ("base/flake.nix", base.as_bytes())]);
    let unused = || {
        let output = run(&["check", "--select", "FA506", "--no-cache", "--format", "rdjsonl"], folder.path());
        stdout(&output).matches("FA506").count() > 0
    };
    assert!(unused(), "directories beside each other are projects by themselves");
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "--all"]);
    assert!(!unused());
}
