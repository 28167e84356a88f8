//! Programs that `split` asks: `git` about the work tree, and with `--verify` the user's own `nix`. Arguments are
//! arrays, nothing goes through a shell.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::Error;

/// A program that is called in a directory.
fn run(program: &str, folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let failed = |reason: String| Error::Usage(format!("{program} {}: {reason}", arguments.first().unwrap_or(&"")));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = said.trim().lines().rev().take(12).collect();
    Err(failed(last.into_iter().rev().collect::<Vec<_>>().join("\n")))
}

/// Paths that git says are changed or untracked, at most ten.
pub(super) fn dirty(root: &Path) -> Result<Vec<String>, Error> {
    let said = run("git", root, &["-c", "core.fsmonitor=false", "status", "--porcelain", "--", "."])?;
    Ok(String::from_utf8_lossy(&said)
        .lines()
        .take(10)
        .map(|line| line.get(3..).unwrap_or(line).to_owned())
        .collect())
}

/// Makes new files visible to a flake, without their content.
pub(super) fn intend(root: &Path, paths: &[&str]) -> Result<(), Error> {
    let mut arguments = vec!["-c", "core.fsmonitor=false", "add", "--intent-to-add", "--"];
    arguments.extend(paths);
    run("git", root, &arguments).map(drop)
}

/// Takes back what git was told of these paths since the last commit.
pub(super) fn forget(root: &Path, paths: &[&str]) -> Result<(), Error> {
    if paths.is_empty() {
        return Ok(());
    }
    let mut arguments = vec!["-c", "core.fsmonitor=false", "reset", "--quiet", "--"];
    arguments.extend(paths);
    run("git", root, &arguments).map(drop)
}

/// Commits exactly these paths.
pub(super) fn commit(root: &Path, paths: &[&str], message: &str) -> Result<(), Error> {
    let mut add = vec!["-c", "core.fsmonitor=false", "add", "--"];
    add.extend(paths);
    run("git", root, &add)?;
    let mut arguments = vec!["-c", "core.fsmonitor=false", "commit", "--quiet", "-m", message, "--"];
    arguments.extend(paths);
    run("git", root, &arguments).map(drop)
}

/// Whether there is a `nix` to ask.
pub(super) fn nix_is_there(root: &Path) -> Result<(), Error> {
    let asked = run("nix", root, &["--version"]);
    asked.map(drop).map_err(|error| Error::Usage(format!("--verify asks the installed nix: {error}")))
}

/// What Nix says last: the cause, without the way there.
fn cause(error: &Error) -> Error {
    let said = error.to_string();
    let plain = said.split("\u{1b}[").enumerate().map(|(at, part)| match part.split_once('m') {
        Some((_, rest)) if at > 0 => rest,
        _ => part,
    });
    let plain: String = plain.collect();
    match plain.rfind("error: ") {
        Some(at) => Error::Usage(plain[at..].trim().to_owned()),
        None => Error::Usage(plain),
    }
}

/// What the expression in a file is, as JSON, by the user's own Nix and with the user's own settings.
pub(super) fn evaluate(root: &Path, file: &Path) -> Result<serde_json::Value, Error> {
    let features = ["--extra-experimental-features", "nix-command flakes"];
    let mut arguments = vec!["eval"];
    arguments.extend(features);
    let file = file.display().to_string();
    arguments.extend(["--impure", "--json", "--no-write-lock-file", "--file", &file]);
    let said = run("nix", root, &arguments).map_err(|error| cause(&error))?;
    serde_json::from_slice(&said).map_err(|error| Error::Usage(format!("nix eval: {error}")))
}
