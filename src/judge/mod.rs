//! Judges facts by rules: findings, sorted once.
//!
//! A rule is a Markdown file ([`rule`]) whose front matter holds a [`condition`] or names a check ([`checks`]).
//! Rules run in parallel; the order of findings does not depend on threads. Nothing here knows Nix syntax.

mod agreements;
mod built_in;
#[cfg(test)]
mod check_tests;
mod checks;
mod condition;
mod contracts;
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

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::config::Config;
use crate::finding::{Finding, Level};
use crate::measure::Facts;
use crate::measure::schema::Row;
use crate::source::{FileId, Sources, Span};

pub use agreements::{may_be_known, measured};
pub use example::{Example, ExampleFile, Expected, as_expected};
pub use rule::{Rule, Rules};

use options::Options;
use rule::{Body, When};
use sink::{Context, Draft, Sink};
use suppress::Suppressions;

/// Findings of one rule in one file that are listed, after suppression.
const MAX_LISTED: usize = 2_000;

/// What the plan says of a flake: one kind of division that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The code of the rule that says it.
    pub code: &'static str,
    /// The flake's directory.
    pub flake: String,
    /// The flake as a whole.
    pub at: Span,
    /// Why, in one sentence.
    pub reason: String,
    /// What is to be done.
    pub steps: Vec<String>,
}

/// Whether a rule runs that says what the plan says.
pub fn wants_advice(rules: &Rules, config: &Config) -> bool {
    rules.iter().any(|rule| rule.folder() == "advice" && rule.runs(config))
}

/// What judging gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Findings in order of place.
    pub findings: Vec<Finding>,
    /// Findings that a comment in the code suppressed.
    pub suppressed: u32,
}

/// Runs every rule that the configuration lets run. `advice` is what the plan says, where a rule asks.
pub fn judge(rules: &Rules, facts: &Facts, advice: &[Advice], sources: &Sources, config: &Config) -> Judged {
    let mut suppressions = Suppressions::read(facts, sources, rules, config);
    let running: Vec<(&Rule, Option<Level>)> =
        rules.iter().filter(|rule| rule.runs(config)).map(|rule| (rule, rule.level_set(config))).collect();
    let (last, first): (Vec<_>, Vec<_>) =
        running.into_iter().partition(|(rule, _)| matches!(&rule.body, Body::Check(check) if check.last));
    let pass = |rules: &[(&Rule, Option<Level>)], suppressions: &Suppressions| -> Vec<Finding> {
        let given = Given { facts, advice, sources, config, suppressions };
        let found: Vec<Vec<Finding>> = rules.par_iter().map(|(rule, level)| run(rule, *level, &given)).collect();
        found.into_iter().flatten().collect()
    };
    let mut findings = pass(&first, &suppressions);
    tidy(&mut findings);
    let mut suppressed = suppressions.apply(&mut findings, sources);
    let mut about_comments = pass(&last, &suppressions);
    suppressed += suppressions.apply(&mut about_comments, sources);
    findings.append(&mut about_comments);
    tidy(&mut findings);
    limit(&mut findings);
    Judged { findings, suppressed }
}

/// Sorts, and keeps one alert a cause: the same rule never says the same at the same place twice. In a file that Nix
/// cannot read, why it cannot comes first.
fn tidy(findings: &mut Vec<Finding>) {
    let reads = |finding: &Finding| !matches!(&*finding.code, "FA001" | "FA002");
    findings.sort_by(|a, b| {
        let (one, other) = (a.primary.span, b.primary.span);
        (one.file, reads(a), one, &a.code, a).cmp(&(other.file, reads(b), other, &b.code, b))
    });
    findings.dedup_by(|a, b| {
        a.primary.span == b.primary.span && a.code == b.code && a.message == b.message && a.subject == b.subject
    });
}

/// Keeps the first findings of each rule in each file; the last that is kept says how many there are besides.
fn limit(findings: &mut Vec<Finding>) {
    let mut counts: BTreeMap<(FileId, String), usize> = BTreeMap::new();
    for finding in findings.iter() {
        *counts.entry((finding.primary.span.file, finding.code.clone())).or_default() += 1;
    }
    counts.retain(|_, count| *count > MAX_LISTED);
    if counts.is_empty() {
        return;
    }
    let mut seen: BTreeMap<(FileId, String), usize> = BTreeMap::new();
    findings.retain_mut(|finding| {
        let key = (finding.primary.span.file, finding.code.clone());
        let Some(count) = counts.get(&key) else { return true };
        let seen = seen.entry(key).or_default();
        *seen += 1;
        if *seen == MAX_LISTED {
            finding.notes.push(more(count - MAX_LISTED));
        }
        *seen <= MAX_LISTED
    });
}

/// What the last finding that is listed says of the others.
fn more(count: usize) -> String {
    let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
    format!("{count} more finding{s} of this rule in this file {are} not listed")
}

/// What every rule is given.
struct Given<'a> {
    facts: &'a Facts,
    advice: &'a [Advice],
    sources: &'a Sources,
    config: &'a Config,
    suppressions: &'a Suppressions,
}

fn run(rule: &Rule, level: Option<Level>, given: &Given<'_>) -> Vec<Finding> {
    let Given { facts, advice, sources, config, suppressions } = *given;
    let options = Options::new(&rule.options, config.rules.get(&rule.code).map(|rule| &rule.options));
    match &rule.body {
        Body::Check(check) => {
            let notes = rule.notes.iter().map(|note| note.fill(Row::default(), &options)).collect();
            let mut sink = Sink::new(rule, level, sources, notes);
            let context = Context { facts, advice, sources, config, options: &options, nix: config.nix, suppressions };
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
