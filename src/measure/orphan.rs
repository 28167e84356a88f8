//! Files that nothing reads, and how sure that is.
//!
//! Nix code can name a file in ways that only evaluation shows, and people start at files too. What is told as
//! *proven* has therefore to pass every doubt that is listed here; one doubt makes it *likely*, and a function that
//! may list its directory makes it *unknown*, which is no orphan at all.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::facts::{Orphan, Reached};
use super::file::{ENTRIES, is_fixture};
use crate::discover::{EntryKind, Tree};
use crate::resolve::Project;
use crate::resolve::nodes::ROOT;
use crate::source::{FileId, Sources, is_nix};

/// Files other than Nix code that are searched for names, and how large they may be, in bytes. With more or larger
/// ones nothing is proven.
const MAX_SEARCHED: usize = 20_000;
const MAX_BYTES: usize = 256 * 1024;
/// Candidates that are looked into; more are a tree that is not built by its flake.
const MAX_CANDIDATES: usize = 2_000;
/// Endings of files that neither people nor programs name Nix files in.
const SILENT: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "ico", "webp", "pdf", "woff", "woff2", "ttf", "otf", "gz", "xz", "zip", "zst",
    "lock", "patch", "diff", "po", "csv", "age", "gpg", "asc", "pem", "crt", "wasm", "so", "a", "bin", "mp3", "mp4",
];

/// Files that nothing was found to read, with how sure that is.
pub(super) fn orphans(
    tree: &Tree,
    project: &Project,
    sources: &Sources,
    reached: &[Reached],
) -> BTreeMap<FileId, Orphan> {
    let whole = project.flakes.iter().any(|flake| flake.dir == ".");
    let left = |id: &FileId| reached[id.0 as usize] == Reached::Unknown;
    let candidates: Vec<FileId> =
        sources.iter().filter(|(_, file)| is_nix(&file.path)).map(|(id, _)| id).filter(left).collect();
    if !whole || candidates.is_empty() || candidates.len() > MAX_CANDIDATES {
        return BTreeMap::new();
    }
    let covered = covered(tree, project, sources, reached);
    let mut sure: BTreeMap<FileId, Orphan> = candidates
        .into_iter()
        .filter(|id| {
            let path = sources.path(*id);
            !is_fixture(path) && !ancestors(path).any(|directory| covered.contains(directory))
        })
        .map(|id| (id, Orphan::Proven))
        .collect();
    let doubtful = |id: FileId| is_entry(sources.path(id)) || untracked(tree, sources.path(id));
    let starts: Vec<FileId> = sure.keys().copied().filter(|id| doubtful(*id)).collect();
    // What a file that people may start at leads to is as doubtful as the file.
    for node in project.links.graph.reach(starts.iter().map(|id| project.links.node(*id, ROOT)), |_| false) {
        sure.entry(project.links.place(node).0).and_modify(|orphan| *orphan = Orphan::Likely);
    }
    let unknown = project.flakes.iter().any(|flake| flake.unknown.iter().any(|unknown| unknown.path.is_empty()));
    if unknown {
        for orphan in sure.values_mut() {
            *orphan = Orphan::Likely;
        }
    }
    let proven: Vec<FileId> = sure.iter().filter(|(_, how)| **how == Orphan::Proven).map(|(id, _)| *id).collect();
    for id in named(tree, sources, &proven) {
        sure.insert(id, Orphan::Likely);
    }
    sure
}

/// Directories above a path, from the nearest; the root is `""`.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let above = rest?.rsplit_once('/').map_or("", |(directory, _)| directory);
        rest = (!above.is_empty()).then_some(above);
        Some(above)
    })
}

/// Whether people or tools may start at a file because of its name.
fn is_entry(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ENTRIES.contains(&name) || name.starts_with("update") || name.starts_with('.')
}

fn untracked(tree: &Tree, path: &str) -> bool {
    tree.find(path).is_some_and(|entry| entry.tracked == Some(false))
}

