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
    let folder = tree(&[("flake.nix", flake().as_bytes())]);
    let said = stderr(&run(&["split", "--step", "99"], folder.path()));
    assert!(said.contains("no step of the plan is the one asked for") && said.contains("\n  step 2: "), "{said}");
    let said = stderr(&run(&["split", "--step", "2", "--to", "elsewhere"], folder.path()));
    assert!(said.contains("to elsewhere/lib/build.nix"), "{said}");
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

/// The flake with two long bindings that are the same but for one text.
fn copies() -> String {
    let lines = |name: &str| {
        let line = |n| format!("        key{n} = join (mk \"{name}\" \"echo\") (mk \"item {n}\" \"echo\");\n");
        (0..20).map(line).collect::<String>()
    };
    let binding = |name: &str| format!("      {name} = made {{\n{}      }};\n", lines(name));
    let bound = format!(
        "      join = a: b: a.name + b.name;\n      made = keys: keys // {{ n = 1; }};\n{}{}    in\n",
        binding("first"),
        binding("second")
    );
    flake()
        .replace("    in\n", &bound)
        .replace("packages.x86", "lib = { inherit first second; };\n      packages.x86")
}

#[test]
fn copies_become_calls_of_one_function() {
    let folder = tree(&[("flake.nix", copies().as_bytes())]);
    let names = outputs(folder.path());
    let written = run(&["split", "--write"], folder.path());
    assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
    let title = "make `first` and `second` calls of one function\n  proven: nothing changes";
    assert!(stderr(&written).contains(title), "{}", stderr(&written));
    let text = fs::read_to_string(folder.path().join("flake.nix")).unwrap();
    assert!(text.contains("first = import ./nix/") && text.contains("= \"second\";"), "{text}");
    assert_eq!(outputs(folder.path()), names);
    let again = run(&["split"], folder.path());
    assert_eq!((stdout(&again), again.status.code()), (String::new(), Some(0)), "{}", stderr(&again));
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

#[cfg(unix)]
mod kills {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;
    use std::process::Output;

    use super::*;

    fn script(path: &Path, text: &str) {
        fs::write(path, text).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("made a program");
    }

    fn real_git() -> PathBuf {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path)
            .map(|folder| folder.join("git"))
            .find(|git| git.is_file())
            .expect("git")
    }

    /// Runs a split whose `git` ends it as soon as it is asked for a word.
    fn killed_at(word: &str, arguments: &[&str], folder: &Path) -> Output {
        let bin = tempfile::tempdir().expect("a folder");
        let git = real_git();
        let text = format!(
            "#!/bin/sh\nfor one in \"$@\"; do [ \"$one\" = {word} ] && kill -9 $PPID && exit 1; done\nexec {} \"$@\"\n",
            git.display()
        );
        script(&bin.path().join("git"), &text);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(bin.path().to_owned()).chain(std::env::split_paths(&path));
        let mut split = Command::new(env!("CARGO_BIN_EXE_flake-audit"));
        split
            .arg("split")
            .args(arguments)
            .arg(folder)
            .env("PATH", std::env::join_paths(folders).expect("a path"));
        split.output().expect("it starts")
    }

    /// What a flake sees: the files that git knows, as they are on disk.
    fn seen(folder: &Path) -> Vec<(String, Option<String>)> {
        let files = git(folder, &["ls-files"]);
        files.lines().map(|path| (path.to_owned(), fs::read_to_string(folder.join(path)).ok())).collect()
    }

    #[test]
    fn a_kill_while_git_is_asked_leaves_a_flake_that_works_and_the_next_run_a_whole_tree() {
        let whole = committed();
        let written = run(&["split", "--write"], whole.path());
        assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
        let new = seen(whole.path());
        let once = committed();
        let names = outputs(once.path());
        for (word, arguments) in
            [("add", &["--write"][..]), ("add", &["--write", "--commit"]), ("commit", &["--write", "--commit"])]
        {
            let folder = committed();
            let ended = killed_at(word, arguments, folder.path());
            assert_eq!(ended.status.code(), None, "{word}: {}", stderr(&ended));
            // All that is imported is there, and known to git.
            let known = seen(folder.path());
            let flake = fs::read_to_string(folder.path().join("flake.nix")).unwrap();
            let imported = flake.match_indices("import ./").map(|(at, _)| &flake[at + 9..]);
            for path in imported.map(|rest| rest.split([' ', ')', ';', '\n']).next().unwrap_or_default()) {
                let path = path.trim_start_matches("./");
                let there = |one: &(String, Option<String>)| {
                    one.1.is_some() && (one.0 == path || one.0 == format!("{path}/default.nix"))
                };
                assert!(known.iter().any(there), "{word}: {path} of {known:?}");
            }
            assert_eq!(outputs(folder.path()), names);
            for command in [&["check"][..], &["report"], &["plan"], &["split"]] {
                let said = run(command, folder.path());
                assert!(stderr(&said).contains("flake-audit split --recover"), "{word}: {}", stderr(&said));
            }
            let again = run(&["split", "--write", "--allow-dirty"], folder.path());
            assert_eq!(again.status.code(), Some(0), "{word}: {}", stderr(&again));
            assert!(stderr(&again).contains("interrupted"), "{word}: {}", stderr(&again));
            assert_eq!(seen(folder.path()), new, "{word}");
        }
    }

    #[test]
    fn what_a_kill_left_is_put_back_on_demand_and_nothing_else_is_done() {
        let folder = committed();
        let old = seen(folder.path());
        assert_eq!(killed_at("add", &["--write"], folder.path()).status.code(), None);
        assert_ne!(git(folder.path(), &["status", "--porcelain"]), "");
        let back = run(&["split", "--recover"], folder.path());
        assert_eq!(back.status.code(), Some(0), "{}", stderr(&back));
        assert!(stderr(&back).contains("its tree is whole again"), "{}", stderr(&back));
        assert_eq!((seen(folder.path()), git(folder.path(), &["status", "--porcelain"])), (old, String::new()));
        let none = run(&["split", "--recover"], folder.path());
        assert_eq!(none.status.code(), Some(0));
        assert!(stderr(&none).contains("no split was interrupted"), "{}", stderr(&none));
        assert!(!stderr(&run(&["check"], folder.path())).contains("--recover"));
    }

    #[test]
    fn a_commit_that_is_refused_leaves_the_tree_as_it_was() {
        let folder = committed();
        fs::create_dir_all(folder.path().join(".git/hooks")).unwrap();
        script(&folder.path().join(".git/hooks/pre-commit"), "#!/bin/sh\necho no such commit >&2\nexit 1\n");
        let refused = run(&["split", "--write", "--commit"], folder.path());
        assert_ne!(refused.status.code(), Some(0));
        assert!(stderr(&refused).contains("no such commit"), "{}", stderr(&refused));
        assert_eq!(fs::read_to_string(folder.path().join("flake.nix")).unwrap(), flake());
        assert_eq!(git(folder.path(), &["status", "--porcelain"]), "");
    }
}
