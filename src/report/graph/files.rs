//! The import graph: columns by the longest chain of imports, so that an import leads to the right.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Edge, EdgeKind, Graph, Node};
use crate::audit::Audit;
use crate::measure::{FlakeRow, Orphan, Reached};
use crate::number::counted;
use crate::source::FileId;

/// Files that are drawn, the nearest first.
const FILES: usize = 120;
/// Files that nothing reads that are drawn.
const ORPHANS: usize = 20;

pub(super) fn graph(audit: &Audit, flake: &FlakeRow, link: &dyn Fn(FileId) -> Option<String>) -> Graph {
    let imports = audit.facts.routes.pairs();
    let near = near(&imports, flake);
    let drawn: BTreeMap<FileId, usize> = near.iter().enumerate().map(|(at, (file, _))| (*file, at)).collect();
    let circles: BTreeMap<FileId, usize> = audit
        .facts
        .cycles
        .iter()
        .enumerate()
        .flat_map(|(at, files)| files.iter().map(move |file| (*file, at)))
        .collect();
    let place = |(from, to): &(FileId, FileId)| Some((*drawn.get(from)?, *drawn.get(to)?, (*from, *to)));
    let mut edges = Vec::new();
    for (from, to, (a, b)) in imports.iter().filter_map(place) {
        let circle = circles.get(&a).is_some_and(|at| circles.get(&b) == Some(at));
        let kind = if circle { EdgeKind::Cycle } else { EdgeKind::Plain };
        let class = if circle { "cycle" } else { "" }.to_owned();
        edges.push(Edge { from, to, class, kind, ..Edge::default() });
    }
    let columns = columns(&near, &edges);
    let node = |file: FileId, column: usize, class: &str, said: &str| {
        let path = audit.sources.path(file).to_owned();
        let rows = &audit.facts.files;
        let row = rows.binary_search_by_key(&file, |row| row.file).ok().map(|at| &rows[at]);
        let lines = row.map_or_else(String::new, |row| counted(row.lines.total, "line", "lines"));
        Node {
            note: format!("{path}: {lines}{said}"),
            label: path,
            class: class.to_owned(),
            column,
            link: link(file),
            ..Node::default()
        }
    };
    // What is imported by code that nothing reaches is an orphan too: it has its place already.
    let dead = |file: FileId| {
        let row = audit.facts.file(file);
        row.is_some_and(|row| row.reached == Reached::Orphan && !row.fixture)
    };
    let in_place = |file: FileId, column: usize| {
        let said = if dead(file) { ("dead", ", only code that nothing reads leads to it") } else { ("", "") };
        node(file, column, said.0, said.1)
    };
    let mut nodes: Vec<Node> = near.iter().zip(&columns).map(|((file, _), column)| in_place(*file, *column)).collect();
    let orphans = audit.facts.files.iter().filter(|row| row.reached == Reached::Orphan && !row.fixture);
    let mut orphans: Vec<_> = orphans.filter(|row| !drawn.contains_key(&row.file)).collect();
    orphans.retain(|row| flake.path == "." || row.path.starts_with(&format!("{}/", flake.path)));
    for row in orphans.into_iter().take(ORPHANS) {
        let sure = if row.orphan == Some(Orphan::Proven) { ", nothing reads it" } else { ", nothing seems to read it" };
        nodes.push(node(row.file, 0, "dead", sure));
    }
    Graph {
        name: "files",
        says: "Which file imports which".to_owned(),
        nodes,
        edges,
        from_top: true,
        ..Graph::default()
    }
}

/// Files from the flake on, by the shortest chain of imports.
fn near(imports: &[(FileId, FileId)], flake: &FlakeRow) -> Vec<(FileId, usize)> {
    let mut next: BTreeMap<FileId, Vec<FileId>> = BTreeMap::new();
    for (from, to) in imports {
        next.entry(*from).or_default().push(*to);
    }
    let mut seen = BTreeSet::from([flake.file]);
    let mut queue = VecDeque::from([(flake.file, 0)]);
    let mut found = Vec::new();
    while let Some((file, depth)) = queue.pop_front() {
        if found.len() == FILES {
            break;
        }
        found.push((file, depth));
        for to in next.get(&file).into_iter().flatten() {
            if seen.insert(*to) {
                queue.push_back((*to, depth + 1));
            }
        }
    }
    found
}

/// The longest chain to each node, circles left out. A node in a circle that is not listed keeps its shortest.
fn columns(near: &[(FileId, usize)], edges: &[Edge]) -> Vec<usize> {
    let mut columns: Vec<usize> = near.iter().map(|(_, depth)| *depth).collect();
    let mut waits = vec![0_usize; near.len()];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); near.len()];
    for edge in edges.iter().filter(|edge| edge.kind == EdgeKind::Plain) {
        waits[edge.to] += 1;
        next[edge.from].push(edge.to);
    }
    let mut ready: Vec<usize> = (0..near.len()).filter(|at| waits[*at] == 0).collect();
    while let Some(at) = ready.pop() {
        for to in &next[at] {
            columns[*to] = columns[*to].max(columns[at] + 1);
            waits[*to] -= 1;
            if waits[*to] == 0 {
                ready.push(*to);
            }
        }
    }
    // A column that nothing stands in would be a gap.
    let used: Vec<usize> = columns.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    columns.iter().map(|column| used.binary_search(column).unwrap_or(0)).collect()
}
