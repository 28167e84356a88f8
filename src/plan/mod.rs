//! Verdict and plan, from facts and findings alone.

mod steps;
mod verdict;

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Config;
use crate::finding::Finding;
use crate::measure::Facts;

/// Whether and how a flake should be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Leave it as it is.
    Keep,
    /// The same flake in several files.
    Files,
    /// Variants of one thing as outputs of one function.
    Outputs,
    /// Development-only inputs to a partition.
    Partition,
    /// A flake of its own for a concern.
    Separate,
    /// Sub-flakes back into one.
    Merge,
}

/// How risky a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nothing that is built can change.
    None,
    /// Names must be passed on; the evaluator says at once if one is missing.
    Low,
    /// Meaning may depend on `with`, `rec` or relative paths.
    Medium,
}

/// A piece of code that a step moves or deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Move {
    /// Binding name or attribute path.
    pub name: String,
    /// Path of the file it is in.
    pub path: String,
    /// First line (1-based); 0 where the facts do not tell (a shared helper's row has none).
    pub line: u32,
    /// Last line; 0 as above.
    pub end_line: u32,
}

/// One step, small enough for one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Step {
    /// 1-based number within the plan.
    pub id: u32,
    /// `delete`, `extract` or `follow`.
    pub kind: String,
    /// One imperative sentence.
    pub title: String,
    /// Lines that leave `flake.nix`.
    pub lines: u32,
    /// What moves.
    pub moves: Vec<Move>,
    /// Files that are created.
    pub creates: Vec<String>,
    /// Arguments that the new file takes: the free names of what moves.
    pub arguments: Vec<String>,
    /// How risky it is.
    pub risk: Risk,
    /// Why the risk.
    pub risk_reason: String,
    /// Steps that must come first.
    pub after: Vec<u32>,
}

/// Numbers of a flake before or after the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Size {
    /// Lines of `flake.nix`.
    pub flake_lines: u32,
    /// Lines of the largest file of the flake's own code.
    pub largest_file_lines: u32,
    /// Files of the flake's own code.
    pub files: u32,
    /// Nodes of the lock file without the root.
    pub lock_nodes: u32,
}

/// The plan of one flake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Plan {
    /// The flake's directory.
    pub flake: String,
    /// The one verdict.
    pub verdict: Verdict,
    /// The numbers behind it, one sentence each.
    pub reasons: Vec<String>,
    /// Ordered steps.
    pub steps: Vec<Step>,
    /// Today.
    pub before: Size,
    /// After all steps, computed from the moves.
    pub after: Size,
}

/// Plans every flake, in the order of `facts.flakes`.
pub fn plan(facts: &Facts, _findings: &[Finding], _config: &Config) -> Vec<Plan> {
    facts.flakes.iter().map(|flake| verdict::of(facts, flake)).collect()
}
