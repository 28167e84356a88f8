//! What git tracks: a flake in a repository sees tracked files and no others, whatever an ignore file names.

use std::path::{Path, PathBuf};

use super::git;
use super::ignoring::is_fit;

/// Mode of a submodule in git's index (git-ls-files(1), `--stage`) and in its trees.
pub(super) const SUBMODULE: &[u8] = b"160000";

/// A path in git's index.
pub(super) struct Indexed {
    /// Relative to the directory that was asked about.
    pub(super) path: PathBuf,
    /// Whether it is a submodule: a directory whose files are another repository's.
    pub(super) submodule: bool,
}

/// A question to `git` that is under way while the tree is walked.
pub(super) enum Tracked {
    /// There is no work tree, or no `git`.
    Unasked,
    /// What it would open is no file.
    Unfit,
    /// It is answering.
    Asked(git::Question),
}

impl Tracked {
    /// Asks `git`, where `root` is in a work tree.
    pub(super) fn ask(root: &Path) -> Self {
        match root.ancestors().find(|directory| is_work_tree(directory)) {
            None => Self::Unasked,
            Some(work_tree) if !is_fit(work_tree) => Self::Unfit,
            Some(_) => git::index(root).map_or(Self::Unasked, Self::Asked),
        }
    }

    /// The answer, to be read by [`paths`]; `None` without `git` or outside a work tree.
    ///
    /// # Errors
    /// In words, when `git` is there and refuses (a tree that belongs to somebody else).
    pub(super) fn bytes(self) -> Result<Option<Vec<u8>>, String> {
        let refused = "git does not list this tree, so files that it tracks although they are ignored are left out";
        match self {
            Self::Unasked => Ok(None),
            Self::Unfit => Err(refused.to_owned()),
            Self::Asked(asked) => Ok(Some(asked.answer().ok_or(refused)?)),
        }
    }
}

/// What an answer names.
pub(super) fn paths(answer: &[u8]) -> impl Iterator<Item = Indexed> {
    answer.split(|b| *b == 0).filter_map(indexed)
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
pub(super) fn os_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}
