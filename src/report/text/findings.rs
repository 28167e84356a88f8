//! The findings: worst first, code underlined, no page of the same thing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::escape::escape;
use super::ink::{self, DIM};
use super::page::{Page, linked};
use super::snippet;
use crate::audit::Audit;
use crate::audit::RuleInfo;
use crate::finding::Finding;
use crate::number::{counted, grouped};
use crate::report::rule_url;
use crate::source::Sources;

/// Findings drawn without `--verbose`, in all and of one rule.
const DRAWN: usize = 30;
const DRAWN_OF_A_RULE: usize = 6;

/// Draws the findings.
pub(super) fn print(page: &mut Page, audit: &Audit, rules: &[RuleInfo]) {
    let mut findings: Vec<&Finding> = audit.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut said: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut of_rule: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left: BTreeMap<&str, u32> = BTreeMap::new();
    let mut drawn = 0;
    for finding in findings {
        let of = of_rule.entry(&finding.code).or_default();
        if !page.verbose && (drawn >= DRAWN || *of >= DRAWN_OF_A_RULE) {
            *left.entry(&finding.code).or_default() += 1;
            continue;
        }
        let first = *of == 0;
        *of += 1;
        drawn += 1;
        let notes = notes(page.verbose, finding, rules, first, &mut said);
        page.gap();
        let drawn = snippet::draw(finding, &notes, &audit.sources, page.width, page.color);
        let rule = rules.iter().find(|rule| rule.code == finding.code).filter(|_| page.links);
        match rule {
            Some(rule) => page.raw(&linked(&drawn, &finding.code, &rule_url(rule))),
            None => page.raw(&drawn),
        }
    }
    rest(page, &left);
}

/// What is said below a finding: a note that was said before of the same rule is not said again.
fn notes<'a>(
    verbose: bool,
    finding: &'a Finding,
    rules: &[RuleInfo],
    first: bool,
    said: &mut BTreeSet<(&'a str, &'a str)>,
) -> Vec<String> {
    let mut notes: Vec<String> =
        finding.notes.iter().filter(|note| said.insert((&finding.code, note))).cloned().collect();
    if let Some(fix) = &finding.fix {
        let how = if fix.safe { "fix" } else { "possible fix, look before you use it" };
        notes.push(format!("{how}: {}", fix.title));
    }
    if verbose && first {
        let rule = rules.iter().find(|rule| rule.code == finding.code);
        notes.extend(rule.map(|rule| rule.summary.clone()).filter(|summary| !summary.is_empty()));
        notes.push(format!("flake-audit explain {}", finding.code));
    }
    notes
}

/// What was not drawn, by rule.
fn rest(page: &mut Page, left: &BTreeMap<&str, u32>) {
    let total: u32 = left.values().sum();
    if total == 0 {
        return;
    }
    let mut by_rule: Vec<(&str, u32)> = left.iter().map(|(code, n)| (*code, *n)).collect();
    by_rule.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let by_rule: Vec<String> = by_rule.iter().map(|(code, n)| format!("{code} × {}", grouped(*n))).collect();
    page.gap();
    let more = counted(total, "more finding", "more findings");
    page.paragraph(
        0,
        DIM,
        &format!("{more}, not shown: {}. --verbose or --format json has them all.", by_rule.join(", ")),
    );
}

/// `--quiet`: one line a finding, in order of place.
pub(super) fn lines(page: &mut Page, audit: &Audit) {
    for finding in &audit.findings {
        let (path, line, column) = place(finding, &audit.sources);
        page.put(ink::BOLD, &format!("{path}:{line}:{column}: "));
        page.put(ink::level(finding.level), &format!("{}[{}]", ink::level_name(finding.level), finding.code));
        page.line(ink::PLAIN, &format!(" {}", finding.message));
    }
}

/// A finding in one line.
pub(super) fn one_line(finding: &Finding, sources: &Sources) -> String {
    let (path, line, column) = place(finding, sources);
    let level = ink::level_name(finding.level);
    escape(&format!("{path}:{line}:{column}: {level}[{}] {}", finding.code, finding.message)).into_owned()
}

/// A line that starts with `::` is a command to GitHub's runner, and a file may be called so.
fn place<'a>(finding: &Finding, sources: &'a Sources) -> (Cow<'a, str>, u32, u32) {
    let at = sources.position(finding.primary.span);
    let path = sources.path(finding.primary.span.file);
    let path = if path.trim_start().starts_with("::") { Cow::Owned(format!("./{path}")) } else { Cow::Borrowed(path) };
    (path, at.line, at.column)
}
