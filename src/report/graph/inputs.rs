//! The lock as a tree: every node below the one that brings it by the shortest chain.

use std::collections::{BTreeMap, VecDeque};

use super::super::inputs::{short, shown, times};
use super::{Edge, EdgeKind, Graph, Node};
use crate::audit::Audit;
use crate::measure::{FlakeRow, LockRow};

const SAYS: &str = "What flake.lock locks, each node below the input that brings it";

/// All flakes of the workspace.
pub(super) fn all(audit: &Audit) -> Graph {
    let mut whole = Graph { name: "inputs", says: SAYS.to_owned(), tree: true, ..Graph::default() };
    for flake in &audit.facts.flakes {
        let one = graph(audit, flake);
        let base = whole.nodes.len();
        whole.nodes.extend(one.nodes);
        whole.edges.extend(one.edges.into_iter().map(|edge| Edge {
            from: edge.from + base,
            to: edge.to + base,
            ..edge
        }));
        whole.ties.extend(one.ties.into_iter().map(|tie| tie.into_iter().map(|at| at + base).collect()));
    }
    whole
}

/// The lock of one flake.
pub(super) fn graph(audit: &Audit, flake: &FlakeRow) -> Graph {
    let mut graph = Graph { name: "inputs", says: SAYS.to_owned(), tree: true, ..Graph::default() };
    let Some(lock) = &flake.lock else { return graph };
    let order = order(flake, lock);
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(at, (number, _))| (*number, at)).collect();
    graph.nodes = order.iter().map(|(number, depth)| node(audit, flake, lock, *number, *depth)).collect();
    for (from, (number, _)) in order.iter().enumerate() {
        for edge in lock.graph.get(*number).map_or(&[][..], |row| &row.inputs) {
            let Some(to) = edge.to.and_then(|to| place.get(&to)) else { continue };
            let kind = if edge.follows.is_some() { EdgeKind::Dashed } else { EdgeKind::Plain };
            graph.edges.push(Edge { from, to: *to, label: edge.name.clone(), kind, ..Edge::default() });
        }
    }
    for row in &lock.duplicates {
        let named = |name: &str| lock.number(name).and_then(|at| place.get(&at));
        let mut tie: Vec<usize> = row.nodes.iter().filter_map(|node| named(&node.node).copied()).collect();
        tie.sort_unstable();
        graph.ties.push(tie);
    }
    graph
}

/// Numbers of the nodes with their depths, parents before what they bring; direct inputs that cost most come first.
fn order(flake: &FlakeRow, lock: &LockRow) -> Vec<(usize, usize)> {
    let count = lock.graph.len();
    let mut depth: Vec<Option<usize>> = vec![None; count];
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut queue = VecDeque::new();
    // What nothing leads to starts a tree of its own.
    for start in std::iter::once(lock.root).chain(0..count).filter(|at| *at < count) {
        if depth[start].is_some() {
            continue;
        }
        depth[start] = Some(0);
        queue.push_back(start);
        while let Some(at) = queue.pop_front() {
            for to in lock.graph[at].inputs.iter().filter(|edge| edge.follows.is_none()).filter_map(|edge| edge.to) {
                if to < count && depth[to].is_none() {
                    depth[to] = depth[at].map(|depth| depth + 1);
                    below[at].push(to);
                    queue.push_back(to);
                }
            }
        }
    }
    if let Some(direct) = below.get_mut(lock.root) {
        direct.sort_by_key(|at| std::cmp::Reverse(cost(flake, lock, *at).map_or(0, |(own, _)| own)));
    }
    let mut found = Vec::with_capacity(count);
    let starts = std::iter::once(lock.root).chain((0..count).filter(|at| *at != lock.root && depth[*at] == Some(0)));
    for start in starts.filter(|at| *at < count) {
        let mut stack = vec![start];
        while let Some(at) = stack.pop() {
            found.push((at, depth[at].unwrap_or(0)));
            stack.extend(below[at].iter().rev());
        }
    }
    found
}

/// What the direct input that leads to a node costs.
fn cost(flake: &FlakeRow, lock: &LockRow, number: usize) -> Option<(u32, u32)> {
    let root = lock.graph.get(lock.root)?;
    let edge = root.inputs.iter().find(|edge| edge.to == Some(number) && edge.follows.is_none())?;
    let input = flake.inputs.iter().find(|input| input.name == edge.name)?;
    Some((input.own_nodes, input.nodes))
}

fn node(audit: &Audit, flake: &FlakeRow, lock: &LockRow, number: usize, column: usize) -> Node {
    let Some(row) = lock.graph.get(number) else { return Node::default() };
    if number == lock.root {
        return Node { label: shown(audit, flake), class: "hub".to_owned(), ..Node::default() };
    }
    let source = row.source.as_deref().unwrap_or("?");
    let detail = format!("{source} {}", short(&row.revision)).trim_end().to_owned();
    let times = times(lock, row);
    let follows: Vec<String> = row
        .inputs
        .iter()
        .filter_map(|edge| edge.follows.as_ref().map(|path| format!("{} → {}", edge.name, path.join("/"))))
        .collect();
    let mut note = format!("{}: {detail}", row.path.join(" → "));
    if times > 1 {
        note += &["; its source is locked ", &times.to_string(), " times"].concat();
    }
    if !follows.is_empty() {
        note += &["; follows ", &follows.join(", ")].concat();
    }
    let cost = (column == 1).then(|| cost(flake, lock, number)).flatten();
    Node { label: row.node.clone(), detail, note, column, double: times > 1, cost, ..Node::default() }
}
