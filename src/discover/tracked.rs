//! What git tracks: a flake in a repository sees tracked files and no others, whatever an ignore file names.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Bytes of `git`'s answer that are read.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;
/// Mode of a submodule in git's index (git-ls-files(1), `--stage`).
const SUBMODULE: &[u8] = b"160000";

/// A path in git's index.
pub(super) struct Indexed {
    /// Relative to the directory that was asked about.
    pub(super) path: PathBuf,
    /// Whether it is a submodule: a directory whose files are another repository's.
    pub(super) submodule: bool,
}

/// A question to `git` that is under way while the tree is walked.
pub(super) struct Tracked(Option<Child>);

impl Tracked {
    /// Asks `git`, where `root` is in a work tree. Nothing of the repository's configuration is run:
    /// `ls-files` would only start a file system monitor, which is switched off.
    pub(super) fn ask(root: &Path) -> Self {
        if !root.ancestors().any(is_work_tree) {
            return Self(None);
        }
        let child = Command::new("git")
            .args(["-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-C"])
            .arg(root)
            .args(["ls-files", "-z", "--stage"])
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Self(child.ok())
    }

    /// The answer; `None` without `git` or outside a work tree.
    ///
    /// # Errors
    /// In words, when `git` is there and refuses (a tree that belongs to somebody else).
    pub(super) fn answer(self) -> Result<Option<Vec<Indexed>>, String> {
        let Some(mut child) = self.0 else { return Ok(None) };
        let mut bytes = Vec::new();
        if let Some(out) = child.stdout.take() {
            out.take(MAX_ANSWER).read_to_end(&mut bytes).map_err(|e| e.to_string())?;
        }
        match child.wait() {
            Ok(status) if status.success() => Ok(Some(bytes.split(|b| *b == 0).filter_map(indexed).collect())),
            _ => Err("git does not list this tree, so files that it tracks although they are ignored are left out"
                .to_owned()),
        }
    }
}

/// `MODE HASH STAGE<tab>PATH`.
fn indexed(line: &[u8]) -> Option<Indexed> {
    let tab = line.iter().position(|b| *b == b'\t')?;
    Some(Indexed { path: os_path(&line[tab + 1..]), submodule: line.starts_with(SUBMODULE) })
}

/// Whether `git` would take the directory for a work tree: a repository, or a file that names one.
fn is_work_tree(directory: &Path) -> bool {
    let git = directory.join(".git");
    git.is_file() || git.join("objects").is_dir()
}

#[cfg(unix)]
fn os_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
