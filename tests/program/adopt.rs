//! Adopting late: a comparison with a revision, the baseline, the ratchet, contracts, a project's own rules, `init`.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{json, run, stderr, stdout, tree};

const FLAKE: &str = "{\n  description = \"x\";\n  outputs = { self }: {\n    lib = 1;\n  };\n}\n";
/// `FA710` at `old`.
const UNUSED: &str = "{\n  outputs = { self }:\n    let\n      old = 1;\n    in\n    {\n      lib = 1;\n    };\n}\n";
/// `FA710` at `old`, further down, and at `new`.
const MORE: &str = "{\n  description = \"x\";\n\n  outputs = { self }:\n    let\n      new = 2;\n      old = 1;\n    in\n    {\n      \
                    lib = 1;\n    };\n}\n";

/// Runs git without anybody's settings.
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"])
        .args(["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .expect("git starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(folder: &Path) {
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "a"]);
}

fn repository(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tree(files);
    git(folder.path(), &["init", "--quiet"]);
    commit(folder.path());
    folder
}

fn check(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = run(&[&["check", "--quiet"], arguments].concat(), folder);
    (output.status.code(), stdout(&output), stderr(&output))
}

fn compared(folder: &Path, revision: &str) -> Value {
    let output = run(&["report", "--format", "json", "--compare", revision], folder);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["comparison"].clone()
}

#[test]
fn a_branch_answers_for_what_it_brought() {
    let folder = repository(&[("flake.nix", UNUSED.as_bytes())]);
    assert_eq!(check(folder.path(), &[]).0, Some(1));
    assert_eq!(check(folder.path(), &["--compare", "HEAD"]), (Some(0), String::new(), String::new()));
    git(folder.path(), &["checkout", "--quiet", "-b", "topic"]);
    fs::write(folder.path().join("flake.nix"), MORE).unwrap();
    // Committed or not, it is the working tree that is judged.
    for _ in 0..2 {
        let (code, found, _) = check(folder.path(), &["--compare", "main"]);
        assert_eq!(code, Some(1));
        assert_eq!(found, "flake.nix:6:7: warning[FA710] `new` is never used\n");
        git(folder.path(), &["add", "--all"]);
    }
    commit(folder.path());
    let comparison = compared(folder.path(), "main");
    assert_eq!((comparison["stayed"].as_u64(), comparison["merge_base"].as_bool()), (Some(1), Some(false)));
    assert_eq!(comparison["new"].as_array().map(Vec::len), Some(1));
    let metric = comparison["metrics"].as_array().and_then(|all| all.iter().find(|m| m["metric"] == "flake-lines"));
    let metric = metric.expect("more lines");
    assert_eq!((metric["before"].as_u64(), metric["after"].as_u64()), (Some(9), Some(12)));
    assert_eq!(metric["better"], Value::Bool(false));
}

#[test]
fn what_happened_on_the_other_branch_is_not_ours() {
    let folder = repository(&[("flake.nix", UNUSED.as_bytes())]);
    git(folder.path(), &["checkout", "--quiet", "-b", "topic"]);
    fs::write(folder.path().join("a.nix"), "{ }\n").unwrap();
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "main"]);
    fs::write(folder.path().join("flake.nix"), FLAKE).unwrap();
    commit(folder.path());
    git(folder.path(), &["checkout", "--quiet", "topic"]);
    let comparison = compared(folder.path(), "main");
    assert_eq!(comparison["merge_base"], Value::Bool(true));
    assert_eq!(comparison["stayed"].as_u64(), Some(1), "{comparison}");
    // With two dots it is the branch itself, which has mended it.
    let exact = compared(folder.path(), "main..");
    assert_eq!(exact["merge_base"], Value::Bool(false));
    assert_eq!(exact["stayed"].as_u64(), Some(0), "{exact}");
}

