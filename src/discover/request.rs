//! What was asked for, made plain: root, directories and files, and which entries are audited.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{EntryKind, Request, kind_of, not_a_file, reason};
use crate::error::Error;

/// The paths of a request, checked.
#[derive(Debug)]
pub(super) struct Scope {
    /// Absolute root.
    pub(super) root: PathBuf,
    /// The root relative to its git work tree, with `/`.
    pub(super) prefix: String,
    /// Directories to walk, absolute.
    pub(super) walks: Vec<PathBuf>,
    /// Directories whose code is audited, relative to the root.
    pub(super) directories: Vec<PathBuf>,
    /// Files that were named, relative to the root.
    pub(super) files: Vec<PathBuf>,
    /// Named symbolic links to something that is no directory, relative to the root.
    pub(super) links: Vec<PathBuf>,
    exclude: Vec<Gitignore>,
    hidden: bool,
}

enum Named {
    Directory(PathBuf),
    File(PathBuf),
    Link(PathBuf),
}

impl Scope {
    pub(super) fn new(request: &Request) -> Result<Self, Error> {
        let here = [PathBuf::from(".")];
        let paths = if request.paths.is_empty() { &here[..] } else { &request.paths };
        let (mut directories, mut files, mut links) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            match look_up(path)? {
                Named::Directory(found) => directories.push(found),
                Named::File(found) => files.push(found),
                Named::Link(found) => links.push(found),
            }
        }
        let holders: Vec<PathBuf> =
            directories.iter().cloned().chain(files.iter().chain(&links).map(|file| holder(file))).collect();
        let common = deepest_common(&holders);
        let whole = work_tree(&common);
        let root = match &whole {
            Some(top) if !(files.is_empty() && links.is_empty()) => top.clone(),
            _ => common,
        };
        let below = whole.as_ref().and_then(|top| root.strip_prefix(top).ok());
        let names = below.into_iter().flat_map(Path::components).map(|part| part.as_os_str().to_string_lossy());
        let prefix = names.collect::<Vec<_>>().join("/");
        // Without a work tree the common directory may be `/`: walk what was named and no more.
        let walks = if whole.is_some() || holders.len() == 1 { vec![root.clone()] } else { holders };
        let relative = |paths: Vec<PathBuf>| {
            let mut paths: Vec<PathBuf> =
                paths.iter().map(|p| p.strip_prefix(&root).unwrap_or(p).to_path_buf()).collect();
            paths.sort();
            paths.dedup();
            paths
        };
        let (directories, files, links) = (relative(directories), relative(files), relative(links));
        let exclude = globs(&request.exclude)?;
        Ok(Self { root, prefix, walks, directories, files, links, exclude, hidden: request.hidden })
    }

    /// Whether files were named, so that findings are limited.
    pub(super) fn limited(&self) -> bool {
        !(self.files.is_empty() && self.links.is_empty())
    }

    /// Whether an exclude glob matches a root-relative path or a directory above it.
    pub(super) fn excluded(&self, path: &Path, is_dir: bool) -> bool {
        // As in one ignore file, the last glob that matches decides.
        let mut told = self.exclude.iter().rev().map(|globs| globs.matched_path_or_any_parents(path, is_dir));
        told.find(|told| !told.is_none()).is_some_and(|told| told.is_ignore())
    }

    /// Whether a root-relative path was named or lies in a directory that was.
    pub(super) fn given(&self, path: &Path) -> bool {
        self.files.iter().chain(&self.links).any(|file| file == path)
            || self.directories.iter().any(|directory| path.starts_with(directory))
    }

    /// Whether the code of a root-relative path is audited. Where only files were named, the rest of
    /// the tree is measured as well: what a file means depends on it.
    pub(super) fn audited(&self, path: &Path, is_dir: bool) -> bool {
        if self.excluded(path, is_dir) {
            return false;
        }
        if self.files.iter().any(|file| file == path) {
            return true;
        }
        if self.directories.is_empty() {
            return self.hidden || !is_hidden(path);
        }
        let below = self.directories.iter().filter_map(|directory| path.strip_prefix(directory).ok());
        below.into_iter().any(|rest| self.hidden || !is_hidden(rest))
    }
}

fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

fn holder(file: &Path) -> PathBuf {
    file.parent().unwrap_or(Path::new("/")).to_path_buf()
}

/// Finds out what a named path is; directories may be reached through a link, files may not.
fn look_up(path: &Path) -> Result<Named, Error> {
    let fail = |reason: String| Error::Input { path: path.to_path_buf(), reason };
    let io = |e: &std::io::Error| fail(reason(e));
    let meta = std::fs::symlink_metadata(path).map_err(|e| io(&e))?;
    let is_dir = std::fs::metadata(path).is_ok_and(|target| target.is_dir());
    if is_dir {
        let real = path.canonicalize().map_err(|e| io(&e))?;
        std::fs::read_dir(&real).map_err(|e| io(&e))?;
        return Ok(Named::Directory(real));
    }
    let name = path.file_name().ok_or_else(|| fail("not a file name".to_owned()))?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let real = parent.canonicalize().map_err(|e| io(&e))?.join(name);
    match kind_of(meta.file_type()) {
        EntryKind::File => {
            std::fs::File::open(&real).map_err(|e| io(&e))?;
            Ok(Named::File(real))
        }
        EntryKind::Symlink => Ok(Named::Link(real)),
        other => Err(fail(not_a_file(other).to_owned())),
    }
}

fn deepest_common(paths: &[PathBuf]) -> PathBuf {
    let mut common = paths.first().cloned().unwrap_or_else(|| PathBuf::from("/"));
    while !paths.iter().all(|path| path.starts_with(&common)) {
        if !common.pop() {
            break;
        }
    }
    common
}

/// The git work tree that holds a directory (`.git` is a directory, or a file in linked work trees).
pub(crate) fn work_tree(directory: &Path) -> Option<PathBuf> {
    directory.ancestors().find(|above| above.join(".git").exists()).map(Path::to_path_buf)
}

/// The first of some globs, for a message.
fn shown(lines: &[String]) -> String {
    let first: String = lines.first().map(|line| line.chars().take(60).collect()).unwrap_or_default();
    if lines.len() > 1 { format!("{first}, …") } else { first }
}

/// Globs that are matched together: more of them make an automaton that the matcher refuses to build.
const TOGETHER: usize = 500;

fn globs(lines: &[String]) -> Result<Vec<Gitignore>, Error> {
    let wrong = |glob: &str, why: String| {
        let (glob, why): (String, String) = (glob.chars().take(200).collect(), why.chars().take(500).collect());
        Error::Usage(format!("exclude glob `{glob}` is wrong: {why}"))
    };
    let together = |lines: &[String]| {
        let mut builder = GitignoreBuilder::new("");
        for line in lines {
            let line = line.strip_prefix("./").unwrap_or(line);
            // A `.gitignore` bears with an unclosed class; a person who typed one wants to know.
            globset::Glob::new(line).map_err(|e| wrong(line, e.kind().to_string()))?;
            builder.add_line(None, line).map_err(|e| wrong(line, e.to_string()))?;
        }
        builder.build().map_err(|e| wrong(&shown(lines), e.to_string()))
    };
    lines.chunks(TOGETHER).map(together).collect()
}
