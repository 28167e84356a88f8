//! A directed graph over numbers, and what can be reached in it. No Nix in it.

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, EdgeFiltered, EdgeRef};

/// A directed graph whose nodes are the numbers from 0 on.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    inner: DiGraph<(), ()>,
}

impl Graph {
    /// A graph of `nodes` nodes without edges.
    pub fn new(nodes: usize) -> Self {
        let mut inner = DiGraph::with_capacity(nodes, nodes);
        for _ in 0..nodes {
            inner.add_node(());
        }
        Self { inner }
    }

    /// Adds an edge.
    ///
    /// # Panics
    /// When a node does not exist: a bug, not an input.
    pub fn edge(&mut self, from: u32, to: u32) {
        self.inner.add_edge(NodeIndex::new(from as usize), NodeIndex::new(to as usize), ());
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.inner.node_count()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All nodes that can be reached from `roots` (roots included), in ascending order. A node for which
    /// `stop` holds is reached but not passed through. Iterative: depth does not matter.
    pub fn reach(&self, roots: impl IntoIterator<Item = u32>, stop: impl Fn(u32) -> bool) -> Vec<u32> {
        let passable = EdgeFiltered::from_fn(&self.inner, |edge| !stop(edge.source().index() as u32));
        let mut search = Dfs::empty(&passable);
        let mut out = Vec::new();
        for root in roots {
            search.move_to(NodeIndex::new(root as usize));
            while let Some(node) = search.next(&passable) {
                out.push(node.index() as u32);
            }
        }
        out.sort_unstable();
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_passes_cycles_and_stops_where_told() {
        let mut graph = Graph::new(5);
        for (a, b) in [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)] {
            graph.edge(a, b);
        }
        assert_eq!(graph.reach([0], |_| false), vec![0, 1, 2, 3, 4]);
        assert_eq!(graph.reach([0], |n| n == 2), vec![0, 1, 2]);
        assert_eq!(graph.reach([3, 0], |n| n == 2), vec![0, 1, 2, 3, 4]);
        assert_eq!(graph.reach([], |_| false), Vec::<u32>::new());
    }
}
