//! The graph of concerns: what each two share, and the helpers that several read.

use super::{Edge, EdgeKind, Graph, Node};
use crate::measure::FlakeRow;
use crate::number::{counted, grouped};

/// Colours that concerns have in turn.
const COLORS: usize = 12;
/// Hubs that are drawn, those that come first: the most read.
const HUBS: usize = 16;
/// Pairs that are drawn, those that share most.
const PAIRS: usize = 40;

/// Class of a concern's colour.
pub(in crate::report) fn color(flake: &FlakeRow, concern: &str) -> String {
    let mut names: Vec<&str> = flake.concerns.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    names.binary_search(&concern).map_or_else(|_| "wiring".to_owned(), |at| format!("c{}", at % COLORS))
}

pub(super) fn graph(flake: &FlakeRow) -> Graph {
    let hubs: Vec<_> = flake.structure.hubs.iter().take(HUBS).collect();
    let mut nodes = Vec::new();
    for row in &flake.concerns {
        nodes.push(Node {
            label: row.name.clone(),
            detail: counted(row.exclusive, "line of its own", "lines of its own"),
            note: format!("{}: reaches {}", row.name, counted(row.reached, "line", "lines")),
            class: color(flake, &row.name),
            ..Node::default()
        });
    }
    let place = |name: &str| flake.concerns.iter().position(|row| row.name == name);
    let mut edges = shared(flake, &place);
    let most = hubs.iter().map(|hub| hub.lines).max().unwrap_or(1).max(1);
    for hub in hubs {
        let to = nodes.len();
        nodes.push(Node {
            label: hub.name.clone(),
            detail: counted(hub.lines, "line", "lines"),
            note: format!("{}: read by {}", hub.name, hub.readers.join(", ")),
            class: "hub".to_owned(),
            column: 1,
            ..Node::default()
        });
        for (reader, from) in hub.readers.iter().filter_map(|reader| Some((reader, place(reader)?))) {
            let weight = f64::from(hub.lines) / f64::from(most);
            edges.push(Edge { from, to, class: color(flake, reader), weight, ..Edge::default() });
        }
    }
    Graph {
        name: "concerns",
        says: "Concerns, the lines that they share, and the helpers that they read".to_owned(),
        nodes,
        edges,
        ..Graph::default()
    }
}

/// An edge for each two concerns that share lines.
fn shared(flake: &FlakeRow, place: &dyn Fn(&str) -> Option<usize>) -> Vec<Edge> {
    let mut pairs: Vec<_> = flake.coupling.iter().filter(|row| row.lines > 0).collect();
    pairs.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| (&a.a, &a.b).cmp(&(&b.a, &b.b))));
    pairs.truncate(PAIRS);
    let most = pairs.first().map_or(1, |row| row.lines);
    let edge = |row: &&crate::measure::CouplingRow| {
        let weight = f64::from(row.lines) / f64::from(most);
        let label = if row.lines == 1 { "1 line".to_owned() } else { format!("{} lines", grouped(row.lines)) };
        let (from, to) = (place(&row.a)?, place(&row.b)?);
        Some(Edge { from, to, label, weight, kind: EdgeKind::Shared, ..Edge::default() })
    };
    pairs.iter().filter_map(edge).collect()
}
