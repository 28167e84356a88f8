//! `split`: what is shown, what is written, what is left alone, and that a second run has nothing to do.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::{json, run, stderr, stdout, tree};

/// A flake with three long scripts; one of them nobody reads.
fn flake() -> String {
    let script = |name: &str| {
        let lines: Vec<String> = (0..120).map(|n| format!("        echo {name} {n}")).collect();
        format!("      # About {name}.\n      {name} = mk \"{name}\" ''\n{}\n      '';\n", lines.join("\n"))
    };
    let (build, test, dead) = (script("build"), script("test"), script("dead"));
    format!(
        "{{\n  outputs = {{ self }}:\n    let\n      mk = name: script: derivation {{\n        inherit name script;\n        \
         system = \"x86_64-linux\";\n        builder = \"/bin/sh\";\n      }};\n{build}{test}{dead}    in\n    {{\n      \
         packages.x86_64-linux = {{ inherit build test; }};\n      devShells.x86_64-linux.default = build;\n    }};\n}}\n"
    )
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]);
    let output = git.args(arguments).current_dir(folder).output().expect("git starts");
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    stdout(&output)
}

fn outputs(folder: &Path) -> Vec<String> {
    let report = json(folder);
    let all = report["flakes"][0]["outputs"].as_array().cloned().unwrap_or_default();
    all.iter()
        .map(|output| format!("{} {} {}", output["kind"], output["name"], output["systems"]))
        .collect()
}

#[test]
fn a_split_is_shown_then_written_and_a_second_one_has_nothing_to_do() {
    let text = flake();
    let folder = tree(&[("flake.nix", text.as_bytes())]);
    let names = outputs(folder.path());
    let shown = run(&["split"], folder.path());
    assert_eq!(shown.status.code(), Some(0), "{}", stderr(&shown));
    assert!(stdout(&shown).contains("--- a/flake.nix\n"), "{}", stdout(&shown));
    assert!(stderr(&shown).contains("proven: nothing changes"), "{}", stderr(&shown));
    assert_eq!(fs::read_to_string(folder.path().join("flake.nix")).unwrap(), text);
    let written = run(&["split", "--write"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    let after = fs::read_to_string(folder.path().join("flake.nix")).unwrap();
    assert!(after.lines().count() < 60 && !after.contains("dead"), "{after}");
    assert_eq!(outputs(folder.path()), names);
    let again = run(&["split"], folder.path());
    assert_eq!((stdout(&again), again.status.code()), (String::new(), Some(0)), "{}", stderr(&again));
}

#[test]
fn a_tree_with_changes_is_left_alone_and_new_files_are_made_visible() {
    let text = flake();
    let folder = tree(&[("flake.nix", text.as_bytes())]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    let dirty = run(&["split", "--write"], folder.path());
    assert_eq!(dirty.status.code(), Some(2));
    assert!(stderr(&dirty).contains("not committed"), "{}", stderr(&dirty));
    assert_eq!(fs::read_to_string(folder.path().join("flake.nix")).unwrap(), text);
    git(folder.path(), &["commit", "--quiet", "-m", "first"]);
    let written = run(&["split", "--write"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    let status = git(folder.path(), &["status", "--porcelain"]);
    assert!(status.contains(" M flake.nix") && status.contains(" A ") && !status.contains("??"), "{status}");
}
