//! The only directory walk: finds what the audit reads. Knows no Nix.
//!
//! What is walked and what is judged are two things. The tree holds everything that is not ignored,
//! because a flake may import or list any of it; [`Entry::audited`] says whose code is judged.
//! Symbolic links are entries and are never followed; `.git` is never an entry.

mod git;
mod ignoring;
mod questions;
mod request;
mod revision;
mod stamp;
mod tracked;
mod walk;
mod walked;

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Error;

pub use git::Objects;
pub use questions::{Answers, Held, Questions};
pub(crate) use request::work_tree;
pub use revision::{Revision, at, revision};
pub use stamp::{Digested, digest};
pub use walked::Walked;

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 20 * 1024 * 1024;

/// What to walk and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Paths as given; empty means `.`.
    pub paths: Vec<PathBuf>,
    /// Globs of files that are not audited (they still exist for `import` and `readDir`), with the
    /// meaning of lines of a `.gitignore` in the root. They hold for files named in `paths` too:
    /// pre-commit names every changed file, whatever the configuration excludes.
    pub exclude: Vec<String>,
    /// Do not honour `.gitignore` and `.ignore`.
    pub no_ignore: bool,
    /// Audit hidden files too.
    pub hidden: bool,
    /// Say of directories what `path:` takes of them: see [`Tree::everything`].
    pub entire: bool,
}

/// What a file weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Bytes of a file, or of what a symbolic link says.
    pub bytes: u64,
    /// Whether its owner may execute it.
    pub executable: bool,
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
    /// The real path relative to the root, where `path` is lossy.
    pub os: Option<PathBuf>,
    /// Whether git's index holds it; `None` where there is no repository, and for directories.
    pub tracked: Option<bool>,
    /// The object that holds its bytes, where the tree is that of a revision.
    pub object: Option<Box<str>>,
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
    /// Absolute root directory, symbolic links resolved.
    pub root: PathBuf,
    /// Every entry that is not ignored, in order of path; `.git` is left out.
    pub entries: Vec<Entry>,
    /// What could not be walked.
    pub skipped: Vec<Skipped>,
    /// When single files were named: their paths (and those of the files below directories named
    /// beside them), in order; findings are limited to them.
    pub only: Option<Vec<String>>,
    /// The root relative to the git work tree that holds it, with `/`; empty where it is that work tree, or in none.
    pub prefix: String,
    /// Directories that belong to other repositories (git's submodules), in order; they may be empty here.
    pub submodules: Vec<String>,
    /// Where files are read from, where the tree is that of a revision; otherwise from disk.
    pub objects: Option<Arc<Objects>>,
    /// Whether [`Request::entire`] was asked for.
    pub entire: bool,
    /// Notes what is asked of the tree on disk, where somebody wants to know.
    pub questions: Option<Arc<Questions>>,
    /// What the walk began with, where the tree was walked.
    begun: Option<Arc<walked::Begun>>,
}

impl Tree {
    /// The entry of a root-relative path.
    pub fn find(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.entries.get(at)
    }

