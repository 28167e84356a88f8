//! Files that nothing reads, and how sure that is.
//!
//! Nix code can name a file in ways that only evaluation shows, and people start at files too. What is told as
//! *proven* has therefore to pass every doubt that is listed here; one doubt makes it *likely*, and a function that
//! may list its directory makes it *unknown*, which is no orphan at all.

mod named;

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Orphan, Reached};
use super::file::{ENTRIES, is_fixture};
use crate::discover::{EntryKind, Tree};
use crate::resolve::Project;
use crate::resolve::nodes::ROOT;
use crate::source::{FileId, PerFile, Sources, is_nix};

/// Candidates that are looked into; more are a tree that is not built by its flake.
const MAX_CANDIDATES: usize = 2_000;
/// Names of files that people or tools start at in a directory too, besides those at the root: agenix, disko, nilla.
const STARTS: &[&str] = &["secrets.nix", "disko.nix", "disk-config.nix", "nilla.nix", "repl.nix", "flake-module.nix"];

/// Files that nothing was found to read, with how sure that is.
pub(super) fn orphans(
    tree: &Tree,
    project: &Project,
    sources: &Sources,
    reached: &PerFile<Reached>,
) -> BTreeMap<FileId, Orphan> {
    let whole = project.flakes.iter().any(|flake| flake.dir == ".");
    let left = |id: &FileId| reached[*id] == Reached::Unknown;
    let candidates: Vec<FileId> =
        sources.iter().filter(|(_, file)| is_nix(&file.path)).map(|(id, _)| id).filter(left).collect();
    if !whole || candidates.is_empty() || candidates.len() > MAX_CANDIDATES {
        return BTreeMap::new();
    }
    let covered = covered(tree, project, sources);
    let used = used_directories(sources, reached);
    let (own, unknown): (Vec<FileId>, Vec<FileId>) = candidates.into_iter().partition(|id| {
        let path = sources.path(*id);
        !is_fixture(path) && !ancestors(path).any(|directory| covered.contains(directory))
    });
    let mut sure: BTreeMap<FileId, Orphan> = own.into_iter().map(|id| (id, Orphan::Proven)).collect();
    let reach =
        |from: &[FileId]| project.links.graph.reach(from.iter().map(|id| project.links.node(*id, ROOT)), |_| false);
    // What a file leads to that may be read after all may be read as well.
    for node in reach(&unknown) {
        sure.remove(&project.links.place(node).0);
    }
    let kinds = kinds(sources);
    let doubtful = |id: FileId| {
        let path = sources.path(id);
        is_entry(path) && !needs_arguments(project, id, path)
            || kind_of(path).is_some_and(|kind| kinds.contains(kind))
            || untracked(tree, path)
            || path.split_once('/').is_none_or(|(top, _)| !used.contains(top))
    };
    let starts: Vec<FileId> = sure.keys().copied().filter(|id| doubtful(*id)).collect();
    // What a file that people may start at leads to is as doubtful as the file.
    for node in reach(&starts) {
        sure.entry(project.links.place(node).0).and_modify(|orphan| *orphan = Orphan::Likely);
    }
    if project.flakes.iter().any(|flake| flake.unknown.iter().any(|unknown| !unknown.path.contains('.'))) {
        for orphan in sure.values_mut() {
            *orphan = Orphan::Likely;
        }
    }
    let proven: Vec<FileId> = sure.iter().filter(|(_, how)| **how == Orphan::Proven).map(|(id, _)| *id).collect();
    let (mut doubted, within): (Vec<Named>, Vec<Named>) = named::named(tree, sources, &proven)
        .into_iter()
        .chain(written_paths(project, sources, &proven))
        .partition(|(by, _)| by.is_none_or(|by| !proven.contains(&by)));
    // What only an orphan names is as much an orphan as that file is.
    while let Some((_, id)) = doubted.pop() {
        if sure.insert(id, Orphan::Likely) == Some(Orphan::Proven) {
            doubted.extend(within.iter().filter(|(by, _)| *by == Some(id)));
        }
    }
    sure
}

/// A file that a text names, and the Nix file whose text it is.
type Named = (Option<FileId>, FileId);

/// Directories above a path, from the nearest; the root is `""`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let above = rest?.rsplit_once('/').map_or("", |(directory, _)| directory);
        rest = (!above.is_empty()).then_some(above);
        Some(above)
    })
}

