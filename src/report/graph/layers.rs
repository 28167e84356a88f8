//! Where the nodes of a graph in columns stand: ordered by the middle of their neighbours, as near to them as can be
//! (Sugiyama, Tagawa and Toda 1981; heights by isotonic regression).

use std::cmp::Ordering;

use super::Graph;

/// Sweeps over all columns; more change next to nothing.
const SWEEPS: usize = 6;

/// The height of the middle of each node, in rows; the topmost is 0.
pub(super) fn heights(graph: &Graph) -> Vec<f64> {
    let count = graph.nodes.len();
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); count];
    for edge in &graph.edges {
        if graph.nodes[edge.from].column != graph.nodes[edge.to].column {
            near[edge.from].push(edge.to);
            near[edge.to].push(edge.from);
        }
    }
    let last = graph.nodes.iter().map(|node| node.column).max().unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (at, node) in graph.nodes.iter().enumerate() {
        columns[node.column].push(at);
    }
    let mut height = vec![0.0; count];
    for column in &columns {
        for (row, at) in column.iter().enumerate() {
            height[*at] = row as f64;
        }
    }
    for sweep in 0..SWEEPS {
        let order: Vec<usize> = if sweep % 2 == 0 { (0..=last).collect() } else { (0..=last).rev().collect() };
        for column in order {
            settle(&mut columns[column], &near, &mut height);
        }
    }
    let top = height.iter().copied().fold(f64::INFINITY, f64::min);
    height.iter().map(|height| height - top).collect()
}

/// Orders a column by the middle of its neighbours and moves each node as near to it as the others let it.
fn settle(column: &mut [usize], near: &[Vec<usize>], height: &mut [f64]) {
    let wish = |at: usize| {
        let neighbours = &near[at];
        if neighbours.is_empty() {
            return None;
        }
        Some(neighbours.iter().map(|to| height[*to]).sum::<f64>() / neighbours.len() as f64)
    };
    let mut wishes: Vec<(usize, Option<f64>)> = column.iter().map(|at| (*at, wish(*at))).collect();
    // Those without neighbours stand below.
    wishes.sort_by(|(_, a), (_, b)| match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    // Blocks of nodes that stand close: (sum of wishes less their rows, nodes).
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let mut least = 0.0;
    for (row, (at, wish)) in wishes.iter().enumerate() {
        column[row] = *at;
        let target = wish.unwrap_or(least) - row as f64;
        least = wish.unwrap_or(least).max(least);
        let mut block = (target, 1);
        while let Some((sum, nodes)) =
            blocks.last().copied().filter(|(sum, n)| sum / *n as f64 > block.0 / block.1 as f64)
        {
            blocks.pop();
            block = (block.0 + sum, block.1 + nodes);
        }
        blocks.push(block);
    }
    let mut row = 0;
    for (sum, nodes) in blocks {
        for _ in 0..nodes {
            height[column[row]] = sum / nodes as f64 + row as f64;
            row += 1;
        }
    }
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
        ) {
            let nodes: Vec<Node> = columns.iter().map(|column| Node { column: *column, ..Node::default() }).collect();
            let edge = |(from, to): &(usize, usize)| Edge { from: from % nodes.len(), to: to % nodes.len(), ..Edge::default() };
            let edges = pairs.iter().map(edge).collect();
            let graph = Graph { nodes, edges, ..Graph::default() };
            let heights = heights(&graph);
            for a in 0..columns.len() {
                prop_assert!(heights[a] >= 0.0 && heights[a].is_finite());
                for b in 0..a {
                    prop_assert!(columns[a] != columns[b] || (heights[a] - heights[b]).abs() > 0.999, "{heights:?}");
                }
            }
        }
    }
}
