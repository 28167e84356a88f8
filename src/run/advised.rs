//! What the plan says, for the rules that say it as findings.

use crate::config::Config;
use crate::judge::{self, Advice, Rules};
use crate::measure::Facts;
use crate::plan::{self, Verdict};

/// What is told, where a rule that runs asks for it; plans are made once more for that.
pub(super) fn advice(rules: &Rules, facts: &Facts, config: &Config) -> Vec<Advice> {
    if !judge::wants_advice(rules, config) {
        return Vec::new();
    }
    let rows = plan::advised(facts, config).into_iter().filter_map(|one| {
        let flake = facts.flakes.get(one.flake)?;
        let (flake, at) = (flake.path.clone(), flake.head);
        Some(Advice { code: code(one.verdict)?, flake, at, reason: one.reason, steps: one.steps })
    });
    rows.collect()
}

/// The rule that tells a verdict.
fn code(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Keep => None,
        Verdict::Files => Some("FA901"),
        Verdict::Outputs => Some("FA902"),
        Verdict::Partition => Some("FA903"),
        Verdict::Separate => Some("FA904"),
        Verdict::Merge => Some("FA905"),
    }
}
