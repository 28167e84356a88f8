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

/// The flake in a git work tree, committed.
fn committed() -> tempfile::TempDir {
    let folder = tree(&[("flake.nix", flake().as_bytes())]);
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["config", "user.name", "a"]);
    git(folder.path(), &["config", "user.email", "a@example.org"]);
    git(folder.path(), &["config", "commit.gpgsign", "false"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "first"]);
    folder
}

#[test]
fn with_commits_every_step_is_one_and_the_tree_is_clean() {
    let folder = committed();
    let names = outputs(folder.path());
    let written = run(&["split", "--write", "--commit"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    let steps = stderr(&written).matches("proven: nothing changes").count();
    let log = git(folder.path(), &["log", "--format=%s"]);
    assert!(steps > 1, "{}", stderr(&written));
    assert_eq!(log.lines().count(), steps + 1, "{log}");
    assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
    assert_eq!(outputs(folder.path()), names);
    // Each commit is whole: it holds the files that its flake.nix imports.
    for revision in git(folder.path(), &["log", "--format=%H"]).lines() {
        git(folder.path(), &["checkout", "--quiet", revision]);
        assert_eq!(outputs(folder.path()), names, "{revision}");
    }
}

#[test]
fn one_step_can_be_chosen_by_number_and_by_name() {
    let count = |arguments: &[&str]| {
        let folder = tree(&[("flake.nix", flake().as_bytes())]);
        let written = run(&[&["split", "--write"], arguments].concat(), folder.path());
        assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
        let text = fs::read_to_string(folder.path().join("flake.nix")).unwrap();
        (stderr(&written).matches("proven: nothing changes").count(), text)
    };
    let (all, _) = count(&[]);
    assert!(all > 1);
    let (one, text) = count(&["--step", "1"]);
    assert!(one == 1 && !text.contains("echo dead") && text.contains("echo build"), "{text}");
    let (none, text) = count(&["--step", "99"]);
    assert_eq!((none, text), (0, flake()));
    let (named, text) = count(&["--only", "nothing reaches"]);
    assert!(named == 1 && !text.contains("echo dead") && text.contains("echo build"), "{text}");
    let (none, text) = count(&["--only", "no such concern"]);
    assert_eq!((none, text), (0, flake()));
}

#[test]
fn new_files_go_where_they_are_sent() {
    let folder = tree(&[("flake.nix", flake().as_bytes())]);
    let names = outputs(folder.path());
    let written = run(&["split", "--write", "--to", "parts/of/it"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert!(folder.path().join("parts/of/it").is_dir() && !folder.path().join("nix").exists());
    assert!(fs::read_to_string(folder.path().join("flake.nix")).unwrap().contains("import ./parts/of/it"));
    assert_eq!(outputs(folder.path()), names);
    let outside = tree(&[("flake.nix", flake().as_bytes())]);
    let refused = run(&["split", "--write", "--to", "../elsewhere", "--only", "move"], outside.path());
    assert!(stderr(&refused).contains("refused"), "{}", stderr(&refused));
    assert_eq!(fs::read_to_string(outside.path().join("flake.nix")).unwrap(), flake());
}

/// A flake whose verdict is to keep it: one script, and little else.
fn small() -> String {
    let lines: Vec<String> = (0..60).map(|n| format!("        echo {n}")).collect();
    format!(
        "{{\n  outputs = {{ self }}:\n    let\n      build = builtins.toFile \"build\" ''\n{}\n      '';\n    in\n    {{\n      \
         lib.build = build;\n      lib.again = build;\n    }};\n}}\n",
        lines.join("\n")
    )
}

#[test]
fn what_is_kept_is_said_and_divided_only_when_asked() {
    let folder = tree(&[("flake.nix", small().as_bytes())]);
    let kept = run(&["split"], folder.path());
    assert_eq!((stdout(&kept), kept.status.code()), (String::new(), Some(0)));
    assert!(stderr(&kept).contains("--anyway"), "{}", stderr(&kept));
    let divided = run(&["split", "--write", "--anyway"], folder.path());
    assert!(stderr(&divided).contains("proven: nothing changes"), "{}", stderr(&divided));
    assert!(!fs::read_to_string(folder.path().join("flake.nix")).unwrap().contains("echo 7"));
}

/// New files stay out of folders that code reads as a whole.
#[test]
fn a_folder_that_is_listed_gets_no_new_file() {
    let text = flake()
        .replace("packages.x86_64-linux = {", "lib.all = builtins.readDir ./nix;\n      packages.x86_64-linux = {");
    let folder = tree(&[("flake.nix", text.as_bytes()), ("nix/one.nix", b"{ }")]);
    let written = run(&["split", "--write"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    assert!(!stderr(&written).contains("refused"), "{}", stderr(&written));
    let there: Vec<_> = fs::read_dir(folder.path().join("nix")).unwrap().filter_map(Result::ok).collect();
    assert_eq!(there.len(), 1);
    assert!(folder.path().join("flake").is_dir());
    let again = run(&["split"], folder.path());
    assert_eq!(stdout(&again), "");
}
