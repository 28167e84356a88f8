//! The tree of a revision, read from git's objects: no checkout, and the same entries as a walk would give.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::request::{Scope, work_tree};
use super::tracked::{SUBMODULE, os_path};
use super::walk::lossy;
use super::{Entry, EntryKind, Objects, Request, Tree, git};
use crate::error::Error;

/// A commit that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// As it was asked for, without dots behind it.
    pub name: String,
    /// The commit that is read.
    pub commit: String,
    /// Whether it is the commit from which `HEAD` and the name part, and not the one that is named.
    pub merge_base: bool,
}

/// Looks a revision up in the repository that holds a request's root: `main` and `main...` mean the commit from which
/// `HEAD` and `main` part, as in `git diff main...`, and `main..` means `main` itself.
///
/// # Errors
/// When there is no repository, git does not know the revision, or the two have no common commit.
pub fn revision(request: &Request, name: &str) -> Result<Revision, Error> {
    let root = Scope::new(request)?.root;
    let wrong = |why: String| Error::Usage(format!("cannot compare with `{}`: {why}", name.escape_debug()));
    if work_tree(&root).is_none() {
        return Err(wrong(format!("{} is not in a git repository", root.display())));
    }
    let (name, part) = match (name.strip_suffix("..."), name.strip_suffix("..")) {
        (Some(name), _) => (name, true),
        (None, Some(name)) => (name, false),
        (None, None) => (name, true),
    };
    let Some(commit) = git::commit(&root, name) else {
        let why = if git::reads(&root) {
            "git knows no such commit here; a shallow clone has to fetch it first"
        } else {
            "git is missing, or does not read this repository (it may belong to somebody else)"
        };
        return Err(wrong(why.to_owned()));
    };
    if !part {
        return Ok(Revision { name: name.to_owned(), commit, merge_base: false });
    }
    let Some(head) = git::commit(&root, "HEAD") else {
        return Err(wrong("nothing is committed yet".to_owned()));
    };
    let base = git::merge_base(&root, &head, &commit).ok_or_else(|| {
        wrong(format!(
            "it and HEAD have no common commit here; a shallow clone has to fetch more, and `{name}..` compares with \
             that commit itself"
        ))
    })?;
    Ok(Revision { name: name.to_owned(), merge_base: base != commit, commit: base })
}

/// The tree of a commit below a request's root. What was named does not limit it: a file may have had another name.
///
/// # Errors
/// As [`super::discover`], and where git does not give the commit.
pub fn at(request: &Request, commit: &str) -> Result<Tree, Error> {
    let scope = Scope::new(request)?;
    let failed = |why: &str| Error::Usage(format!("cannot read commit {commit}: {why}"));
    let answer = git::tree(&scope.root, commit).and_then(git::Question::answer);
    let answer = answer.ok_or_else(|| failed("git does not list it, or it is over a bound"))?;
    let objects = Objects::open(&scope.root).ok_or_else(|| failed("git does not start"))?;
    let mut found: BTreeMap<PathBuf, (EntryKind, Option<Box<str>>)> = BTreeMap::new();
    let mut submodules = Vec::new();
    for (path, kind, object) in answer.split(|byte| *byte == 0).filter_map(listed) {
        let above = path.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty());
        for directory in above {
            if found.contains_key(directory) {
                break;
            }
            found.insert(directory.to_path_buf(), (EntryKind::Directory, None));
        }
        if kind == EntryKind::Directory {
            submodules.push(lossy(&path));
        }
        found.insert(path, (kind, object));
    }
    let entry = |(path, (kind, object)): (PathBuf, (EntryKind, Option<Box<str>>))| Entry {
        path: lossy(&path),
        kind,
        audited: scope.audited(&path, kind == EntryKind::Directory),
        tracked: (kind != EntryKind::Directory).then_some(true),
        os: path.to_str().is_none().then_some(path),
        object,
    };
    let mut entries: Vec<Entry> = found.into_iter().map(entry).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.os.cmp(&b.os)));
    submodules.sort();
    let objects = Some(Arc::new(objects));
    let (root, prefix) = (scope.root, scope.prefix);
    Ok(Tree {
        root,
        prefix,
        entries,
        skipped: Vec::new(),
        only: None,
        submodules,
        objects,
        entire: false,
        questions: None,
        begun: None,
    })
}

/// `MODE TYPE OBJECT<tab>PATH`. A tree may be made by hand: names that no work tree could have are left out.
fn listed(line: &[u8]) -> Option<(PathBuf, EntryKind, Option<Box<str>>)> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = line[..tab].split(|byte| *byte == b' ');
    let mode = words.next()?;
    let object = std::str::from_utf8(words.nth(1)?).ok().filter(|name| git::is_object_name(name))?;
    let path = os_path(&line[tab + 1..]);
    let good = |part: Component| matches!(part, Component::Normal(name) if name != ".git");
    if path.as_os_str().is_empty() || !Path::new(&path).components().all(good) {
        return None;
    }
    match mode {
        SUBMODULE => Some((path, EntryKind::Directory, None)),
        b"120000" => Some((path, EntryKind::Symlink, None)),
        _ => Some((path, EntryKind::File, Some(object.into()))),
    }
}