#[test]
fn a_renamed_file_and_a_subdirectory_are_followed() {
    let text = "{ a }:\nlet\n  old = 1;\n  b = 2;\nin\nb\n";
    let folder = repository(&[("sub/flake.nix", FLAKE.as_bytes()), ("sub/a.nix", text.as_bytes())]);
    let sub = folder.path().join("sub");
    fs::rename(sub.join("a.nix"), sub.join("c.nix")).unwrap();
    let (code, found, errors) = check(&sub, &["--fail-on", "note", "--compare", "HEAD"]);
    assert_eq!((code, found.as_str()), (Some(0), ""), "{errors}");
    let (code, found, _) = check(&sub, &["--fail-on", "note"]);
    assert!(code == Some(1) && found.contains("c.nix:3:3"), "{found}");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_nobody_named_is_no_link_out_of_the_tree() {
    let outside = tree(&[("c.toml", b"fail-on = \"note\"\n")]);
    let folder = tree(&[("flake.nix", FLAKE.as_bytes()), ("inside.toml", b"fail-on = \"note\"\n")]);
    let link = folder.path().join("flake-audit.toml");
    std::os::unix::fs::symlink(outside.path().join("c.toml"), &link).unwrap();
    let (code, _, errors) = check(folder.path(), &[]);
    assert!(code == Some(2) && errors.contains("leads out of the tree"), "{errors}");
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("inside.toml", &link).unwrap();
    assert_ne!(check(folder.path(), &[]).0, Some(2));
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = repository(&[("flake.nix", FLAKE.as_bytes())]);
    for (revision, wanted) in [
        ("nothing", "git knows no such commit"),
        ("", "git knows no such commit"),
        ("--output=x", "git knows no such commit"),
        ("HEAD:flake.nix", "git knows no such commit"),
    ] {
        let (code, _, errors) = check(folder.path(), &[&format!("--compare={revision}")]);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains(wanted), "{errors}");
    }
    git(folder.path(), &["checkout", "--quiet", "--orphan", "other"]);
    // Within one second, the same tree would be the same commit.
    fs::write(folder.path().join("other.txt"), "another root\n").unwrap();
    commit(folder.path());
    let (code, _, errors) = check(folder.path(), &["--compare", "main"]);
    assert!(code == Some(2) && errors.contains("no common commit") && errors.contains("`main..`"), "{errors}");
    assert_eq!(check(folder.path(), &["--compare", "main.."]).0, Some(0));
    let outside = tree(&[("flake.nix", FLAKE.as_bytes())]);
    let (code, _, errors) = check(outside.path(), &["--compare", "HEAD"]);
    assert!(code == Some(2) && errors.contains("not in a git repository"), "{errors}");
}

#[cfg(unix)]
#[test]
fn nothing_that_a_repository_configures_is_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = repository(&[("flake.nix", UNUSED.as_bytes()), (".gitattributes", b"*.nix filter=x diff=x\n")]);
    let trap = folder.path().join(".git/trap");
    fs::write(&trap, format!("#!/bin/sh\ntouch {}\ncat\n", folder.path().join("sprung").display())).unwrap();
    fs::set_permissions(&trap, fs::Permissions::from_mode(0o755)).unwrap();
    let trap = trap.display().to_string();
    for key in [
        "core.fsmonitor",
        "filter.x.smudge",
        "filter.x.clean",
        "diff.x.textconv",
        "diff.external",
        "core.pager",
        "core.sshCommand",
        "core.alternateRefsCommand",
    ] {
        git(folder.path(), &["config", key, &trap]);
    }
    git(folder.path(), &["config", "core.hooksPath", ".git"]);
    let _ = fs::remove_file(folder.path().join("sprung"));
    assert_eq!(check(folder.path(), &["--compare", "HEAD"]).0, Some(0));
    assert!(!folder.path().join("sprung").exists());
}

