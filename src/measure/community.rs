//! Communities of an undirected weighted graph by the method of Louvain (Blondel et al. 2008), and modularity Q
//! (Newman 2004). Deterministic: nodes are visited in order, and a tie keeps the lower number.

use std::collections::BTreeMap;

/// Rounds over all nodes, at each level.
const ROUNDS: usize = 20;
/// Levels of aggregation.
const LEVELS: usize = 8;

/// Undirected edges between numbered nodes, the lower number first, with weights. No loops.
pub(super) type Edges = BTreeMap<(u32, u32), f64>;

/// Q = Σ over communities of inside/m − (degree/2m)²; `None` where there are no edges.
pub(super) fn modularity(edges: &Edges, community: &[u32]) -> Option<f64> {
    let (mut inside, mut degree): (BTreeMap<u32, f64>, BTreeMap<u32, f64>) = Default::default();
    let mut total = 0.0;
    for ((a, b), weight) in edges {
        let (a, b) = (*community.get(*a as usize)?, *community.get(*b as usize)?);
        total += weight;
        *degree.entry(a).or_default() += weight;
        *degree.entry(b).or_default() += weight;
        if a == b {
            *inside.entry(a).or_default() += weight;
        }
    }
    if total <= 0.0 {
        return None;
    }
    let part = |(one, degree): (&u32, &f64)| {
        inside.get(one).copied().unwrap_or(0.0) / total - (degree / (2.0 * total)).powi(2)
    };
    Some(degree.iter().map(part).sum())
}

/// The community of each of `count` nodes, numbered from 0 in order of their first node.
pub(super) fn communities(count: usize, edges: &Edges) -> Vec<u32> {
    let mut of: Vec<u32> = (0..count as u32).collect();
    let mut level = edges.clone();
    let mut loops: Vec<f64> = vec![0.0; count];
    for _ in 0..LEVELS {
        let nodes = loops.len();
        let moved = one_level(nodes, &level, &loops);
        let named = renumber(&moved);
        let groups = named.iter().max().map_or(0, |most| *most as usize + 1);
        for community in &mut of {
            *community = named[*community as usize];
        }
        if groups == nodes {
            break;
        }
        let mut next = Edges::new();
        let mut inner = vec![0.0; groups];
        for (node, weight) in loops.iter().enumerate() {
            inner[named[node] as usize] += weight;
        }
        for ((a, b), weight) in &level {
            let (a, b) = (named[*a as usize], named[*b as usize]);
            if a == b {
                inner[a as usize] += weight;
            } else {
                *next.entry((a.min(b), a.max(b))).or_default() += weight;
            }
        }
        (level, loops) = (next, inner);
    }
    renumber(&of)
}

/// Moves each node to the neighbouring community that gains most, until none moves.
fn one_level(count: usize, edges: &Edges, loops: &[f64]) -> Vec<u32> {
    let mut near: Vec<Vec<(u32, f64)>> = vec![Vec::new(); count];
    let mut degree: Vec<f64> = loops.iter().map(|weight| 2.0 * weight).collect();
    let mut total: f64 = loops.iter().sum();
    for ((a, b), weight) in edges {
        near[*a as usize].push((*b, *weight));
        near[*b as usize].push((*a, *weight));
        degree[*a as usize] += weight;
        degree[*b as usize] += weight;
        total += weight;
    }
    let mut of: Vec<u32> = (0..count as u32).collect();
    if total <= 0.0 {
        return of;
    }
    let mut sum = degree.clone();
    for _ in 0..ROUNDS {
        let mut changed = false;
        for node in 0..count {
            let own = of[node];
            let mut links: BTreeMap<u32, f64> = BTreeMap::from([(own, 0.0)]);
            for (other, weight) in &near[node] {
                *links.entry(of[*other as usize]).or_default() += weight;
            }
            sum[own as usize] -= degree[node];
            let gain = |to: u32, weight: f64| weight - sum[to as usize] * degree[node] / (2.0 * total);
            let stay = gain(own, links.get(&own).copied().unwrap_or(0.0));
            let mut best = (own, stay);
            for (to, weight) in &links {
                let gained = gain(*to, *weight);
                if gained > best.1 + 1e-9 {
                    best = (*to, gained);
                }
            }
            sum[best.0 as usize] += degree[node];
            changed |= best.0 != own;
            of[node] = best.0;
        }
        if !changed {
            break;
        }
    }
    of
}

fn renumber(of: &[u32]) -> Vec<u32> {
    let mut names: BTreeMap<u32, u32> = BTreeMap::new();
    of.iter()
        .map(|community| {
            let next = names.len() as u32;
            *names.entry(*community).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(pairs: &[(u32, u32)]) -> Edges {
        pairs.iter().map(|pair| (*pair, 1.0)).collect()
    }

    #[test]
    fn two_triangles_with_one_bridge_are_two_communities() {
        let graph = edges(&[(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)]);
        let found = communities(6, &graph);
        assert_eq!(found, [0, 0, 0, 1, 1, 1]);
        let q = modularity(&graph, &found).unwrap();
        assert!((q - 5.0 / 14.0).abs() < 1e-9, "{q}");
        assert!(modularity(&graph, &[0; 6]).unwrap().abs() < 1e-9);
    }

    #[test]
    fn without_edges_each_node_is_alone() {
        assert_eq!(communities(3, &Edges::new()), [0, 1, 2]);
        assert_eq!(modularity(&Edges::new(), &[0, 1, 2]), None);
    }
}
