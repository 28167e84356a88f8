use super::{Context, Sink};
use crate::judge::agreements::{numbers, words};
use crate::judge::sink::Draft;
use crate::measure::Facts;
use crate::number::grouped;
use crate::source::Span;

/// FA096: a number that may only fall has risen, or none is recorded.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let Some(ratchet) = &context.config.ratchet else { return };
    let now = numbers(context.facts, ratchet);
    for (metric, flakes) in &now {
        let Some(recorded) = ratchet.recorded.get(metric) else {
            let flake = flakes.keys().next().map_or(".", String::as_str);
            let Some(at) = place(context.facts, metric, flake) else { continue };
            let message =
                format!("no number is recorded for {}: `flake-audit baseline --ratchet` does it", words(metric));
            out.push(Draft::new(at, metric.clone(), message));
            continue;
        };
        for (flake, value) in flakes {
            // A flake that came later has nothing to keep to.
            let Some(limit) = recorded.get(flake).filter(|limit| *limit < value) else { continue };
            let Some(at) = place(context.facts, metric, flake) else { continue };
            let (words, value, limit) = (words(metric), grouped(*value), grouped(*limit));
            let message = format!("{words}: {value}, and {limit} are recorded; this number may only fall");
            out.push(Draft::new(at, format!("{metric} {flake}"), message));
        }
    }
}

/// Where a number is told: at its flake, else at the first flake or file.
fn place(facts: &Facts, metric: &str, flake: &str) -> Option<Span> {
    let row = facts.flakes.iter().find(|row| row.path == flake).or(facts.flakes.first());
    let first = || facts.files.first().map(|file| file.head);
    row.map(|row| if metric.contains("nodes") { row.inputs_at.unwrap_or(row.head) } else { row.head })
        .or_else(first)
}
