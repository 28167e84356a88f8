//! Numbers before and after.

use crate::measure::{Aim, Facts, METRICS, Metric};

/// A number that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricChange {
    /// Flake that it is of; empty for the workspace.
    pub flake: String,
    /// Name of the metric.
    pub metric: &'static str,
    /// What it counts, in words.
    pub words: &'static str,
    /// Then; `None` where there was nothing to count.
    pub before: Option<u32>,
    /// Now; `None` where there is nothing to count.
    pub after: Option<u32>,
    /// Whether it is better now, where one of the two is better.
    pub better: Option<bool>,
}

/// The numbers that differ, those of the workspace first, then in order of flake.
pub fn changes(before: &Facts, after: &Facts) -> Vec<MetricChange> {
    let mut found: Vec<MetricChange> = METRICS.iter().flat_map(|metric| of(metric, before, after)).collect();
    // Stable: within a flake the order of the list stays.
    found.sort_by(|a, b| rank(&a.flake).cmp(&rank(&b.flake)));
    found
}

/// The workspace, the root's flake, then the others by path.
fn rank(flake: &str) -> (u8, &str) {
    let place = match flake {
        "" => 0,
        "." => 1,
        _ => 2,
    };
    (place, flake)
}

fn of(metric: &'static Metric, before: &Facts, after: &Facts) -> Vec<MetricChange> {
    let (then, now) = (metric.values(before), metric.values(after));
    let value = |values: &[(&str, u32)], flake: &str| values.iter().find(|(path, _)| *path == flake).map(|(_, n)| *n);
    let mut flakes: Vec<&str> = then.iter().chain(&now).map(|(flake, _)| *flake).collect();
    flakes.sort_unstable();
    flakes.dedup();
    flakes
        .into_iter()
        .filter_map(|flake| {
            let (before, after) = (value(&then, flake), value(&now, flake));
            let better = match (before, after, metric.aim) {
                (Some(before), Some(after), Aim::Fewer) => Some(after < before),
                _ => None,
            };
            let change = || MetricChange {
                flake: flake.to_owned(),
                metric: metric.name,
                words: metric.words,
                before,
                after,
                better,
            };
            (before != after).then(change)
        })
        .collect()
}
