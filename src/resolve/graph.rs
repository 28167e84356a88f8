//! A directed graph over numbers, and what can be reached in it. No Nix in it.

use petgraph::csr::Csr;

/// A directed graph whose nodes are the numbers from 0 on, in compressed rows: nothing is added to it.
#[derive(Clone, Debug)]
pub struct Graph {
    inner: Csr<(), ()>,
}

impl Default for Graph {
    fn default() -> Self {
        Self { inner: Csr::new() }
    }
}

impl Graph {
    /// A graph of `nodes` nodes with these edges; one that is there twice is there once. Edges from or to nodes that do
    /// not exist are left out.
    pub fn new(nodes: usize, mut edges: Vec<(u32, u32)>) -> Self {
        edges.retain(|(from, to)| (*from as usize) < nodes && (*to as usize) < nodes);
        // A graph has as many nodes as its largest edge says: one from the last to itself says all.
        if let Some(last) = (nodes as u32).checked_sub(1) {
            edges.push((last, last));
        }
        edges.sort_unstable();
        edges.dedup();
        Self { inner: Csr::from_sorted_edges(&edges).unwrap_or_default() }
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
        let mut out = Vec::new();
        self.visit(roots, |node| {
            out.push(node);
            !stop(node)
        });
        out.sort_unstable();
        out
    }

    /// Comes to each node once that can be reached from `roots` through nodes of which `pass` is true; each is asked
    /// once, in no order to rely on.
    pub fn visit(&self, roots: impl IntoIterator<Item = u32>, mut pass: impl FnMut(u32) -> bool) {
        let mut seen = vec![false; self.len()];
        let mut open: Vec<u32> = roots.into_iter().collect();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut seen[node as usize], true) && pass(node) {
                open.extend_from_slice(self.inner.neighbors_slice(node));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reach_passes_cycles_and_stops_where_told() {
        let graph = Graph::new(6, vec![(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (2, 3), (7, 1)]);
        assert_eq!(graph.len(), 6);
        assert_eq!(graph.reach([0], |_| false), vec![0, 1, 2, 3, 4]);
        assert_eq!(graph.reach([0], |n| n == 2), vec![0, 1, 2]);
        assert_eq!(graph.reach([3, 0], |n| n == 2), vec![0, 1, 2, 3, 4]);
        assert_eq!(graph.reach([5], |_| false), vec![5]);
        assert_eq!(graph.reach([], |_| false), Vec::<u32>::new());
        assert!(Graph::new(0, Vec::new()).is_empty());
    }
}
