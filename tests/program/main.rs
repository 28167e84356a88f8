//! The program from outside: arguments and trees in, bytes and exit codes out.

mod adopt;
mod advice;
mod bad_input;
mod cache;
mod determinism;
mod evaluator;
mod fix;
mod flakes;
mod formats;
mod hosts;
mod imports;
mod inputs;
mod page;
mod reach;
mod readme;
mod split;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The small flakes that were written for these tests.
pub(crate) const FLAKES: [&str; 6] = ["broken", "large", "monorepo", "parts", "plain", "utils"];

pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// One of [`FLAKES`].
pub(crate) fn flake(name: &str) -> PathBuf {
    root().join("tests/flakes").join(name)
}

/// The program, without what the environment says of colours.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flake-audit"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(arguments: &[&str], directory: &Path) -> Output {
    program().args(arguments).current_dir(directory).output().expect("the program starts")
}

/// Standard output of a run that must succeed.
pub(crate) fn told(arguments: &[&str], directory: &Path) -> String {
    let output = run(arguments, directory);
    assert!(output.status.success(), "{arguments:?}: {}", stderr(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

pub(crate) fn json(directory: &Path) -> Value {
    serde_json::from_str(&told(&["--format", "json"], directory)).expect("JSON")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with these files.
pub(crate) fn tree(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, bytes).expect("written");
    }
    folder
}

#[test]
fn the_list_is_the_folder() {
    let entries = std::fs::read_dir(root().join("tests/flakes")).expect("a folder");
    let mut names: Vec<_> = entries.map(|e| e.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    assert_eq!(names, FLAKES);
}
