//! The walk itself: parallel, then sorted.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::ignoring::trap;
use super::request::{Scope, work_tree};
use super::tracked::{Indexed, Tracked, paths};
use super::walked::{Begun, IndexSum};
use super::{Entry, EntryKind, Request, Skipped, Tree, Weight, kind_of, not_a_file, reason, weight_of};

/// What was found, by path relative to the root. Names are compared as bytes: taking paths apart for that takes longer
/// than the walk.
type Found = BTreeMap<OsString, EntryKind>;

enum Seen {
    Entry(PathBuf, EntryKind),
    Error(PathBuf, String),
    /// An ignore file that is wrong in part: the rest of it holds.
    Note(PathBuf, String),
}

/// Walks all of a scope.
pub(super) fn walk(request: &Request, scope: &Scope) -> Tree {
    let mut begun = Begun::new(request, scope);
    let mut found = Found::new();
    let mut skipped = Vec::new();
    let tracked: Vec<(&Path, Tracked)> =
        scope.walks.iter().map(|start| (start.as_path(), Tracked::ask(start))).collect();
    let mut index = Index::default();
    for start in &scope.walks {
        walk_from(start, request, scope, &mut found, &mut skipped);
    }
    for directory in &scope.directories {
        // Named, but ignored by a file above it: a person who names it wants it.
        if !directory.as_os_str().is_empty() && !found.contains_key(directory.as_os_str()) {
            walk_from(&scope.root.join(directory), request, scope, &mut found, &mut skipped);
        }
    }
    let mut sum = IndexSum::default();
    for (start, tracked) in tracked {
        let below = scope_relative(start, scope).to_path_buf();
        let answer = tracked.bytes();
        sum.add(answer.as_ref().ok().and_then(|answer| answer.as_deref()));
        match answer {
            Ok(Some(answer)) => index.take(below, paths(&answer), |path| {
                if !request.no_ignore && !add_tracked(&mut found, path, scope) {
                    begun.absent.push(path.to_path_buf());
                }
            }),
            Ok(None) => {}
            Err(why) => skipped.push(skip(&below, why, false)),
        }
    }
    begun.index = sum.end();
    for file in &scope.files {
        add(&mut found, file, EntryKind::File);
    }
    for link in &scope.links {
        add(&mut found, link, EntryKind::Symlink);
        skipped.push(skip(link, not_a_file(EntryKind::Symlink).to_owned(), true));
    }
    for file in scope.files.iter().filter(|file| scope.excluded(file, false)) {
        skipped.push(skip(file, "matched by an exclude glob".to_owned(), false));
    }
    skipped.sort();
    skipped.dedup();
    let mut entries: Vec<Entry> =
        found.into_iter().map(|(path, kind)| entry(Path::new(&path), kind, scope, &index)).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path).then_with(|| a.os.cmp(&b.os)));
    let only = scope.limited().then(|| limit(&entries, scope));
    let submodules = index.submodules.iter().map(|path| lossy(path)).collect();
    Tree {
        root: scope.root.clone(),
        entries,
        skipped,
        only,
        prefix: scope.prefix.clone(),
        submodules,
        objects: None,
        entire: request.entire,
        questions: None,
        begun: Some(Arc::new(begun)),
    }
}

/// What git's index holds, below the directories that were walked and are in a work tree.
#[derive(Default)]
struct Index {
    known: Vec<PathBuf>,
    files: BTreeSet<PathBuf>,
    submodules: BTreeSet<PathBuf>,
}

impl Index {
    fn take(&mut self, below: PathBuf, paths: impl Iterator<Item = Indexed>, mut each: impl FnMut(&Path)) {
        for Indexed { path, submodule } in paths {
            let path = below.join(path);
            each(&path);
            if submodule {
                self.submodules.insert(path);
            } else {
                self.files.insert(path);
            }
        }
        self.known.push(below);
    }

    /// Whether a file is tracked; `None` where git was not asked.
    fn holds(&self, path: &Path) -> Option<bool> {
        let within = |below: &PathBuf| path.starts_with(below);
        let other = path.ancestors().any(|above| self.submodules.contains(above));
        (self.known.iter().any(within) && !other).then(|| self.files.contains(path))
    }
}

/// Adds a tracked file that the walk left out, with the directories above it; false where nothing is there.
fn add_tracked(found: &mut Found, path: &Path, scope: &Scope) -> bool {
    if found.contains_key(path.as_os_str()) {
        return true;
    }
    let Ok(meta) = std::fs::symlink_metadata(scope.root.join(path)) else { return false };
    add(found, path, kind_of(meta.file_type()));
    for directory in path.ancestors().skip(1).filter(|d| !d.as_os_str().is_empty()) {
        add(found, directory, EntryKind::Directory);
    }
    true
}

