//! What evaluation costs before anything is built: the files that Nix takes, and code that makes it dear.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::facts::{CostRow, DirectoryRow, FileRow, FlakeRow, FromDerivationRow, InstanceRow, TreeRow};
use super::reach::Reach;
use crate::discover::{Entry, EntryKind, Tree, Weight};
use crate::resolve::source_id::is_nixpkgs;
use crate::resolve::{Flake, Project, join, source_of};
use crate::source::{FileId, Sources, is_below};

/// Directories that are told of a flake.
const TOLD: usize = 5;
/// A smaller directory is not told.
const LEAST: u64 = 64 * 1024;

/// Something in the tree.
struct Weighed<'a> {
    path: &'a str,
    kind: EntryKind,
    bytes: u64,
    nar: u64,
}

impl<'a> Weighed<'a> {
    /// Nothing for what is in no archive.
    fn new(path: &'a str, kind: EntryKind, weight: Weight) -> Option<Self> {
        let nar = match kind {
            EntryKind::File | EntryKind::Symlink => file(kind, weight) + entry(name(path)),
            // Counted with the directories of files.
            EntryKind::Directory => 0,
            EntryKind::Other => return None,
        };
        Some(Self { path, kind, bytes: weight.bytes, nar })
    }
}

/// Text in a NAR: its length, and the text filled up to eight bytes (Dolstra, "The purely functional software
/// deployment model", 2006, figure 5.2).
fn text(length: u64) -> u64 {
    8 + length.next_multiple_of(8)
}

/// A directory's entry around what it names.
fn entry(name: &str) -> u64 {
    text(5) + text(1) + text(4) + text(name.len() as u64) + text(4) + text(1)
}

fn directory() -> u64 {
    text(1) + text(4) + text(9) + text(1)
}

fn file(kind: EntryKind, weight: Weight) -> u64 {
    // `( type regular [executable ""] contents … )` or `( type symlink target … )`.
    let words = match kind {
        EntryKind::Symlink => text(7) + text(6),
        _ if weight.executable => text(7) + text(10) + text(0) + text(8),
        _ => text(7) + text(8),
    };
    text(1) + text(4) + words + text(weight.bytes) + text(1)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Fills in the tree of each flake; `needed` are the paths of [`needed`] of the whole workspace.
pub(super) fn trees(tree: &Tree, needed: &BTreeSet<String>, flakes: &mut [FlakeRow]) {
    if flakes.is_empty() {
        return;
    }
    let git = tree.entries.iter().any(|entry| entry.tracked == Some(true));
    // Git knows no empty directories.
    let taken = tree.entries.par_iter().filter(|entry| !git || entry.tracked == Some(true));
    // A directory weighs what is in it.
    let weight = |entry: &Entry| match entry.kind {
        EntryKind::Directory => Weight::default(),
        _ => tree.weight(entry),
    };
    let all: Vec<Weighed<'_>> =
        taken.filter_map(|entry| Weighed::new(&entry.path, entry.kind, weight(entry))).collect();
    let entire = row(git, "", &all, needed);
    for flake in flakes {
        // In a repository a flake is all of it, whichever directory its `flake.nix` is in.
        let is_all = git || flake.path == ".";
        flake.tree = if is_all { entire.clone() } else { row(git, &format!("{}/", flake.path), &all, needed) };
        flake.below = match tree.everything(if flake.path == "." { "" } else { &flake.path }) {
            none if none.is_empty() && flake.path == "." => flake.tree.clone(),
            none if none.is_empty() => row(git, &format!("{}/", flake.path), &all, needed),
            found => {
                let entire: Vec<_> = found.iter().filter_map(|(path, kind, w)| Weighed::new(path, *kind, *w)).collect();
                let prefix = if flake.path == "." { String::new() } else { format!("{}/", flake.path) };
                row(false, &prefix, &entire, needed)
            }
        };
    }
}

fn row(git: bool, prefix: &str, all: &[Weighed<'_>], needed: &BTreeSet<String>) -> TreeRow {
    let first = all.partition_point(|one| one.path < prefix);
    let own = all[first..].iter().take_while(|one| one.path.starts_with(prefix));
    let mut row = TreeRow { git, nar_bytes: text(13) + directory(), ..TreeRow::default() };
    // Files and bytes in and below each directory, and those that the entry before is in. A directory may come twice:
    // `a-b` stands between `a` and `a/c`.
    let (mut sums, mut open): (Vec<(&str, u32, u64)>, Vec<usize>) = (Vec::new(), Vec::new());
    for one in own {
        if one.kind == EntryKind::Directory {
            sums.push((one.path, 0, 0));
            continue;
        }
        row.files += 1;
        row.bytes += one.bytes;
        row.nar_bytes += one.nar;
        while open.last().is_some_and(|at| !is_below(one.path, sums[*at].0)) {
            open.pop();
        }
        let known = open.last().map_or(prefix.len(), |at| sums[*at].0.len() + 1);
        for (at, _) in one.path[known..].match_indices('/') {
            open.push(sums.len());
            sums.push((&one.path[..known + at], 0, 0));
        }
        for at in &open {
            let (_, files, bytes) = &mut sums[*at];
            *files += 1;
            *bytes += one.bytes;
        }
    }
    let mut directories: BTreeMap<&str, (u32, u64)> = BTreeMap::new();
    for (path, files, bytes) in sums {
        let of = directories.entry(path).or_default();
        *of = (of.0 + files, of.1 + bytes);
    }
    row.nar_bytes += directories.keys().map(|path| directory() + entry(name(path))).sum::<u64>();
    row.unneeded = unneeded(&directories, needed);
    row
}

/// The largest directories without anything needed, none of them inside another.
fn unneeded(directories: &BTreeMap<&str, (u32, u64)>, needed: &BTreeSet<String>) -> Vec<DirectoryRow> {
    let is_free = |path: &str| !needed.contains(path);
    let outermost = |path: &str| path.rsplit_once('/').is_none_or(|(above, _)| !is_free(above));
    let mut found: Vec<DirectoryRow> = directories
        .iter()
        .filter(|(path, (_, bytes))| is_free(path) && outermost(path) && *bytes >= LEAST)
        .map(|(path, (files, bytes))| DirectoryRow { path: (*path).to_owned(), files: *files, bytes: *bytes })
        .collect();
    found.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.path.cmp(&b.path)));
    found.truncate(TOLD);
    found
}

