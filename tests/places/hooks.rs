//! The hooks as pre-commit and prek run them: from a fresh clone, and at a real commit.

use std::path::Path;
use std::process::Command;

use super::{flake_audit, git, python_tool, repository, root, run, write};

const BAD: &str = "{ outputs = _: { lib = ; }; }\n";
const GOOD: &str = "{ outputs = _: { lib = import ./lib.nix; }; }\n";

/// What is in this folder, as a repository of its own that a hook can be taken from.
fn fresh_clone() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let listed = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"], &root());
    // Cargo.lock stays behind: what a hook is built with need not be what it was tested with.
    let wanted = |path: &&str| !path.starts_with("tests/") && !path.is_empty() && *path != "Cargo.lock";
    for path in listed.split('\0').filter(wanted) {
        let to = folder.path().join(path);
        std::fs::create_dir_all(to.parent().expect("a parent")).expect("folders");
        if root().join(path).is_file() {
            std::fs::copy(root().join(path), to).expect("copied");
        }
    }
    git(&["init", "--quiet"], folder.path());
    git(&["add", "--all"], folder.path());
    git(&["commit", "--quiet", "--message", "hooks"], folder.path());
    folder
}

/// pre-commit or prek, with what it installs below `home`.
fn tool(name: &str, home: &Path) -> Command {
    let mut command = Command::new(python_tool(name));
    environment(&mut command, home);
    command
}

/// Both keep their things in `home`; what they build is quick to build, and built once.
fn environment(command: &mut Command, home: &Path) {
    let program = flake_audit().parent().expect("a folder").display().to_string();
    let tools = python_tool("pre-commit").parent().expect("a folder").display().to_string();
    let path = std::env::var("PATH").unwrap_or_default();
    command
        .env("PRE_COMMIT_HOME", home)
        .env("PREK_HOME", home)
        .env("PATH", format!("{program}:{tools}:{path}"));
    command.env("CARGO_TARGET_DIR", root().join("target/hooks"));
    for (key, value) in [("OPT_LEVEL", "0"), ("DEBUG", "0"), ("STRIP", "none")] {
        command.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
    }
    for key in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(key);
    }
}

/// A commit with all that is changed.
fn commit(folder: &Path, home: &Path) -> (bool, String) {
    git(&["add", "--all"], folder);
    let mut git = Command::new("git");
    git.args(["-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--message", "change"]);
    environment(&mut git, home);
    run(&mut git, folder)
}

fn config(repo: &str, hook: &str) -> String {
    format!("repos:\n  - repo: {repo}\n    rev: HEAD\n    hooks:\n      - id: {hook}\n")
}

#[test]
#[ignore = "needs pre-commit and prek: tests/run.sh"]
fn a_commit_is_refused_and_mended_goes_through() {
    let hooks = fresh_clone();
    let at = hooks.path().display().to_string();
    let revision = git(&["rev-parse", "HEAD"], hooks.path());
    for name in ["pre-commit", "prek"] {
        let home = tempfile::tempdir().expect("a folder");
        let manifest = hooks.path().join(".pre-commit-hooks.yaml");
        let (good, said) = run(tool(name, home.path()).arg("validate-manifest").arg(&manifest), hooks.path());
        assert!(good, "{name}: {said}");
        for hook in ["flake-audit", "flake-audit-files", "flake-audit-system", "flake-audit-files-system"] {
            let project = repository(&[("lib.nix", "{ }\n")]);
            let folder = project.path();
            write(folder, ".pre-commit-config.yaml", &config(&at, hook).replace("HEAD", revision.trim()));
            let (installed, said) = run(tool(name, home.path()).arg("install"), folder);
            assert!(installed, "{name} {hook}: {said}");

            write(folder, "flake.nix", BAD);
            let (good, said) = commit(folder, home.path());
            assert!(!good && said.contains("error[FA001]"), "{name} {hook} let it pass: {said}");
            write(folder, "flake.nix", GOOD);
            let (good, said) = commit(folder, home.path());
            assert!(good && said.contains("Passed"), "{name} {hook} refused: {said}");

            // What was wrong before is the whole repository's matter, not that of a change elsewhere.
            write(folder, "old.nix", BAD);
            git(&["add", "--all"], folder);
            git(&["commit", "--quiet", "--no-verify", "--message", "wrong"], folder);
            write(folder, "lib.nix", "{ a = 1; }\n");
            let (good, said) = commit(folder, home.path());
            assert_eq!(good, hook.contains("files"), "{name} {hook}: {said}");
        }
    }
}

/// With the program on the path: that it can be built from a clone is shown by the commit.
#[test]
#[ignore = "needs pre-commit and prek: tests/run.sh"]
fn the_hook_can_be_tried() {
    let hooks = fresh_clone();
    for name in ["pre-commit", "prek"] {
        let home = tempfile::tempdir().expect("a folder");
        let project = repository(&[("flake.nix", BAD)]);
        let mut tried = tool(name, home.path());
        tried.arg("try-repo").arg(hooks.path()).args(["flake-audit-system", "--all-files"]);
        let (good, said) = run(&mut tried, project.path());
        assert!(!good && said.contains("error[FA001]"), "{name}: {said}");
    }
}
