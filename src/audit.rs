//! What a run gives and a report needs. A leaf of plain data.

use serde::Serialize;

use crate::compare::{Comparison, Held};
use crate::config::Config;
use crate::finding::{Confidence, Finding, Level};
use crate::measure::Facts;
use crate::plan::Plan;
use crate::source::Sources;

/// Everything a report needs.
#[derive(Debug, Default)]
pub struct Audit {
    /// The workspace root relative to its repository, with `/`; empty where it is the root of one, or in none.
    pub prefix: String,
    /// Where single files were named: they alone are reported on, and gate.
    pub only: Option<Vec<String>>,
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
    /// The rules, with their levels in force.
    pub rules: Vec<RuleInfo>,
    /// What changed since a revision, where one was asked for.
    pub comparison: Option<Comparison>,
    /// What became of the findings that were known before, where only new ones were asked for.
    pub held: Option<Held>,
}

impl Audit {
    /// Whether a path of the workspace is reported on.
    pub fn is_asked_for(&self, path: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|one| one == path))
    }

    /// A path of the workspace as the repository has it: what platforms that know repositories want.
    pub fn in_repository(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }
}

/// What a report has to know about a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleInfo {
    /// `FA101`, never renamed or reused.
    pub code: String,
    /// `oversized-flake`.
    pub id: String,
    /// One line, no full stop.
    pub title: String,
    /// Level in force.
    pub level: Level,
    /// How sure its findings are.
    pub confidence: Confidence,
    /// One paragraph; may be empty.
    pub summary: String,
    /// The whole page.
    pub help_markdown: String,
    /// The folder it lives in (`size`).
    pub family: String,
    /// Further words to filter by.
    pub tags: Vec<String>,
    /// Whether it runs unless asked otherwise.
    pub default_on: bool,
    /// Whether it runs under the configuration in force.
    #[serde(skip)]
    pub runs: bool,
}
