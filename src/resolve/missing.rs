//! Path literals that lead to nothing a flake can see.

use super::eval::join;
use super::ir::{Loc, Name};
use super::paths::{Needed, PathUses};
use crate::discover::{EntryKind, Tree};
use crate::source::{FileId, PerFile, Sources, Span};

/// A path that evaluation reads and cannot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The path literal.
    pub at: Span,
    /// As written.
    pub text: String,
    /// Root-relative path that it means; empty where it leaves the tree.
    pub target: String,
    /// What is wrong with it.
    pub why: Absence,
}

/// Why a flake cannot see a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Absence {
    /// Nothing is there.
    Nothing,
    /// A directory without `default.nix`.
    NoDefault,
    /// A file that git does not track: a flake in a repository consists of what git tracks (Nix manual, `nix flake`,
    /// "Flake references").
    Untracked,
    /// Outside of the repository.
    Outside,
    /// An absolute path, of the machine that evaluates.
    Machine,
    /// A path in the home of who evaluates.
    Home,
    /// The file itself, whose value it is to be.
    Itself,
}

/// All of them, in order of place.
pub(super) fn missing(uses: &PerFile<PathUses>, tree: &Tree, sources: &Sources) -> Vec<Missing> {
    let in_repository = tree.on_disk(".git");
    let mut found = Vec::new();
    for (file, uses) in uses.iter() {
        let directory = sources.path(file).rsplit_once('/').map_or("", |(directory, _)| directory);
        found.extend(of_the_machine(uses, file));
        found.extend(itself(uses, file, sources.path(file)));
        for needed in uses.needed.iter().filter(|needed| !uses.guarded.contains(&needed.text)) {
            if needed.text.starts_with(['/', '~']) {
                continue;
            }
            let (target, why) = match join(directory, &needed.text) {
                Some(target) => {
                    let why = absence(tree, &target, needed);
                    (target, why)
                }
                None => (String::new(), in_repository.then_some(Absence::Outside)),
            };
            if let Some(why) = why {
                found.push(Missing { at: needed.at.span(file), text: needed.text.to_string(), target, why });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What only one machine has. Pure evaluation refuses to read any of it; to speak of `/x` is not to read it.
fn of_the_machine(uses: &PathUses, file: FileId) -> Vec<Missing> {
    let missing = |(text, at): (&Name, Loc), why| {
        let target = String::new();
        Missing { at: at.span(file), text: text.to_string(), target, why }
    };
    let needed = uses.needed.iter().map(|needed| (&needed.text, needed.at));
    let read = needed.chain(uses.copied.iter().map(|(text, at)| (text, *at)));
    let read = read.filter(|(text, _)| text.starts_with('/') && !uses.guarded.contains(*text));
    let home = uses.home.iter().map(|(text, at)| (text, *at));
    read.map(|place| missing(place, Absence::Machine))
        .chain(home.map(|place| missing(place, Absence::Home)))
        .collect()
}

/// Imports of the file by itself, without which it has no value.
fn itself(uses: &PathUses, file: FileId, path: &str) -> Vec<Missing> {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let is_own = |target: &str| target == path || target == directory && is_default(path);
    let own = uses.forced.iter().filter_map(|(text, at)| {
        let target = join(directory, text).filter(|target| is_own(target))?;
        Some(Missing { at: at.span(file), text: text.to_string(), target, why: Absence::Itself })
    });
    own.collect()
}

/// Whether an import of its directory means the file.
fn is_default(path: &str) -> bool {
    path == "default.nix" || path.ends_with("/default.nix")
}

fn absence(tree: &Tree, target: &str, needed: &Needed) -> Option<Absence> {
    // What other repositories and symbolic links hold is not known.
    let foreign = |above: &str| {
        tree.submodules.binary_search_by(|known| known.as_str().cmp(above)).is_ok()
            || tree.find(above).is_some_and(|entry| entry.kind == EntryKind::Symlink)
    };
    let ends = target.match_indices('/').map(|(end, _)| end).chain([target.len()]);
    if ends.map(|end| &target[..end]).any(foreign) {
        return None;
    }
    let is_directory = target.is_empty() || tree.find(target).is_some_and(|entry| entry.kind == EntryKind::Directory);
    if is_directory && !needed.imported {
        return None;
    }
    let file = match target {
        "" => "default.nix".to_owned(),
        _ if is_directory => format!("{target}/default.nix"),
        _ => target.to_owned(),
    };
    match tree.find(&file) {
        Some(entry) if entry.kind == EntryKind::Symlink => None,
        Some(entry) => (entry.tracked == Some(false)).then_some(Absence::Untracked),
        // There, and left out by an ignore file: without git it counts all the same.
        None if tree.on_disk(&file) => tree.on_disk(".git").then_some(Absence::Untracked),
        None if is_directory => Some(Absence::NoDefault),
        None => Some(Absence::Nothing),
    }
}
