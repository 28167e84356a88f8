//! Records what the real Nix gives with the real libraries for the trees below `tests/models`.
//!
//! `cargo run --example record-models -- LIBRARIES [NAME…]` rewrites `tests/models/NAME/names.json`. `LIBRARIES`
//! holds a checkout of each library, by `owner+repository`, and one of nix-community/nixpkgs.lib; inputs of
//! libraries are taken from there too. `NIX_INSTANTIATE` names the Nix program. The library under test is the
//! `library` of the `names.json` that is there (`{ "library": "owner/repository" }` to begin with).
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Words of a tree that are no packages: what a package set must not have, or has as a function.
const NO_PACKAGES: &[&str] = &[
    "type",
    "name",
    "outPath",
    "drvPath",
    "meta",
    "override",
    "overrideAttrs",
    "recurseForDerivations",
    "overlay",
    "overlays",
    "let",
    "in",
    "if",
    "then",
    "else",
    "assert",
    "with",
    "rec",
    "inherit",
    "or",
];

/// `names.json`.
#[derive(Serialize, Deserialize)]
#[allow(clippy::struct_field_names)]
struct Names {
    library: String,
    #[serde(default)]
    commit: String,
    #[serde(default)]
    names: BTreeMap<String, Value>,
    /// Paths that the tool may not know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(libraries) = arguments.next() else {
        eprintln!("usage: record-models LIBRARIES [NAME…]");
        return ExitCode::from(2);
    };
    let only: Vec<String> = arguments.collect();
    let trees = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    let mut found: Vec<PathBuf> = fs::read_dir(&trees)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("flake.nix").is_file())
        .filter(|path| only.is_empty() || only.iter().any(|name| path.ends_with(name)))
        .collect();
    found.sort();
    let mut failed = found.is_empty();
    for tree in found {
        match record(&tree, Path::new(&libraries)) {
            Ok(count) => println!("{}: {count} kinds", tree.display()),
            Err(error) => {
                failed = true;
                eprintln!("{}: {error}", tree.display());
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

/// Records one tree; gives the number of kinds.
fn record(tree: &Path, libraries: &Path) -> Result<usize, String> {
    let libraries = libraries.canonicalize().map_err(|e| format!("{}: {e}", libraries.display()))?;
    let file = tree.join("names.json");
    let text = fs::read_to_string(&file).map_err(|e| format!("names.json: {e}; begin with {{ \"library\": … }}"))?;
    let mut names: Names = serde_json::from_str(&text).map_err(|e| format!("names.json: {e}"))?;
    names.commit = commit(&libraries, &names.library)?.unwrap_or(names.commit);
    if names.commit.len() != 40 {
        return Err(format!("which commit of {} is checked out? Say it in names.json", names.library));
    }
    let stub = stub(tree, &libraries).map_err(|e| format!("the package set: {e}"))?;
    names.names = evaluate(tree, &libraries, stub.path())?;
    let text = serde_json::to_string_pretty(&names).map_err(|e| e.to_string())?;
    fs::write(&file, text + "\n").map_err(|e| format!("names.json: {e}"))?;
    Ok(names.names.len())
}

/// The commit that is checked out, where git or a file `owner+repository.commit` says it.
fn commit(libraries: &Path, library: &str) -> Result<Option<String>, String> {
    let name = library.replace('/', "+");
    let folder = libraries.join(&name);
    if !folder.is_dir() {
        return Err(format!("no checkout of {library} in {}", folder.display()));
    }
    if let Ok(said) = fs::read_to_string(libraries.join(format!("{name}.commit"))) {
        return Ok(Some(said.trim().to_owned()));
    }
    if !folder.join(".git").exists() {
        return Ok(None);
    }
    let output = Command::new("git").arg("-C").arg(&folder).args(["rev-parse", "HEAD"]).output();
    let output = output.map_err(|e| format!("git: {e}"))?;
    Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned()))
}

/// A folder that stands for nixpkgs.
fn stub(tree: &Path, libraries: &Path) -> std::io::Result<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    copy(&here().join("nixpkgs"), folder.path())?;
    symlink(libraries.join("nix-community+nixpkgs.lib/lib"), folder.path().join("lib"))?;
    let mut words = BTreeSet::new();
    collect(tree, &mut words)?;
    let list: String = words.iter().flat_map(|word| ["  \"", word, "\"\n"]).collect();
    fs::write(folder.path().join("words.nix"), format!("[\n{list}]\n"))?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// The words of the Nix files of a folder.
fn collect(folder: &Path, words: &mut BTreeSet<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, words)?;
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            let text = fs::read_to_string(&path)?;
            let parts = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
            let starts = |word: &&str| word.starts_with(|c: char| c.is_ascii_alphabetic());
            words.extend(parts.filter(starts).filter(|w| !NO_PACKAGES.contains(w)).map(str::to_owned));
        }
    }
    Ok(())
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/record-models")
}

fn evaluate(tree: &Path, libraries: &Path, nixpkgs: &Path) -> Result<BTreeMap<String, Value>, String> {
    let program = std::env::var_os("NIX_INSTANTIATE").unwrap_or_else(|| "nix-instantiate".into());
    let mut nix = Command::new(&program);
    nix.args(["--eval", "--strict", "--json", "--show-trace"]).arg(here().join("names.nix"));
    for (name, path) in [("tree", tree), ("libraries", libraries), ("nixpkgs", nixpkgs)] {
        nix.arg("--argstr").arg(name).arg(path);
    }
    let output = nix.output().map_err(|e| format!("{}: {e}", program.display()))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|e| e.to_string())
}
