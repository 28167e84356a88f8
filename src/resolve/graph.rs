//! A directed graph over numbers, and what can be reached in it. No Nix in it.

/// Edges by node.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    edges: Vec<Vec<u32>>,
}

impl Graph {
    /// A graph of `nodes` nodes without edges.
    pub fn new(nodes: usize) -> Self {
        Self { edges: vec![Vec::new(); nodes] }
    }

    /// Adds an edge.
    pub fn edge(&mut self, from: u32, to: u32) {
        self.edges[from as usize].push(to);
    }

    /// Where a node's edges lead.
    pub fn next(&self, node: u32) -> &[u32] {
        &self.edges[node as usize]
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there are no nodes.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// All nodes that can be reached from `roots` (roots included), in ascending order. A node for which
    /// `stop` holds is reached but not passed through. Iterative: depth does not matter.
    pub fn reach(&self, roots: impl IntoIterator<Item = u32>, stop: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut seen = vec![false; self.edges.len()];
        let mut stack: Vec<u32> = roots.into_iter().collect();
        let mut out = Vec::new();
        while let Some(node) = stack.pop() {
            if std::mem::replace(&mut seen[node as usize], true) {
                continue;
            }
            out.push(node);
            if !stop(node) {
                stack.extend(self.next(node).iter().copied().filter(|n| !seen[*n as usize]));
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
        assert_eq!(graph.reach([], |_| false), Vec::<u32>::new());
    }
}
