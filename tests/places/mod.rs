//! Where it runs: formats as their consumers' schemas have them, SARIF as code scanning takes it, hooks as
//! pre-commit and prek run them, the action step by step, the Nix code of our own.

mod formats;
mod hooks;
mod nix;
mod sarif;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A program of the Python environment that `tests/run.sh` makes (`FLAKE_AUDIT_PYTHON_TOOLS` names another).
pub(crate) fn python_tool(name: &str) -> PathBuf {
    let folder = std::env::var_os("FLAKE_AUDIT_PYTHON_TOOLS");
    let folder = folder.map_or_else(|| root().join("target/tools/python/bin"), PathBuf::from);
    let path = folder.join(name);
    assert!(path.exists(), "no {name} at {}; see tests/run.sh", path.display());
    path
}

/// The program that is tested; `FLAKE_AUDIT_BINARY` names another build of it.
pub(crate) fn flake_audit() -> PathBuf {
    std::env::var_os("FLAKE_AUDIT_BINARY").map_or_else(|| env!("CARGO_BIN_EXE_flake-audit").into(), PathBuf::from)
}

/// Runs a command in a folder; gives whether it succeeded, and all that it said.
pub(crate) fn run(command: &mut Command, folder: &Path) -> (bool, String) {
    let Output { status, stdout, stderr } = command
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; see tests/run.sh"));
    (status.success(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

/// Runs a command that must succeed.
pub(crate) fn done(command: &mut Command, folder: &Path) -> String {
    let (good, said) = run(command, folder);
    assert!(good, "{command:?}: {said}");
    said
}

/// `git` that asks nobody who is committing.
pub(crate) fn git(arguments: &[&str], folder: &Path) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"]);
    done(git.args(arguments), folder)
}

/// A repository with these files, committed.
pub(crate) fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    git(&["init", "--quiet"], folder.path());
    git(&["add", "--all"], folder.path());
    git(&["commit", "--quiet", "--message", "start", "--allow-empty"], folder.path());
    folder
}

/// Writes a file and the folders above it.
pub(crate) fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    fs::write(path, text).expect("written");
}

#[test]
#[ignore = "needs Python's YAML: tests/run.sh"]
fn the_action_does_as_its_page_says() {
    let program = flake_audit();
    let folder = program.parent().expect("a folder");
    let mut python = Command::new(python_tool("python"));
    let said = done(python.arg("tests/places/action.py").arg(root()).arg(folder), &root());
    assert!(said.contains("the action does as its page says"), "{said}");
}

#[test]
#[ignore = "needs zizmor: tests/run.sh"]
fn zizmor_finds_nothing_in_the_workflows() {
    // Level and confidence are the default: what it is not sure of is not told.
    done(Command::new(python_tool("zizmor")).args(["--offline", "--quiet", "."]), &root());
}
