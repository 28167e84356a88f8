//! Numbers that may only fall, as the configuration names them.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Config;
use crate::config::agreements::Ratchet;
use crate::error::Error;
use crate::finding::Finding;
use crate::measure::{Facts, Metric};

/// Numbers by metric and flake; those of the workspace stand under `.`.
type Numbers = BTreeMap<String, BTreeMap<String, u32>>;

/// What a pair of concerns is called in a baseline.
const COUPLING: &str = "coupling: ";

/// Rules whose findings no baseline holds: they speak of the baseline, or of what could not be read.
const NEVER_KNOWN: [&str; 2] = ["FA010", "FA096"];

/// Whether a baseline may hold a finding.
pub fn may_be_known(finding: &Finding) -> bool {
    !NEVER_KNOWN.contains(&finding.code.as_str())
}

/// The numbers of the metrics that the configuration's ratchet names.
///
/// # Errors
/// Where it names a concern that no flake has.
pub fn measured(facts: &Facts, config: &Config) -> Result<Numbers, Error> {
    let Some(ratchet) = &config.ratchet else { return Ok(Numbers::new()) };
    let known: BTreeSet<&str> =
        facts.flakes.iter().flat_map(|flake| &flake.concerns).map(|concern| concern.name.as_str()).collect();
    for concern in ratchet.coupling.iter().flat_map(|(a, b)| [a, b]) {
        if !known.contains(concern.as_str()) {
            let known: Vec<&str> = known.into_iter().collect();
            return Err(Error::Usage(format!(
                "[ratchet] speaks of the concern `{}`, which no flake has; there are: {}",
                concern.escape_debug(),
                known.join(", ")
            )));
        }
    }
    Ok(numbers(facts, ratchet))
}

pub(crate) fn numbers(facts: &Facts, ratchet: &Ratchet) -> Numbers {
    let mut numbers = Numbers::new();
    for metric in ratchet.metrics.iter().filter_map(|name| Metric::find(name)) {
        let values = metric.values(facts).into_iter();
        let values = values.map(|(flake, value)| (if flake.is_empty() { "." } else { flake }.to_owned(), value));
        numbers.insert(metric.name.to_owned(), values.collect());
    }
    for (a, b) in &ratchet.coupling {
        let has = |name: &str, flake: &&crate::measure::FlakeRow| flake.concerns.iter().any(|c| c.name == name);
        let flakes = facts.flakes.iter().filter(|flake| has(a, flake) && has(b, flake));
        let values = flakes.map(|flake| (flake.path.clone(), flake.coupled_lines(a, b)));
        numbers.insert(format!("{COUPLING}{a} + {b}"), values.collect());
    }
    numbers
}

/// What a metric counts, in words.
pub(crate) fn words(metric: &str) -> String {
    match (metric.strip_prefix(COUPLING), Metric::find(metric)) {
        (Some(pair), _) => format!("lines shared by {pair}"),
        (None, Some(metric)) => metric.words.to_owned(),
        (None, None) => metric.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::agreements::RATCHETS;
    use crate::measure::{Aim, METRICS};

    #[test]
    fn a_ratchet_holds_what_should_fall() {
        let mut falling: Vec<&str> = METRICS.iter().filter(|m| m.aim == Aim::Fewer).map(|m| m.name).collect();
        falling.push("coupling");
        assert_eq!(RATCHETS.to_vec(), falling);
    }
}