/// Directories of the root that hold a file which something reads. What lies elsewhere is no part of what the flake
/// makes: samples, notes, another program's data, code for a tool that knows the place.
fn used_directories<'a>(sources: &'a Sources, reached: &PerFile<Reached>) -> BTreeSet<&'a str> {
    let read = sources.iter().filter(|(id, file)| is_nix(&file.path) && reached[*id] != Reached::Unknown);
    read.filter_map(|(_, file)| file.path.split_once('/')).map(|(top, _)| top).collect()
}

/// Whether people or tools may start at a file because of its name.
fn is_entry(path: &str) -> bool {
    let name = name_of(path);
    ENTRIES.contains(&name) || STARTS.contains(&name) || name.starts_with("update") || name.starts_with('.')
}

/// Whether a file that `nix-build` and its kin find by its name is a function that they cannot call: with an argument
/// that has no default.
fn needs_arguments(project: &Project, id: FileId, path: &str) -> bool {
    matches!(name_of(path), "default.nix" | "shell.nix" | "release.nix" | "ci.nix")
        && project.stored.outline(id).needs_arguments
}

/// What a name says of a file between two dots: the `check` of `list.check.nix`.
fn kind_of(path: &str) -> Option<&str> {
    let (stem, kind) = name_of(path).strip_suffix(".nix")?.rsplit_once('.')?;
    (!stem.is_empty() && kind.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(kind)
}

/// Kinds that several files have. Programs find such files by the ends of their names, so no text need say one.
fn kinds(sources: &Sources) -> BTreeSet<&str> {
    let mut seen = BTreeSet::new();
    let of_files = sources.iter().filter_map(|(_, file)| kind_of(&file.path));
    of_files.filter(|kind| !seen.insert(*kind)).collect()
}

fn untracked(tree: &Tree, path: &str) -> bool {
    tree.find(path).is_some_and(|entry| entry.tracked == Some(false))
}

/// Directories that a function or a framework is given and may list. Files that nothing was found to read count too:
/// if one of them is read after all, so is what it lists.
fn covered(tree: &Tree, project: &Project, sources: &Sources) -> BTreeSet<String> {
    let mut covered: BTreeSet<String> = project
        .flakes
        .iter()
        .flat_map(|flake| flake.listed.iter().cloned())
        .filter(|d| !d.is_empty())
        .collect();
    for (file, source) in sources.iter() {
        let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let uses = &project.paths[file];
        let paths = project.stored.outline(file).paths.iter().map(|(_, path)| path);
        let paths = paths.filter(|path| !uses.sources.contains(&path.at.start)).map(|path| {
            let by_default = path.whole && path.imported && !uses.given.contains(&path.at.start);
            (&*path.text, path.whole, by_default)
        });
        let listed = uses.listed.iter().chain(&uses.entries).map(|text| (&**text, true, false));
        for (text, whole, by_default) in paths.chain(listed) {
            // Of a computed path the directory before the computed part is known.
            let text = if whole { text } else { text.rsplit_once('/').map_or(text, |(directory, _)| directory) };
            // `self + /hosts`: an absolute path that is joined to a flake's own.
            let target = match text.strip_prefix('/') {
                Some(text) => crate::resolve::join("", text).filter(|text| !text.is_empty()),
                None => crate::resolve::join(directory, text),
            };
            if let Some(target) = target
                && tree.find(&target).is_none_or(|entry| entry.kind == EntryKind::Directory)
                && !(by_default && target != directory && tree.find(&below(&target)).is_some())
            {
                covered.insert(target);
            }
        }
    }
    covered
}

fn below(directory: &str) -> String {
    if directory.is_empty() { "default.nix".to_owned() } else { format!("{directory}/default.nix") }
}

/// Those of `proven` that a path leads to as its directory, in code that nothing evaluates.
fn written_paths(project: &Project, sources: &Sources, proven: &[FileId]) -> Vec<Named> {
    let mut found = Vec::new();
    for (file, source) in sources.iter().filter(|(_, file)| is_nix(&file.path)) {
        let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let paths = project.stored.outline(file).paths.iter().filter(|(_, path)| path.whole);
        let targets = paths.filter_map(|(_, path)| crate::resolve::join(directory, &path.text));
        let read = targets.filter_map(|target| sources.find(&below(&target)));
        found.extend(read.filter(|id| *id != file && proven.contains(id)).map(|id| (Some(file), id)));
    }
    found
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::ancestors;

    #[test]
    fn directories_above_a_path() {
        assert_eq!(ancestors("a/b/c.nix").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("c.nix").collect::<Vec<_>>(), [""]);
    }
}