fn walk_from(start: &Path, request: &Request, scope: &Scope, found: &mut Found, skipped: &mut Vec<Skipped>) {
    let mut honour = !request.no_ignore;
    if honour && let Some(why) = trap(&scope.root, start) {
        honour = false;
        skipped.push(skip(scope_relative(start, scope), format!("{why}: no ignore file is honoured"), false));
    }
    // What is above the work tree is the user's own: links may lead anywhere there.
    let top = work_tree(start);
    let limit =
        |above: &Path| top.as_deref().filter(|top| above.starts_with(top)).unwrap_or(Path::new("/")).to_path_buf();
    let above = honour && start.ancestors().skip(1).all(|above| trap(&limit(above), above).is_none());
    let (sender, receiver) = channel();
    let walker = WalkBuilder::new(start)
        .hidden(false)
        .follow_links(false)
        // Outside of a repository a flake is all of its directory (Nix manual, `path:`), as ripgrep has it too.
        .require_git(true)
        .ignore(honour)
        .parents(above)
        .git_ignore(honour)
        .git_exclude(honour)
        .git_global(honour)
        .filter_entry(may_be_walked(sender.clone(), honour.then(|| scope.root.clone())))
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |result| {
            see(&sender, result);
            WalkState::Continue
        })
    });
    drop(sender);
    for seen in receiver {
        match seen {
            Seen::Entry(path, kind) => add(found, scope_relative(&path, scope), kind),
            Seen::Error(path, why) => {
                let path = scope_relative(&path, scope);
                let counts = scope.given(path) && !scope.excluded(path, true);
                skipped.push(skip(path, why, counts));
            }
            Seen::Note(path, why) => skipped.push(skip(scope_relative(&path, scope), why, false)),
        }
    }
}

/// Tells entries that are walked: not `.git`, and where ignore files below a root are honoured, no directory in which that
/// would do harm.
fn may_be_walked(sender: Sender<Seen>, root: Option<PathBuf>) -> impl Fn(&DirEntry) -> bool + Send + Sync + 'static {
    move |entry| {
        if entry.depth() == 0 {
            return true;
        }
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        let why = root.as_ref().filter(|_| is_directory).and_then(|root| trap(root, entry.path()));
        if let Some(why) = &why {
            let why = format!("{why}: the directory is not walked");
            sender.send(Seen::Error(entry.path().to_path_buf(), why)).ok();
        }
        why.is_none() && entry.file_name() != ".git"
    }
}

/// What is in a directory below `root`, with nothing left out. Files that vanish meanwhile are.
pub(super) fn everything(root: &Path, directory: &str) -> Vec<(String, EntryKind, Weight)> {
    let walker = WalkBuilder::new(root.join(directory)).standard_filters(false).follow_links(false).build();
    let mut found: Vec<_> = walker
        .flatten()
        .filter(|entry| entry.depth() > 0)
        .filter_map(|entry| {
            let meta = entry.path().symlink_metadata().ok()?;
            let path = entry.path().strip_prefix(root).ok()?;
            Some((lossy(path), kind_of(meta.file_type()), weight_of(&meta)))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// The receiver lives as long as the walk, so that sending cannot fail.
fn see(sender: &Sender<Seen>, result: Result<DirEntry, ignore::Error>) {
    let entry = match result {
        Ok(entry) => entry,
        Err(error) => {
            let (path, why) = explain(&error);
            sender.send(Seen::Error(path, why)).ok();
            return;
        }
    };
    if let Some(error) = entry.error() {
        sender.send(Seen::Note(entry.path().to_path_buf(), format!("ignore file: {error}"))).ok();
    }
    if entry.depth() > 0
        && let Some(kind) = entry.file_type()
    {
        sender.send(Seen::Entry(entry.into_path(), kind_of(kind))).ok();
    }
}

/// Path and reason of a walk error, as far as it tells them.
fn explain(error: &ignore::Error) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), explain(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => explain(err),
        ignore::Error::Io(io) => (PathBuf::new(), reason(io)),
        other => (PathBuf::new(), other.to_string()),
    }
}

fn scope_relative<'a>(path: &'a Path, scope: &Scope) -> &'a Path {
    path.strip_prefix(&scope.root).unwrap_or(path)
}

/// Adds an entry and the directories above it.
fn add(found: &mut Found, path: &Path, kind: EntryKind) {
    if path.as_os_str().is_empty() || found.contains_key(path.as_os_str()) {
        return;
    }
    found.insert(path.as_os_str().to_owned(), kind);
    let above = path.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty());
    for directory in above {
        if found.contains_key(directory.as_os_str()) {
            break;
        }
        found.insert(directory.as_os_str().to_owned(), EntryKind::Directory);
    }
}

fn entry(path: &Path, kind: EntryKind, scope: &Scope, index: &Index) -> Entry {
    let os = path.to_str().is_none().then(|| path.to_path_buf());
    let audited = scope.audited(path, kind == EntryKind::Directory);
    let tracked = if kind == EntryKind::Directory { None } else { index.holds(path) };
    Entry { path: lossy(path), kind, audited, os, tracked, object: None }
}

pub(super) fn lossy(path: &Path) -> String {
    #[cfg(unix)]
    if let Some(text) = path.to_str() {
        return text.to_owned();
    }
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn skip(path: &Path, reason: String, counts: bool) -> Skipped {
    let path = if path.as_os_str().is_empty() { ".".to_owned() } else { lossy(path) };
    Skipped { path, reason, counts }
}

/// Paths that findings are limited to.
fn limit(entries: &[Entry], scope: &Scope) -> Vec<String> {
    let given = |entry: &&Entry| {
        let path = entry.os.clone().unwrap_or_else(|| PathBuf::from(&entry.path));
        entry.audited && entry.kind == EntryKind::File && scope.given(&path)
    };
    entries.iter().filter(given).map(|entry| entry.path.clone()).collect()
}
