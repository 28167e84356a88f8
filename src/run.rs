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

/// What to audit. To be replaced with the whole way.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What to walk and how.
    pub discover: crate::discover::Request,
    /// Configuration file; `None` looks for `flake-audit.toml` in the root.
    pub config: Option<std::path::PathBuf>,
    /// Rules to run, by code, id or family; empty means those that are on.
    pub select: Vec<String>,
    /// Rules not to run.
    pub ignore: Vec<String>,
    /// Threads; `None` means one a core.
    pub threads: Option<usize>,
}

/// Stub, to be replaced with the whole way.
///
/// # Errors
/// When input, configuration or a rule file cannot be used.
pub fn audit(request: &Request) -> Result<Audit, crate::error::Error> {
    crate::discover::discover(&request.discover)?;
    Ok(Audit {
        sources: Sources::default(),
        facts: Facts::default(),
        findings: Vec::new(),
        suppressed: 0,
        plans: Vec::new(),
        config: Config::default(),
    })
}

/// Stub, to be replaced: the rules in force, described for reports.
///
/// # Errors
/// When the configuration or a rule file cannot be used.
pub fn rules(_request: &Request) -> Result<Vec<crate::report::RuleInfo>, crate::error::Error> {
    Ok(Vec::new())
}
