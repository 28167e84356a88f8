//! Cohesion: LCOM4 and modularity Q of a flake's outputs over the bindings they reach.

use std::collections::BTreeMap;

use super::facts::CohesionRow;
use super::reach::Reach;
use crate::resolve::Project;

/// Outputs that are followed one by one; a flake with more has no cohesion figures.
const MAX_OUTPUTS: usize = 400;

/// Computes both figures; zeros where there is nothing to compare or too much of it.
pub(super) fn cohesion(project: &Project, reach: &Reach) -> CohesionRow {
    let mut starts: BTreeMap<u32, &'static str> = BTreeMap::new();
    for (start, concern) in reach.starts.iter().zip(&reach.concern_of) {
        if let Some(start) = start {
            starts.entry(*start).or_insert(concern);
        }
    }
    if starts.is_empty() || starts.len() > MAX_OUTPUTS {
        return CohesionRow::default();
    }
    let graph = &project.links.graph;
    let mut parents: Vec<usize> = (0..starts.len()).collect();
    // Outputs that reach each `let` binding.
    let mut readers: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, start) in starts.keys().enumerate() {
        graph.visit([*start], |reached| {
            let passes = !reach.is_plumbing(reached);
            if passes && reach.is_binding(reached) {
                readers.entry(reached).or_default().push(index);
            }
            passes
        });
    }
    for outputs in readers.values() {
        for pair in outputs.windows(2) {
            let (a, b) = (find(&mut parents, pair[0]), find(&mut parents, pair[1]));
            parents[a] = b;
        }
    }
    let lcom4 = (0..parents.len()).filter(|i| find(&mut parents, *i) == *i).count() as u32;
    let concerns: Vec<&'static str> = starts.values().copied().collect();
    CohesionRow { lcom4, modularity: modularity(&readers, &concerns) }
}

fn find(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

/// Newman's Q = Σ (inside/m − (degree/2m)²) over the concerns; an edge's weight is the number of bindings that
/// two outputs share, so a binding with k readers adds k(k−1)/2 to m.
fn modularity(readers: &BTreeMap<u32, Vec<usize>>, concerns: &[&'static str]) -> Option<f64> {
    let mut total = 0.0;
    let mut inside: BTreeMap<&str, f64> = BTreeMap::new();
    let mut degree: BTreeMap<&str, f64> = BTreeMap::new();
    for outputs in readers.values() {
        let count = f64::from(outputs.len() as u32);
        total += count * (count - 1.0) / 2.0;
        let mut by_concern: BTreeMap<&str, f64> = BTreeMap::new();
        for output in outputs {
            *by_concern.entry(concerns[*output]).or_default() += 1.0;
        }
        for (concern, own) in by_concern {
            *inside.entry(concern).or_default() += own * (own - 1.0) / 2.0;
            *degree.entry(concern).or_default() += own * (count - 1.0);
        }
    }
    if total == 0.0 {
        return None;
    }
    let q = degree.iter().map(|(concern, degree)| {
        inside.get(concern).copied().unwrap_or(0.0) / total - (degree / (2.0 * total)).powi(2)
    });
    Some(q.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modularity_of_two_closed_groups_is_one_half() {
        let readers = BTreeMap::from([(0, vec![0, 1]), (1, vec![2, 3])]);
        assert_eq!(modularity(&readers, &["a", "a", "b", "b"]), Some(0.5));
        assert_eq!(modularity(&BTreeMap::new(), &[]), None);
    }
}
