//! The workspace as the evaluator sees it: paths that start at [`ROOT`], nothing outside it.

use super::super::stored::{Modules, Stored};
use crate::discover::{EntryKind, Tree};
use crate::source::{FileId, Sources};

/// What stands for the workspace root in path values. No real path looks like it.
pub(super) const ROOT: &str = "/.workspace.";
/// Longest string that is built, in bytes.
pub(super) const MAX_STRING: usize = 1 << 22;

/// What the evaluator may read.
pub(in crate::resolve) struct World<'a> {
    pub(in crate::resolve) tree: &'a Tree,
    pub(in crate::resolve) sources: &'a Sources,
    /// The code of its Nix files.
    pub(in crate::resolve) modules: Modules<'a>,
}

impl<'a> World<'a> {
    /// A workspace, for one question about it.
    pub(in crate::resolve) fn new(tree: &'a Tree, sources: &'a Sources, stored: &'a Stored) -> Self {
        Self { tree, sources, modules: Modules::new(stored) }
    }
}

/// Resolves a path literal of a file. `None` when it leaves the workspace. An absolute path is what it is: it may be
/// added to that of a source (`inputs.x + /module.nix`), and nothing is read outside the workspace.
pub(super) fn resolve(file: &str, literal: &str) -> Option<String> {
    if literal.starts_with('/') {
        return Some(normalize(literal));
    }
    if literal.starts_with('~') {
        return None;
    }
    let directory = file.rsplit_once('/').map_or("", |(d, _)| d);
    let joined = join(directory, literal)?;
    Some(if joined.is_empty() { ROOT.to_owned() } else { format!("{ROOT}/{joined}") })
}

/// Joins a relative path to a directory of the workspace; `None` when it leaves the workspace.
pub(crate) fn join(directory: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|p| !p.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Removes `.`, `..` and doubled slashes from an absolute path.
pub(super) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The workspace-relative path of a path value; `None` outside the workspace.
pub(super) fn inside(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ROOT)?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(rest),
        None if rest.is_empty() => Some(""),
        None => None,
    }
}

/// A path of the workspace as Nix copies it to its store, where its name is a hash. The doubled slash means nothing
/// to whatever reads there.
pub(super) fn copied(path: &str) -> String {
    match inside(path) {
        Some(rest) => format!("{ROOT}//{rest}"),
        None => path.to_owned(),
    }
}

/// Whether a path is that of the workspace or of a copy of one of its paths: its last name is not known.
pub(super) fn has_hash_for_name(path: &str) -> bool {
    let Some(rest) = path.strip_prefix(ROOT) else { return false };
    let rest = rest.trim_end_matches('/');
    rest.is_empty() || rest.strip_prefix("//").is_some_and(|copy| !copy.contains('/'))
}

impl World<'_> {
    /// A file that was read; one of another part of the workspace is not here, which is noted.
    pub(in crate::resolve) fn find(&self, path: &str) -> Option<FileId> {
        let found = self.sources.find(path);
        let is_there = || self.tree.find(path).is_some_and(|entry| entry.audited && entry.kind == EntryKind::File);
        if found.is_none() && is_there() {
            self.modules.missed(path);
        }
        found
    }

    /// Whether a symbolic link stands on the way to a path, or is its end.
    pub(super) fn is_linked(&self, path: &str, end: bool) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain(end.then_some(path.len()));
        ends.into_iter().any(|at| self.kind(&path[..at]) == Some(EntryKind::Symlink))
    }

    /// What a workspace path is; `None` where there is nothing.
    pub(super) fn kind(&self, path: &str) -> Option<EntryKind> {
        if path.is_empty() {
            return Some(EntryKind::Directory);
        }
        self.tree.find(path).map(|entry| entry.kind)
    }

    /// Names and kinds directly below a directory.
    pub(super) fn children(&self, directory: &str) -> impl Iterator<Item = (&str, EntryKind)> {
        self.tree.children(directory).map(|(name, entry)| (name, entry.kind))
    }

    /// The Nix file that `import path` reads.
    pub(in crate::resolve) fn nix_file(&self, path: &str) -> Option<FileId> {
        let path = match self.kind(path) {
            Some(EntryKind::Directory) if path.is_empty() => "default.nix".to_owned(),
            Some(EntryKind::Directory) => format!("{path}/default.nix"),
            _ => path.to_owned(),
        };
        self.find(&path).filter(|id| self.modules.outline(*id).has_code)
    }

    /// The text of a file, bounded.
    pub(super) fn read(&self, path: &str) -> Result<String, String> {
        if let Some(id) = self.find(path) {
            return Ok(self.sources.file(id).text().to_string());
        }
        self.tree.read(path)
    }
}
