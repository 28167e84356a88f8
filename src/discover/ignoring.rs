//! The files that the walk takes patterns from, and what of them must not be opened.
//!
//! The walk opens them as they stand, follows links, and reads to the end: a FIFO would hold it for ever, a link to a device
//! fill the memory, and a link out of the tree show what stands there.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files with patterns, in each directory (`ignore`, "Ignore rules" of `WalkBuilder`).
pub(super) const IGNORE_FILES: [&str; 2] = [".ignore", ".gitignore"];
/// Bytes of a file that names a directory of git's.
const MAX_LINE: u64 = 8 << 10;
/// Bytes of a file with patterns.
const MAX_PATTERNS: u64 = 1 << 20;

/// Files of a repository that git opens to list its index (gitrepository-layout(5)).
const FIRST: [&str; 7] =
    ["HEAD", "config", "index", "packed-refs", "shallow", "info/exclude", "objects/info/alternates"];

/// Why a directory below `root` must not be walked with its ignore files; nothing where it may.
pub(super) fn trap(root: &Path, directory: &Path) -> Option<String> {
    let own = IGNORE_FILES.iter().find_map(|name| {
        let path = directory.join(name);
        // Most directories have none: one question each.
        let link = path.symlink_metadata().ok()?.is_symlink();
        let leads_out = || (link && leads_out(root, &path)).then_some("leads out of the tree");
        let why = unfit(&path, MAX_PATTERNS).or_else(leads_out)?;
        Some(format!("its `{name}` {why}"))
    });
    own.or_else(|| {
        let git = directory.join(".git");
        let most = |path: &Path| if path.ends_with("info/exclude") { MAX_PATTERNS } else { MAX_LINE };
        // What is no file and no directory is no repository, and is not opened.
        let unfit = |path: &PathBuf| (*path != git || path.is_file()) && unfit(path, most(path)).is_some();
        of_repository(directory).iter().any(unfit).then(|| "its `.git` cannot be read".to_owned())
    })
}

/// Whether git may be asked about a work tree: nothing that it opens first is a FIFO or a device.
pub(super) fn is_fit(work_tree: &Path) -> bool {
    let git = work_tree.join(".git");
    FIRST.iter().all(|name| unfit(&git.join(name), u64::MAX).is_none())
}

/// What is wrong with a file that is about to be opened. One that is not there, and a directory, do no harm.
fn unfit(path: &Path, most: u64) -> Option<&'static str> {
    let meta = path.metadata().ok()?;
    if meta.is_dir() {
        None
    } else if !meta.is_file() {
        Some("is a FIFO, socket or device")
    } else if meta.len() > most {
        Some("is too large")
    } else {
        None
    }
}

/// Whether a symbolic link ends outside of the tree.
fn leads_out(root: &Path, link: &Path) -> bool {
    link.canonicalize().is_ok_and(|real| !real.starts_with(root))
}

/// What a repository in a directory has to say of ignored files: `info/exclude`, and where `.git` is a file, all that leads
/// there (gitrepository-layout(5)). A relative path in it is taken from the directory and, as the walk has it, from where
/// the program was started.
pub(super) fn of_repository(directory: &Path) -> Vec<PathBuf> {
    let git = directory.join(".git");
    let Ok(meta) = git.metadata() else { return Vec::new() };
    if meta.is_dir() {
        return vec![git.join("info/exclude")];
    }
    let named = first_line(&git);
    let named = Path::new(named.strip_prefix("gitdir: ").unwrap_or_default());
    let mut files = vec![git];
    for real in [directory.join(named), named.to_path_buf()] {
        let common = real.join("commondir");
        let shared = first_line(&common);
        files.extend([common, real.join(&shared).join("info/exclude"), Path::new(&shared).join("info/exclude")]);
    }
    files
}

/// The first line of a small regular file; empty where there is none.
fn first_line(path: &Path) -> String {
    let mut bytes = Vec::new();
    if path.metadata().is_ok_and(|meta| meta.is_file())
        && let Ok(file) = File::open(path)
    {
        // What cannot be read to its end leads nowhere.
        let _ = file.take(MAX_LINE).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned()
}
