//! `check --fix` and `--diff`: what is written, what is left alone, and that a second run has nothing to do.

use std::fs;

use crate::{run, stderr, stdout, tree};

const BEFORE: &str =
    "{\n  # flake-audit: ignore[FA101]\n  outputs = { self }: {\n    lib = 1; # flake-audit: ignore[FA102]\n  };\n}\n";
const AFTER: &str = "{\n  outputs = { self }: {\n    lib = 1;\n  };\n}\n";

#[test]
fn a_fix_is_written_once() {
    let folder = tree(&[("flake.nix", BEFORE.as_bytes()), ("default.nix", b"{ }\r\n")]);
    let output = run(&["check", "--fix"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("fixed 2 findings in 1 file"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(folder.path().join("flake.nix")).unwrap(), AFTER);
    assert_eq!(fs::read(folder.path().join("default.nix")).unwrap(), b"{ }\r\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    let again = run(&["check", "--fix"], folder.path());
    assert!(stderr(&again).contains("fixed 0 findings in 0 files"), "{}", stderr(&again));
}

#[test]
fn a_diff_writes_nothing_and_says_so_by_its_exit_code() {
    let folder = tree(&[("flake.nix", BEFORE.as_bytes())]);
    let output = run(&["check", "--diff"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let shown = stdout(&output);
    assert!(shown.starts_with("--- a/flake.nix\n+++ b/flake.nix\n@@ "), "{shown}");
    assert!(shown.contains("\n-  # flake-audit: ignore[FA101]\n"), "{shown}");
    assert_eq!(fs::read_to_string(folder.path().join("flake.nix")).unwrap(), BEFORE);
    fs::write(folder.path().join("flake.nix"), AFTER).unwrap();
    let output = run(&["check", "--diff"], folder.path());
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()));
}

#[test]
fn only_selected_rules_are_fixed() {
    let folder = tree(&[("flake.nix", BEFORE.as_bytes())]);
    run(&["check", "--fix", "--select", "FA101"], folder.path());
    assert_eq!(fs::read_to_string(folder.path().join("flake.nix")).unwrap(), BEFORE);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_stays_whole() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tree(&[("sub/flake.nix", BEFORE.as_bytes())]);
    let sub = folder.path().join("sub");
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o555)).unwrap();
    let writable = fs::write(sub.join("probe"), "").is_ok();
    let output = run(&["check", "--fix"], folder.path());
    fs::set_permissions(&sub, fs::Permissions::from_mode(0o755)).unwrap();
    // Whoever may write everywhere (root) sees a fix.
    if !writable {
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("cannot write"), "{}", stderr(&output));
        assert_eq!(fs::read_to_string(sub.join("flake.nix")).unwrap(), BEFORE);
    }
}

/// A text before and after `check --fix` with more arguments.
fn fixed(before: &str, more: &[&str]) -> String {
    let folder = tree(&[("flake.nix", before.as_bytes())]);
    let arguments: Vec<&str> = ["check", "--fix"].iter().chain(more).copied().collect();
    run(&arguments, folder.path());
    let after = fs::read_to_string(folder.path().join("flake.nix")).expect("a file");
    let again = run(&arguments, folder.path());
    assert!(stderr(&again).contains("fixed 0 findings"), "{}", stderr(&again));
    after
}

#[test]
fn what_nothing_uses_goes_with_its_comments() {
    let before = "{\n  outputs = { self }:\n    let\n      # Kept.\n      a = 1;\n\n      # One.\n      # Two.\n      \
                  b = ''\n        # text\n      ''; # three\n      c = b;\n\n      # Not its own.\n\n      \
                  inherit (self) d e;\n    in\n    { lib = a + d; };\n}\n";
    let after = "{\n  outputs = { self }:\n    let\n      # Kept.\n      a = 1;\n\n      # Not its own.\n\n      \
                 inherit (self) d;\n    in\n    { lib = a + d; };\n}\n";
    assert_eq!(fixed(before, &[]), after);
}

#[test]
fn a_let_goes_with_its_last_binding() {
    for (before, after) in [
        (
            "{\n  outputs = { self }:\n    let\n      a = b;\n      b = a;\n    in\n    { };\n}\n",
            "{\n  outputs = { self }:\n    { };\n}\n",
        ),
        ("{ outputs = { self }: let a = 1; in { }; }\n", "{ outputs = { self }: { }; }\n"),
        (
            "{ outputs = { self }: let a = 1; b = 2; in { lib = b; }; }\n",
            "{ outputs = { self }: let b = 2; in { lib = b; }; }\n",
        ),
        (
            "{ outputs = { self }: let a.b = 1; a.c = 2; in with self; rec { lib = 1; }; }\n",
            "{ outputs = { self }: { lib = 1; }; }\n",
        ),
    ] {
        assert_eq!(fixed(before, &[]), after);
    }
}

#[test]
fn arguments_go_where_callers_may_pass_more() {
    let before = "{ outputs = { self }: { lib = { a, b ? 1, c, ... }@args: b; more = { a, b }: a; }; }\n";
    let after = "{ outputs = { self }: { lib = { b ? 1, ... }: b; more = { a, b }: a; }; }\n";
    assert_eq!(fixed(before, &[]), after);
}

#[test]
fn what_is_suppressed_keeps_what_it_uses() {
    let before =
        "{ outputs = { self }:\n  let\n    a = 1;\n    # flake-audit: ignore[FA710]\n    b = a;\n  in\n  { }; }\n";
    assert_eq!(fixed(before, &[]), before);
}

#[test]
fn a_file_that_would_not_parse_either_way_is_left_alone() {
    let before = "{\n  outputs = { self }: {\n    a = ''\n      sed \"s/'/''/g\"\n    '';\n    b = ];\n  };\n}\n";
    assert_eq!(fixed(before, &[]), before);
}