#[test]
fn a_baseline_lets_pass_what_was_there() {
    let folder = tree(&[("flake.nix", UNUSED.as_bytes())]);
    let written = run(&["baseline"], folder.path());
    assert!(written.status.success(), "{}", stderr(&written));
    let baseline = fs::read_to_string(folder.path().join("flake-audit-baseline.json")).unwrap();
    assert!(baseline.contains("\"flake.nix\"") && baseline.contains("\"FA710\""), "{baseline}");
    assert!(!baseline.contains("line"), "{baseline}");
    assert_eq!(check(folder.path(), &[]), (Some(0), String::new(), String::new()));
    // The report hides nothing.
    assert!(json(folder.path())["findings"].as_array().is_some_and(|all| !all.is_empty()));
    fs::write(folder.path().join("flake.nix"), MORE).unwrap();
    let (code, found, _) = check(folder.path(), &[]);
    assert_eq!((code, found.as_str()), (Some(1), "flake.nix:6:7: warning[FA710] `new` is never used\n"));
    let again = run(&["baseline"], folder.path());
    assert!(again.status.code() == Some(2) && stderr(&again).contains("--force"), "{}", stderr(&again));
    fs::write(folder.path().join("flake.nix"), FLAKE).unwrap();
    let output = run(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("1 in the baseline, 0 found"), "{}", stderr(&output));
    // What fails and is no finding is said with --quiet too.
    assert!(check(folder.path(), &[]).2.contains("1 in the baseline, 0 found"));
    // A part of the tree says nothing about the rest.
    assert_eq!(check(folder.path(), &["--select", "FA101"]).0, Some(0));
    let pruned = run(&["baseline", "--prune"], folder.path());
    assert!(stdout(&pruned).contains("0 findings in"), "{}", stdout(&pruned));
    assert_eq!(check(folder.path(), &[]).0, Some(0));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn a_file_that_did_not_parse_when_it_was_adopted_fails_nothing() {
    let folder = repository(&[("flake.nix", FLAKE.as_bytes()), ("old.nix", b"{ a = ; }\n")]);
    assert_eq!(check(folder.path(), &[]).0, Some(1));
    assert_eq!(run(&["baseline"], folder.path()).status.code(), Some(0));
    let output = run(&["check"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("1 file does not parse, as before"), "{}", stderr(&output));
    // The same against a commit.
    fs::remove_file(folder.path().join("flake-audit-baseline.json")).expect("removed");
    assert_eq!(check(folder.path(), &["--compare", "HEAD"]).0, Some(0));
    // Another one is new, and without its finding it is still not read.
    fs::write(folder.path().join("new.nix"), "{ b = ; }\n").expect("written");
    assert_eq!(check(folder.path(), &["--compare", "HEAD"]).0, Some(1));
    assert_eq!(check(folder.path(), &["--compare", "HEAD", "--ignore", "FA001"]).0, Some(3));
}

#[test]
fn a_baseline_that_is_wrong_stops_the_run() {
    for (bytes, wanted) in [
        (&b"{"[..], "flake-audit-baseline.json:1:"),
        (b"\xff\xfe", "UTF-8"),
        (b"{\"version\": 9}", "version 9"),
        (b"{\"version\": 1, \"x\": 1}", "unknown field"),
    ] {
        let folder = tree(&[("flake.nix", FLAKE.as_bytes()), ("flake-audit-baseline.json", bytes)]);
        let (code, _, errors) = check(folder.path(), &[]);
        assert!(code == Some(2) && errors.contains(wanted), "{errors}");
    }
    let folder = tree(&[("flake.nix", FLAKE.as_bytes()), ("flake-audit-baseline.json/x", b"")]);
    assert_eq!(check(folder.path(), &[]).0, Some(2));
    assert_eq!(check(folder.path(), &["--baseline", "missing.json"]).0, Some(2));
}

#[test]
fn a_ratchet_goes_one_way() {
    let config = "[ratchet]\nmetrics = [\"flake-lines\"]\n";
    let folder = tree(&[("flake.nix", FLAKE.as_bytes()), ("flake-audit.toml", config.as_bytes())]);
    let (code, found, _) = check(folder.path(), &[]);
    assert!(code == Some(1) && found.contains("no number is recorded for lines of flake.nix"), "{found}");
    assert!(run(&["baseline", "--ratchet"], folder.path()).status.success());
    assert_eq!(check(folder.path(), &[]).0, Some(0));
    fs::write(folder.path().join("flake.nix"), format!("{FLAKE}# one more\n")).unwrap();
    let (code, found, _) = check(folder.path(), &[]);
    assert!(code == Some(1) && found.contains("lines of flake.nix: 7, and 6 are recorded"), "{found}");
    let kept = run(&["baseline", "--ratchet"], folder.path());
    assert!(kept.status.code() == Some(1) && stdout(&kept).contains("6 → 7"), "{}", stdout(&kept));
    assert_eq!(check(folder.path(), &[]).0, Some(1));
    assert!(run(&["baseline", "--ratchet", "--force"], folder.path()).status.success());
    assert_eq!(check(folder.path(), &[]).0, Some(0));
}

#[test]
fn contracts_hold_between_paths_concerns_and_inputs() {
    let flake = "{\n  inputs.devenv.url = \"github:a/devenv\";\n  outputs = { self, devenv }: {\n    packages.x.a = import \
                 ./pkgs/a.nix { inherit devenv; };\n    packages.x.b = devenv.lib.b;\n    devShells.x.a = devenv.lib.a;\n  \
                 };\n}\n";
    let config = r#"
[[contract]]
name = "shells alone use devenv"
kind = "forbidden"
from = ["concern:*"]
to = ["input:devenv"]
except = ["concern:dev shells"]

[[contract]]
name = "layers"
kind = "layers"
layers = ["hosts/**", ["pkgs/**"]]

[[contract]]
name = "hosts stand alone"
kind = "independent"
parts = ["hosts/one.nix", "hosts/two.nix"]
"#;
    let folder = tree(&[
        ("flake.nix", flake.as_bytes()),
        ("flake-audit.toml", config.as_bytes()),
        ("pkgs/a.nix", b"{ devenv }: import ../hosts/one.nix\n"),
        ("hosts/one.nix", b"import ./shared.nix\n"),
        ("hosts/shared.nix", b"import ./two.nix\n"),
        ("hosts/two.nix", b"{ }\n"),
    ]);
    let (code, found, errors) = check(folder.path(), &["--select", "FA095"]);
    assert_eq!(code, Some(1), "{errors}");
    let expected = [
        "`packages` must not reach `inputs.devenv`",
        "`pkgs/a.nix` must not reach `hosts/one.nix` (contract `layers`)",
        "`hosts/one.nix` must not reach `hosts/two.nix` on a way of several imports (contract `hosts stand alone`)",
    ];
    assert!(expected.iter().all(|line| found.contains(line)), "{found}");
    assert!(!found.contains("`dev shells` must not"), "{found}");
}

#[test]
fn contracts_that_are_wrong_are_told_at_their_place() {
    for (config, wanted) in [
        ("[[contract]]\nname = \"a\"\n", "no `kind`"),
        ("[[contract]]\nname = \"a\"\nkind = \"layer\"\n", "did you mean `layers`"),
        ("[[contract]]\nname = \"a\"\nkind = \"layers\"\nlayers = [\"a\"]\n", "from 2 to 200 layers"),
        ("[[contract]]\nname = \"a\"\nkind = \"forbidden\"\nfrom = [\"a[\"]\nto = [\"b\"]\n", "no glob"),
        ("[[contract]]\nname = \"a\"\nkind = \"forbidden\"\nfrom = [\"input:x\"]\nto = [\"b\"]\n", "reaches nothing"),
        ("[[contract]]\nname = \"a\"\nkind = \"independent\"\nparts = [\"a\", \"b\"]\nform = 1\n", "unknown key"),
        ("contract = 1\n", "a list of tables"),
        ("[ratchet]\nmetrics = [\"flake-line\"]\n", "did you mean `flake-lines`"),
        ("[ratchet]\ncoupling = [[\"a\"]]\n", "a pair is two concerns"),
    ] {
        let folder = tree(&[("flake.nix", FLAKE.as_bytes()), ("flake-audit.toml", config.as_bytes())]);
        let (code, _, errors) = check(folder.path(), &[]);
        assert_eq!(code, Some(2), "{config}: {errors}");
        assert!(errors.contains(wanted) && errors.contains("flake-audit.toml:"), "{config}: {errors}");
    }
}

const RULE: &str = "+++\ncode = \"XY01\"\nid = \"no-lines\"\ntitle = \"a long file\"\nlevel = \"warning\"\nconfidence = \
                    \"high\"\ndefault = true\nsince = \"1\"\nfor = \"file\"\nat = \"head\"\nwhen = \"file.lines > 8\"\n\
                    message = \"this file has {file.lines} lines\"\n+++\nSmall files.\n";

#[test]
fn a_project_has_rules_of_its_own() {
    let bad = format!("{RULE}\n```nix bad\n{{\n^ this file has 9 lines\n{}}}\n```\n", "\n".repeat(7));
    let folder = tree(&[("flake.nix", UNUSED.as_bytes()), (".flake-audit/rules/no-lines.md", bad.as_bytes())]);
    let (_, found, errors) = check(folder.path(), &["--select", "XY01"]);
    assert_eq!(found, "flake.nix:1:1: warning[XY01] this file has 9 lines\n", "{errors}");
    let tested = run(&["rules", "test"], folder.path());
    assert_eq!(tested.status.code(), Some(0), "{}{}", stdout(&tested), stderr(&tested));
    let wrong = bad.replace("has 9 lines", "has 10 lines");
    fs::write(folder.path().join(".flake-audit/rules/no-lines.md"), wrong).unwrap();
    let tested = run(&["rules", "test"], folder.path());
    assert_eq!(tested.status.code(), Some(1));
    assert!(stdout(&tested).contains("not found:  flake.nix:1:1-2: this file has 10 lines"), "{}", stdout(&tested));
}

#[test]
fn a_rule_that_is_wrong_is_told_at_its_place() {
    let deep = format!("{}true{}", "(".repeat(500), ")".repeat(500));
    let long = format!("file.lines > 1{}", " || file.lines > 1".repeat(200));
    for (text, wanted) in [
        (RULE.replace("XY01", "FA01"), "no-lines.md:2:8"),
        (RULE.replace("XY01", "FA101"), "the program's own"),
        (RULE.replace("no-lines", "no-line"), "must be called `no-line.md`"),
        (RULE.replace("file.lines > 8", "file.line > 8"), "did you mean `file.lines`"),
        (RULE.replace("file.lines > 8", &deep), "brackets nest deeper"),
        (RULE.replace("file.lines > 8", &long), "at most 1,024 bytes"),
        (RULE.replace("+++", "---"), "starts with TOML"),
        (format!("{RULE}{}", " ".repeat(300 << 10)), "at most 256 KiB"),
    ] {
        let folder = tree(&[("flake.nix", FLAKE.as_bytes()), (".flake-audit/rules/no-lines.md", text.as_bytes())]);
        let (code, _, errors) = check(folder.path(), &[]);
        assert!(code == Some(2) && errors.contains(wanted), "{wanted}: {errors}");
    }
}

#[test]
fn init_writes_a_configuration_that_is_read() {
    let folder = tree(&[("flake.nix", UNUSED.as_bytes()), ("pkgs/a.nix", b"{ }\n"), ("hosts/a.nix", b"{ }\n")]);
    let path = folder.path().join("flake-audit.toml");
    let output = run(&["init"], folder.path());
    assert!(output.status.success(), "{}", stderr(&output));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("FA710 unused-binding") && text.contains("\"hosts/**\", \"pkgs/**\""), "{text}");
    // What is commented out is right as well, once the comment is gone.
    let keys = text.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| {
        line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(char::is_alphanumeric))
    });
    let live = text.lines().filter(|line| !line.starts_with('#')).chain(keys).collect::<Vec<_>>().join("\n");
    assert_ne!(check(folder.path(), &[]).0, Some(2));
    let again = run(&["init"], folder.path());
    assert!(again.status.code() == Some(2) && stderr(&again).contains("--force"), "{}", stderr(&again));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert!(run(&["init", "--force"], folder.path()).status.success());
    fs::write(&path, &live).unwrap();
    let (code, _, errors) = check(folder.path(), &[]);
    assert_ne!(code, Some(2), "{live}\n{errors}");
}

#[test]
fn a_baseline_that_names_an_orphan_does_not_read_it() {
    let flake = b"{\n  outputs = { self }: { lib = import ./lib/a.nix; };\n}\n";
    let folder = tree(&[("flake.nix", flake), ("lib/a.nix", b"1\n"), ("lib/forgotten.nix", b"2\n")]);
    let orphan = "lib/forgotten.nix:1:1: warning[FA701] nothing reads `lib/forgotten.nix` (1 line)\n";
    assert_eq!(check(folder.path(), &[]).1, orphan);
    for (write, read) in
        [(&["baseline"][..], &[][..]), (&["baseline", "--baseline", "known.json"], &["--baseline", "known.json"])]
    {
        assert!(run(write, folder.path()).status.success());
        assert_eq!(check(folder.path(), read), (Some(0), String::new(), String::new()));
    }
}