/// Directories that a function or a framework is given and may list.
fn covered(tree: &Tree, project: &Project, sources: &Sources, reached: &[Reached]) -> BTreeSet<String> {
    let mut covered: BTreeSet<String> = project
        .flakes
        .iter()
        .flat_map(|flake| flake.listed.iter().cloned())
        .filter(|d| !d.is_empty())
        .collect();
    for (file, source) in sources.iter() {
        if reached[file.0 as usize] == Reached::Unknown {
            continue;
        }
        let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let uses = &project.paths[file.0 as usize];
        let given = project.graphs[file.0 as usize].nodes.iter().flat_map(|node| &node.paths);
        let given = given.filter(|path| !uses.sources.contains(&path.at.start)).map(|path| (&*path.text, path.whole));
        let listed = uses.listed.iter().map(|text| (&**text, true));
        for (text, whole) in given.chain(listed) {
            // Of a computed path the directory before the computed part is known.
            let text = if whole { text } else { text.rsplit_once('/').map_or(text, |(directory, _)| directory) };
            if let Some(target) = crate::resolve::join(directory, text)
                && tree.find(&target).is_none_or(|entry| entry.kind == EntryKind::Directory)
                && (!whole || tree.find(&below(&target)).is_none())
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

/// Those of `proven` whose name, or whose directory at the end of a string, stands in another file's text.
fn named(tree: &Tree, sources: &Sources, proven: &[FileId]) -> BTreeSet<FileId> {
    let mut patterns: Vec<(String, FileId, bool)> = Vec::new();
    for id in proven {
        let path = sources.path(*id);
        let name = path.rsplit('/').next().unwrap_or(path);
        patterns.push((name.to_owned(), *id, false));
        for directory in ancestors(path).filter(|directory| !directory.is_empty()) {
            let ends = directory.match_indices('/').map(|(at, _)| &directory[at..]);
            let ends: Vec<String> = ends.map(str::to_owned).chain([format!("/{directory}")]).collect();
            for end in ends {
                patterns.extend([(format!("\"{end}"), *id, true), (format!("}}{end}"), *id, true)]);
            }
        }
    }
    let Ok(search) = AhoCorasick::new(patterns.iter().map(|(text, ..)| text)) else {
        return proven.iter().copied().collect();
    };
    let in_text = |text: &str, path: &str, own: Option<FileId>| -> Vec<FileId> {
        let here = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        search
            .find_overlapping_iter(text)
            .filter(|found| {
                let (_, _, directory) = &patterns[found.pattern().as_usize()];
                let next = text[found.end()..].chars().next();
                let ends = next.is_none_or(|c| matches!(c, '"' | '/' | '}' | '$' | ' '));
                let means_another = || {
                    let written = written(text, found.start(), found.end());
                    let meant = crate::resolve::join(here, written);
                    meant.is_some_and(|meant| {
                        meant != sources.path(patterns[found.pattern().as_usize()].1) && sources.find(&meant).is_some()
                    })
                };
                (!directory || ends)
                    && !(own.is_some() && in_comment(text, found.start()))
                    && (*directory || !means_another())
            })
            .map(|found| patterns[found.pattern().as_usize()].1)
            .filter(|id| Some(*id) != own)
            .collect()
    };
    let nix = sources.iter().collect::<Vec<_>>().into_par_iter().filter(|(_, file)| is_nix(&file.path));
    let mut found: BTreeSet<FileId> =
        nix.flat_map_iter(|(id, file)| in_text(&file.text, &file.path, Some(id))).collect();
    let others: Vec<_> = tree.entries.iter().filter(|e| e.kind == EntryKind::File && speaks(&e.path)).collect();
    if others.len() > MAX_SEARCHED {
        return proven.iter().copied().collect();
    }
    let texts = others.into_par_iter().filter_map(|entry| Some((&entry.path, tree.read_entry(entry).ok()?)));
    let texts = texts.filter(|(_, text)| text.len() <= MAX_BYTES);
    found.par_extend(texts.flat_map_iter(|(path, text)| in_text(&text, path, None)));
    found
}

/// The path that a name stands at the end of, as it is written.
fn written(text: &str, start: usize, end: usize) -> &str {
    let head = text[..start].rfind(|c: char| !(c.is_ascii_alphanumeric() || "._+-/".contains(c)));
    &text[head.map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8))..end]
}

fn speaks(path: &str) -> bool {
    let ending = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, ending)| ending);
    !is_nix(path) && !SILENT.contains(&ending.to_ascii_lowercase().as_str())
}

/// Whether a place in Nix code is behind a `#` of its line.
fn in_comment(text: &str, at: usize) -> bool {
    let line = text[..at].rsplit('\n').next().unwrap_or("");
    line.trim_start().starts_with('#') || line.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::{ancestors, in_comment};

    #[test]
    fn directories_above_a_path() {
        assert_eq!(ancestors("a/b/c.nix").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(ancestors("c.nix").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn what_stands_behind_a_number_sign_is_no_use() {
        let text = "a\n  # ./b.nix\n ./c.nix # ./d.nix\n";
        let at = |name: &str| in_comment(text, text.find(name).unwrap());
        assert_eq!(["b.nix", "c.nix", "d.nix"].map(at), [true, false, true]);
    }
}
