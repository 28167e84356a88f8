//! The whole way, top to bottom: read this first.

use crate::config::Config;
use crate::finding::Finding;
use crate::measure::Facts;
use crate::plan::Plan;
use crate::source::Sources;

/// Everything a report needs.
#[derive(Debug)]
pub struct Audit {
    /// The texts.
    pub sources: Sources,
    /// What was measured.
    pub facts: Facts,
    /// Findings, sorted.
    pub findings: Vec<Finding>,
    /// Findings that a comment in the code suppressed.
    pub suppressed: u32,
    /// One plan a flake, in the order of `facts.flakes`.
    pub plans: Vec<Plan>,
    /// The configuration in force.
    pub config: Config,
}