/// Paths that Nix code names or is, and every directory above them. The whole tree (`./.`) names nothing in it.
pub(super) fn needed(project: &Project, sources: &Sources, files: &[FileRow]) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    let mut need = |path: &str| {
        let mut end = path.len();
        while end > 0 && needed.insert(path[..end].to_owned()) {
            end = path[..end].rfind('/').unwrap_or(0);
        }
    };
    for row in files.iter().filter(|row| row.by_flake || row.is_flake) {
        need(&row.path);
        let directory = row.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        for reference in project.stored.outline(row.file).paths.iter().map(|(_, path)| path) {
            if let Some(path) = join(directory, reference.text.trim_end_matches('/')).filter(|path| !path.is_empty()) {
                need(&path);
            }
        }
    }
    for directory in project.flakes.iter().flat_map(|flake| &flake.listed) {
        need(directory);
    }
    for (_, file) in sources.iter().filter(|(_, file)| name(&file.path) == "flake.lock") {
        need(&file.path);
    }
    needed
}

/// What in a flake's own code makes evaluation dear.
pub(super) fn row_of(project: &Project, sources: &Sources, flake: &Flake, reach: &Reach) -> CostRow {
    let mut row = CostRow::default();
    let mut files: Vec<FileId> = reach.files.clone();
    if !files.contains(&flake.file) {
        files.push(flake.file);
    }
    files.sort_unstable();
    let own = if flake.dir == "." { "" } else { flake.dir.as_str() };
    for id in files {
        let Some(costs) = project.costs.get(id) else { continue };
        row.derivations.extend(costs.imports.iter().map(|one| FromDerivationRow {
            name: one.name.clone(),
            maker: one.maker.clone(),
            reader: one.reader.clone(),
            at: one.at.span(id),
            read_at: one.read_at.span(id),
        }));
        let path = sources.path(id);
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let whole = |text: &str| text.is_empty() || join(directory, text).is_none_or(|to| to.is_empty() || to == own);
        for (text, at) in costs.trees.iter().filter(|(text, _)| whole(text)) {
            let shown = if text.is_empty() { "self" } else { text };
            row.whole_trees.push((shown.to_owned(), at.span(id)));
        }
        for (name, plain, at) in &costs.instances {
            let input = flake.top.inputs.iter().find(|input| *input.name == **name);
            let source = input.and_then(|input| source_of(&flake.top, input, flake.lock.as_ref(), 0));
            if source.is_some_and(|source| is_nixpkgs(&source)) {
                row.instances.push(InstanceRow { input: name.to_string(), plain: *plain, at: at.span(id) });
            }
        }
    }
    row
}
