//! Where the nodes of a graph in columns stand: ordered by the middle of their neighbours, as near to them as can be
//! (Sugiyama, Tagawa and Toda 1981; heights by isotonic regression).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::Graph;

/// Sweeps over all columns; more change next to nothing.
const SWEEPS: usize = 6;

/// Rows that an edge takes which passes through a column.
const PASSING: f64 = 0.4;

/// Where everything stands, in rows; the topmost is 0.
pub(super) struct Heights {
    /// The middle of each node.
    pub(super) nodes: Vec<f64>,
    /// Of each edge, where it passes through the columns between its ends.
    pub(super) ways: Vec<Vec<f64>>,
}

/// What stands in a column: a node, or an edge on its way. Edges from one node share their way.
struct Board {
    columns: Vec<Vec<usize>>,
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    size: Vec<f64>,
    height: Vec<f64>,
}

/// The height of each node, and of each edge between its ends.
pub(super) fn heights(graph: &Graph) -> Heights {
    let (mut board, passing) = board(graph);
    let last = board.columns.len() - 1;
    for sweep in 0..SWEEPS {
        let order: Vec<usize> = if sweep % 2 == 0 { (0..=last).collect() } else { (0..=last).rev().collect() };
        for column in order {
            let near = |at: usize| board.left[at].iter().chain(&board.right[at]).map(|to| board.height[*to]);
            let middle = |at: usize| Some(near(at).sum::<f64>() / near(at).count() as f64).filter(|at| at.is_finite());
            let wishes = board.columns[column].iter().map(|at| (*at, middle(*at))).collect();
            settle(&mut board, column, wishes);
        }
    }
    if graph.from_top {
        for column in (0..last).rev() {
            let first = |at: usize| board.right[at].iter().map(|to| board.height[*to]).reduce(f64::min);
            let stays = |at: usize| (!board.left[at].is_empty()).then_some(board.height[at]);
            let wishes = board.columns[column].iter().map(|at| (*at, first(*at).or_else(|| stays(*at)))).collect();
            settle(&mut board, column, wishes);
        }
    }
    let top = board.height.iter().copied().fold(f64::INFINITY, f64::min);
    let ways = passing.iter().map(|way| way.iter().map(|at| board.height[*at] - top).collect()).collect();
    Heights { nodes: board.height[..graph.nodes.len()].iter().map(|height| height - top).collect(), ways }
}

/// Nodes and edges in their columns as they come, and what stands in for each edge.
fn board(graph: &Graph) -> (Board, Vec<Vec<usize>>) {
    let last = graph.nodes.iter().map(|node| node.column).max().unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (at, node) in graph.nodes.iter().enumerate() {
        columns[node.column].push(at);
    }
    let mut links = Vec::new();
    let mut known: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut count = graph.nodes.len();
    let mut passing = Vec::with_capacity(graph.edges.len());
    for edge in &graph.edges {
        let (from, to) = (graph.nodes[edge.from].column, graph.nodes[edge.to].column);
        let mut way = Vec::new();
        let mut at = edge.from;
        for (column, members) in columns.iter_mut().enumerate().take(to).skip(from + 1) {
            let next = *known.entry((edge.from, column)).or_insert_with(|| {
                members.push(count);
                count += 1;
                count - 1
            });
            links.push((at, next));
            way.push(next);
            at = next;
        }
        if from != to {
            links.push(if from < to { (at, edge.to) } else { (edge.to, edge.from) });
        }
        passing.push(way);
    }
    links.sort_unstable();
    links.dedup();
    let (mut left, mut right) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (from, to) in links {
        right[from].push(to);
        left[to].push(from);
    }
    let mut height = vec![0.0; count];
    for column in &columns {
        for (row, at) in column.iter().enumerate() {
            height[*at] = row as f64;
        }
    }
    let size = (0..count).map(|at| if at < graph.nodes.len() { 1.0 } else { PASSING }).collect();
    (Board { columns, left, right, size, height }, passing)
}

/// Orders a column by what its members wish for, and moves each as near to that as the others let it.
fn settle(board: &mut Board, column: usize, mut wishes: Vec<(usize, Option<f64>)>) {
    // Those that wish nothing stand below.
    wishes.sort_by(|(_, a), (_, b)| match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    // Blocks of members that stand close: (sum of wishes less their offsets, members).
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let mut offsets = Vec::with_capacity(wishes.len());
    let mut end = 0.0;
    for (at, wish) in &wishes {
        let offset = end + board.size[*at] / 2.0;
        end += board.size[*at];
        offsets.push(offset);
        // What wishes nothing stands close below and pulls nobody.
        let above = blocks.last().map_or(0.0, |(sum, members)| sum / *members as f64);
        let mut block = (wish.map_or(above, |wish| wish - offset), 1);
        while let Some((sum, members)) =
            blocks.last().copied().filter(|(sum, n)| sum / *n as f64 > block.0 / block.1 as f64)
        {
            blocks.pop();
            block = (block.0 + sum, block.1 + members);
        }
        blocks.push(block);
    }
    let mut row = 0;
    for (sum, members) in blocks {
        for _ in 0..members {
            board.height[wishes[row].0] = sum / members as f64 + offsets[row];
            row += 1;
        }
    }
    board.columns[column] = wishes.into_iter().map(|(at, _)| at).collect();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Edge, Node};
    use super::*;

    proptest! {
        #[test]
        fn no_two_nodes_of_a_column_overlap(
            columns in prop::collection::vec(0_usize..5, 1..40),
            pairs in prop::collection::vec((0_usize..40, 0_usize..40), 0..80),
            from_top: bool,
        ) {
            let nodes: Vec<Node> = columns.iter().map(|column| Node { column: *column, ..Node::default() }).collect();
            let edge = |(from, to): &(usize, usize)| Edge { from: from % nodes.len(), to: to % nodes.len(), ..Edge::default() };
            let edges = pairs.iter().map(edge).collect();
            let graph = Graph { nodes, edges, from_top, ..Graph::default() };
            let Heights { nodes: heights, ways } = heights(&graph);
            prop_assert!(ways.iter().flatten().all(|height| *height >= 0.0 && height.is_finite()));
            for a in 0..columns.len() {
                prop_assert!(heights[a] >= 0.0 && heights[a].is_finite());
                for b in 0..a {
                    prop_assert!(columns[a] != columns[b] || (heights[a] - heights[b]).abs() > 0.999, "{heights:?}");
                }
            }
        }
    }
}
