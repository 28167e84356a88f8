//! Judges facts by rules: findings, sorted once.
//!
//! A rule is a Markdown file ([`rule`]) whose front matter holds a [`condition`] or names a check ([`checks`]).
//! Rules run in parallel; the order of findings does not depend on threads. Nothing here knows Nix syntax.

mod built_in;
#[cfg(test)]
mod check_tests;
mod checks;
mod condition;
mod example;
mod follows;
mod load;
mod options;
mod rule;
mod sink;
mod suppress;
mod template;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

use crate::config::Config;
use crate::finding::{Finding, Level};
use crate::measure::Facts;
use crate::measure::schema::Row;
use crate::source::Sources;

pub use example::{Example, ExampleFile, Expected, as_expected};
pub use rule::{Rule, Rules};

use options::Options;
use rule::{Body, When};
use sink::{Context, Draft, Sink};
use suppress::Suppressions;

/// What judging gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Findings in order of place.
    pub findings: Vec<Finding>,
    /// Findings that a comment in the code suppressed.
    pub suppressed: u32,
}

/// Runs every rule that the configuration lets run.
pub fn judge(rules: &Rules, facts: &Facts, sources: &Sources, config: &Config) -> Judged {
    let mut suppressions = Suppressions::read(facts, sources, rules, config);
    let running: Vec<(&Rule, Option<Level>)> =
        rules.iter().filter(|rule| rule.runs(config)).map(|rule| (rule, rule.level_set(config))).collect();
    let (last, first): (Vec<_>, Vec<_>) =
        running.into_iter().partition(|(rule, _)| matches!(&rule.body, Body::Check(check) if check.last));
    let pass = |rules: &[(&Rule, Option<Level>)], suppressions: &Suppressions| -> Vec<Finding> {
        let found: Vec<Vec<Finding>> = rules
            .par_iter()
            .map(|(rule, level)| run(rule, *level, facts, sources, config, suppressions))
            .collect();
        found.into_iter().flatten().collect()
    };
    let mut findings = pass(&first, &suppressions);
    tidy(&mut findings);
    let mut suppressed = suppressions.apply(&mut findings, sources);
    let mut about_comments = pass(&last, &suppressions);
    suppressed += suppressions.apply(&mut about_comments, sources);
    findings.append(&mut about_comments);
    tidy(&mut findings);
    Judged { findings, suppressed }
}

/// Sorts, and keeps one alert a cause: the same rule never says the same at the same place twice.
fn tidy(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (a.primary.span, &a.code, a).cmp(&(b.primary.span, &b.code, b)));
    findings.dedup_by(|a, b| {
        a.primary.span == b.primary.span && a.code == b.code && a.message == b.message && a.subject == b.subject
    });
}

fn run(
    rule: &Rule,
    level: Option<Level>,
    facts: &Facts,
    sources: &Sources,
    config: &Config,
    suppressions: &Suppressions,
) -> Vec<Finding> {
    let options = Options::new(&rule.options, config.rules.get(&rule.code).map(|rule| &rule.options));
    match &rule.body {
        Body::Check(check) => {
            let notes = rule.notes.iter().map(|note| note.fill(Row::default(), &options)).collect();
            let mut sink = Sink::new(rule, level, sources, notes);
            let context = Context { facts, sources, options: &options, nix: config.nix, suppressions };
            (check.run)(&context, &mut sink);
            sink.into_findings()
        }
        Body::When(when) => {
            let mut sink = Sink::new(rule, level, sources, Vec::new());
            conditional(rule, when, facts, &options, &mut sink);
            sink.into_findings()
        }
    }
}

/// Walks the rows of a condition's table. A row on which it cannot be evaluated is said, not skipped.
fn conditional(rule: &Rule, when: &When, facts: &Facts, options: &Options, sink: &mut Sink<'_>) {
    for row in when.table.rows(facts) {
        let Some(at) = row.place(when.table, when.anchor) else { continue };
        let subject = when.table.subject(row);
        match when.condition.holds(row, options) {
            Ok(false) => {}
            Ok(true) => {
                let escalated = when.escalate.as_ref().filter(|more| more.condition.holds(row, options) == Ok(true));
                let message = escalated.and_then(|more| more.message.as_ref()).unwrap_or(&when.message);
                let mut draft = Draft::new(at, subject, message.fill(row, options));
                if let Some(more) = escalated {
                    draft = draft.level(more.level);
                }
                for note in &rule.notes {
                    draft = draft.note(note.fill(row, options));
                }
                sink.push(draft);
            }
            Err(why) => {
                let message = format!("the condition of `{}` could not be evaluated here: {why}", rule.id);
                sink.push(Draft::new(at, subject, message).level(Level::Note));
            }
        }
    }
}
