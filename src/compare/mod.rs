//! Two states of a tree against each other: findings that came and went, numbers that rose and fell.
//!
//! Plain data in, plain data out; where the states come from is not known here.

mod baseline;
mod findings;
mod metrics;

pub use baseline::{BASELINE_FILE, Baseline, Held, MAX_BASELINE_BYTES, Numbers, Stale};
pub use findings::{Moves, State, matched};
pub use metrics::{MetricChange, changes};

use crate::finding::Level;

/// What changed since a revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The revision as it was asked for.
    pub revision: String,
    /// The commit that was read.
    pub commit: String,
    /// Whether that is the commit from which `HEAD` and the revision part.
    pub merge_base: bool,
    /// Numbers that are not the same.
    pub metrics: Vec<MetricChange>,
    /// Findings that were not there, or were less grave: their numbers among all findings of today, in order.
    pub brought: Vec<usize>,
    /// Findings that are gone, in order of place.
    pub gone: Vec<Gone>,
    /// Findings that were there and are there.
    pub stayed: u32,
    /// Findings that were there, of files that can no longer be judged: nobody knows whether they are gone.
    pub unjudged: u32,
}

/// A finding of the older state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    /// Path of its file then.
    pub path: String,
    /// Its line then, 1-based.
    pub line: u32,
    /// Rule code.
    pub code: String,
    /// Rule id.
    pub rule: String,
    /// Its level.
    pub level: Level,
    /// What it said.
    pub message: String,
    /// What it was about.
    pub subject: String,
}
