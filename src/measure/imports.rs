//! The import graph as rows: broken and far-reaching path literals, cycles, depth.

use std::collections::VecDeque;

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::facts::{FileRow, PathFault, PathRow};
use super::file::is_fixture;
use crate::resolve::missing::Absence;
use crate::resolve::nodes::PathRef;
use crate::resolve::{Project, join};
use crate::source::{FileId, PerFile, Sources, is_nix};

/// Directories up from which a path literal is far.
const FAR: &str = "../../../";

/// Path literals that lead to nothing, or far away, in order of place.
pub(super) fn paths(project: &Project, sources: &Sources, files: &[FileRow]) -> Vec<PathRow> {
    let by_flake = |file: FileId| is_judged(files, file);
    let guarded = |why: Absence, file: FileId| {
        matches!(why, Absence::Machine | Absence::Home) && is_for_impure(project, sources, file)
    };
    let missing = project.missing.iter().filter(|missing| !guarded(missing.why, missing.at.file));
    let missing = missing.map(|missing| PathRow {
        at: missing.at,
        text: missing.text.clone(),
        target: missing.target.clone(),
        fault: match missing.why {
            Absence::Nothing => PathFault::Nothing,
            Absence::NoDefault => PathFault::NoDefault,
            Absence::Untracked => PathFault::Untracked,
            Absence::Outside => PathFault::Outside,
            Absence::Machine => PathFault::Machine,
            Absence::Home => PathFault::Home,
            Absence::Itself => PathFault::Itself,
        },
        by_flake: by_flake(missing.at.file),
    });
    let far = sources.iter().flat_map(|(file, _)| {
        let refs = project.stored.outline(file).paths.iter().map(|(_, path)| path);
        refs.filter(|reference| is_far(reference)).map(move |reference| (file, reference))
    });
    let far = far.map(|(file, reference)| PathRow {
        at: reference.at.span(file),
        text: reference.text.clone(),
        target: String::new(),
        fault: PathFault::Far,
        by_flake: by_flake(file),
    });
    let mut rows: Vec<PathRow> = missing.chain(far).collect();
    rows.sort_by_key(|row| (row.at, row.fault));
    rows.dedup_by_key(|row| (row.at, row.fault));
    rows
}

/// Whether a file, or one that imports it, asks first whether evaluation is pure.
fn is_for_impure(project: &Project, sources: &Sources, file: FileId) -> bool {
    let asks = |file: FileId| {
        let text = sources.file(file).glance();
        ["inPureEvalMode", "builtins ? currentSystem", "builtins?currentSystem"]
            .iter()
            .any(|ask| text.contains(ask))
    };
    asks(file) || project.links.written().any(|import| import.to == file && asks(import.from))
}

/// Whether a flake leads to a file that is no fixture.
fn is_judged(files: &[FileRow], file: FileId) -> bool {
    files
        .binary_search_by_key(&file, |row| row.file)
        .is_ok_and(|at| files[at].by_flake && !files[at].fixture)
}

/// Whether a path to Nix code climbs that far; data (a patch, a folder of keys) has to live somewhere.
fn is_far(reference: &PathRef) -> bool {
    let last = reference.text.rsplit('/').next().unwrap_or_default();
    let is_code = is_nix(last) || reference.imported && (last == ".." || !last.contains('.'));
    reference.whole && is_code && format!("{}/", reference.text).starts_with(FAR)
}

/// The graph of files, of imports that are written out.
fn graph(project: &Project) -> DiGraphMap<FileId, ()> {
    project.links.written().map(|import| (import.from, import.to)).collect()
}

/// Files that import each other: the strongly connected components of two files and more (Tarjan 1972).
pub(super) fn cycles(project: &Project, files: &[FileRow]) -> Vec<Vec<FileId>> {
    let judged = |file: &FileId| is_judged(files, *file);
    let mut found: Vec<Vec<FileId>> = tarjan_scc(&graph(project))
        .into_iter()
        .filter(|component| component.len() > 1 && component.iter().any(judged))
        .collect();
    for component in &mut found {
        component.sort_unstable();
    }
    found.sort();
    found
}

/// Which files a flake that is no fixture imports, by paths that are written out.
pub(super) fn imported(project: &Project, sources: &Sources) -> PerFile<bool> {
    let mut marks = sources.table(false);
    let flakes = project.flakes.iter().map(|flake| flake.file);
    let mut queue: Vec<FileId> = flakes.filter(|file| !is_fixture(sources.path(*file))).collect();
    while let Some(file) = queue.pop() {
        if std::mem::replace(&mut marks[file], true) {
            continue;
        }
        let directory = sources.path(file).rsplit_once('/').map_or("", |(directory, _)| directory);
        let needed = project.paths[file].needed.iter().filter(|needed| needed.imported);
        for path in needed.filter_map(|needed| join(directory, &needed.text)) {
            let default = if path.is_empty() { "default.nix".to_owned() } else { format!("{path}/default.nix") };
            queue.extend(sources.find(&path).or_else(|| sources.find(&default)));
        }
    }
    marks
}

/// Imports from the nearest flake to each file, the shortest way.
pub(super) fn depths(project: &Project, sources: &Sources) -> PerFile<Option<u32>> {
    let graph = graph(project);
    let mut depths = sources.table(None);
    let mut queue = VecDeque::new();
    for flake in &project.flakes {
        depths[flake.file] = Some(0);
        queue.push_back((flake.file, 0));
    }
    while let Some((file, depth)) = queue.pop_front() {
        for next in graph.neighbors(file) {
            if depths[next].is_none() {
                depths[next] = Some(depth + 1);
                queue.push_back((next, depth + 1));
            }
        }
    }
    depths
}