    /// Names and entries directly in a directory, in order of name; `""` or `.` is the root.
    pub fn children<'a>(&'a self, directory: &str) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let directory = directory.trim_end_matches('/');
        let prefix = if directory.is_empty() || directory == "." { String::new() } else { format!("{directory}/") };
        let first = self.entries.partition_point(|entry| entry.path.as_str() < prefix.as_str());
        self.entries[first..]
            .iter()
            .map_while(move |entry| Some((entry.path.strip_prefix(prefix.as_str())?, entry)))
            .filter(|(name, _)| !name.contains('/'))
    }

    /// Adds a file that is not there yet, with the directories that it would be in.
    pub fn add(&mut self, path: &str) {
        let folders = path.match_indices('/').map(|(end, _)| (&path[..end], EntryKind::Directory));
        for (path, kind) in folders.chain([(path, EntryKind::File)]) {
            let found = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
            if let Err(at) = found {
                let tracked = (kind == EntryKind::File).then_some(true);
                self.entries
                    .insert(at, Entry { path: path.to_owned(), kind, audited: true, os: None, tracked, object: None });
            }
        }
    }

    /// Whether something stands at a root-relative path on disk that may be left out of the tree (ignored files).
    /// In a revision there is nothing but the tree, and the repository that holds it.
    pub fn on_disk(&self, path: &str) -> bool {
        if self.objects.is_some() && path != ".git" {
            return self.find(path).is_some();
        }
        let exists = std::fs::symlink_metadata(self.root.join(path)).is_ok();
        self.noting(|questions| questions.exists(path, exists));
        exists
    }

    fn noting(&self, note: impl FnOnce(&Questions)) {
        if let Some(questions) = &self.questions {
            note(questions);
        }
    }

    /// What a file or a symbolic link weighs; nothing where it cannot be told.
    pub fn weight(&self, entry: &Entry) -> Weight {
        let weight = std::fs::symlink_metadata(self.os_path(entry)).map_or(Weight::default(), |meta| weight_of(&meta));
        self.noting(|questions| match entry.os {
            None => questions.weight(&entry.path, weight),
            Some(_) => questions.give_up(),
        });
        weight
    }

    /// Everything that is on disk in a directory of the tree, ignored files and `.git` too, in order of path: what Nix
    /// takes of `path:`. Empty where that was not asked for, and for a revision.
    pub fn everything(&self, directory: &str) -> Vec<(String, EntryKind, Weight)> {
        if !self.entire || self.objects.is_some() {
            return Vec::new();
        }
        self.noting(Questions::give_up);
        walk::everything(&self.root, directory)
    }

    /// Where an entry really is.
    pub fn os_path(&self, entry: &Entry) -> PathBuf {
        match &entry.os {
            Some(real) => self.root.join(real),
            None => self.root.join(&entry.path),
        }
    }

    /// Reads a regular file of the tree as UTF-8, byte for byte (a byte-order mark stays).
    ///
    /// # Errors
    /// The reason in words, where the file is not in the tree, is no regular file, is larger than
    /// [`MAX_FILE_BYTES`], is not UTF-8 or cannot be read.
    pub fn read(&self, path: &str) -> Result<String, String> {
        let entry = self.find(path).ok_or("not in the tree")?;
        self.read_entry(entry)
    }

    /// Reads an entry: [`Tree::read`] for a caller that holds it (two lossy paths may be equal).
    ///
    /// # Errors
    /// As [`Tree::read`].
    pub fn read_entry(&self, entry: &Entry) -> Result<String, String> {
        let bytes = match &self.objects {
            Some(objects) if entry.kind == EntryKind::File => {
                objects.read(entry.object.as_deref().unwrap_or_default())?
            }
            Some(_) => return Err(not_a_file(entry.kind).to_owned()),
            None => self.read_from_disk(entry).inspect_err(|_| {
                // That a directory is no file is known without asking again.
                if entry.kind == EntryKind::File {
                    self.noting(Questions::give_up);
                }
            })?,
        };
        String::from_utf8(bytes).map_err(|e| format!("not UTF-8 (byte {})", e.utf8_error().valid_up_to()))
    }

    fn read_from_disk(&self, entry: &Entry) -> Result<Vec<u8>, String> {
        let (meta, bytes) = read_regular(&self.os_path(entry))?;
        self.noting(|questions| match entry.os {
            None => questions.text(&entry.path, &meta, &bytes),
            Some(_) => questions.give_up(),
        });
        Ok(bytes)
    }
}

/// The bytes of a regular file, and what was said of it before they were read.
fn read_regular(path: &Path) -> Result<(Metadata, Vec<u8>), String> {
    let meta = std::fs::symlink_metadata(path).map_err(|e| reason(&e))?;
    if !meta.is_file() {
        return Err(not_a_file(kind_of(meta.file_type())).to_owned());
    }
    let mut bytes = Vec::new();
    if meta.len() <= MAX_FILE_BYTES {
        // One byte more, so that the end is met without asking for room.
        bytes.reserve_exact(meta.len() as usize + 1);
        let file = File::open(path).map_err(|e| reason(&e))?;
        file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|e| reason(&e))?;
    }
    if meta.len().max(bytes.len() as u64) > MAX_FILE_BYTES {
        return Err(format!("larger than {} MiB", MAX_FILE_BYTES / 1024 / 1024));
    }
    Ok((meta, bytes))
}

/// Walks the tree.
///
/// The root is the given directory, the deepest directory that holds all given ones, or, where a
/// file is named, the git work tree that holds it (without one, the deepest common directory).
///
/// # Errors
/// When a path that was asked for does not exist or cannot be read, or a glob is wrong.
pub fn discover(request: &Request) -> Result<Tree, Error> {
    let scope = request::Scope::new(request)?;
    Ok(walk::walk(request, &scope))
}

/// The root that [`discover`] would walk from, without walking.
///
/// # Errors
/// As [`discover`].
pub fn root(request: &Request) -> Result<PathBuf, Error> {
    Ok(request::Scope::new(request)?.root)
}

fn weight_of(meta: &Metadata) -> Weight {
    #[cfg(unix)]
    let executable = std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o100 != 0 && meta.is_file();
    #[cfg(not(unix))]
    let executable = false;
    Weight { bytes: meta.len(), executable }
}

fn kind_of(kind: std::fs::FileType) -> EntryKind {
    if kind.is_symlink() {
        EntryKind::Symlink
    } else if kind.is_dir() {
        EntryKind::Directory
    } else if kind.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}

fn not_a_file(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::File => "changed while it was read",
        EntryKind::Directory => "a directory, not a file",
        EntryKind::Symlink => "a symbolic link, which is never followed",
        EntryKind::Other => "a FIFO, socket or device, not a file",
    }
}

/// An I/O error in words, without the number of the operating system.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}
