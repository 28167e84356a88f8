//! What changed since a revision: numbers, then findings.

use crate::audit::{Audit, RuleInfo};
use crate::compare::{Comparison, Gone, MetricChange};
use crate::number::{counted, grouped};

use super::ink::{self, BOLD, DIM, GREEN, PLAIN, YELLOW};
use super::page::Page;
use super::table::{Align, Cell, Column, Table};
use super::{findings, summary};

/// Findings that are listed of either kind, without `--verbose`.
const LISTED: usize = 20;
/// Digits of a commit that are shown.
const DIGITS: usize = 12;

/// The whole page.
pub(super) fn print(page: &mut Page, audit: &Audit, comparison: &Comparison, rules: &[RuleInfo]) {
    summary::first(page, audit);
    with(page, comparison);
    metrics(page, comparison);
    if audit.held.is_some() {
        findings::print(page, audit, rules);
        summary::skipped(page, audit);
        summary::last(page, audit);
        return;
    }
    came(page, audit, comparison);
    went(page, comparison);
    summary::skipped(page, audit);
    page.gap();
    let (new, gone) = (comparison.brought.len() as u32, comparison.gone.len() as u32);
    let mut counts = vec![
        (if new > 0 { YELLOW } else { PLAIN }, format!("{} new", grouped(new))),
        (if gone > 0 { GREEN } else { PLAIN }, format!("{} gone", grouped(gone))),
        (DIM, format!("{} as before", grouped(comparison.stayed))),
    ];
    if comparison.unjudged > 0 {
        counts.push((YELLOW, format!("{} in files that no longer parse", grouped(comparison.unjudged))));
    }
    page.put(BOLD, "findings: ");
    page.items(counts.iter().map(|(style, text)| (*style, text.as_str())));
}

/// Which revision it is.
fn with(page: &mut Page, comparison: &Comparison) {
    let commit = comparison.commit.get(..DIGITS).unwrap_or(&comparison.commit);
    let name = &comparison.revision;
    let how = match comparison.merge_base {
        true => format!(" (where HEAD parted from {name})"),
        false if comparison.commit.starts_with(name.as_str()) => String::new(),
        false => format!(" ({name})"),
    };
    page.paragraph(0, DIM, &format!("compared with {commit}{how}"));
}

/// The numbers that changed, a table for the tree and one for each flake.
fn metrics(page: &mut Page, comparison: &Comparison) {
    if comparison.metrics.is_empty() {
        page.gap();
        page.paragraph(0, DIM, "no number changed");
    }
    for changes in comparison.metrics.chunk_by(|a, b| a.flake == b.flake) {
        let Some(first) = changes.first() else { continue };
        page.gap();
        let title = match first.flake.as_str() {
            "" => "the tree".to_owned(),
            "." => "flake.nix".to_owned(),
            path => format!("{path}/flake.nix"),
        };
        page.line(BOLD, &title);
        let mut table = Table::new(
            2,
            vec![
                Column::new("", Align::Left).shrink(16),
                Column::new("before", Align::Right),
                Column::new("after", Align::Right),
                Column::new("", Align::Left),
            ],
        );
        for change in changes {
            table.row(row(change));
        }
        table.print_plain(page);
    }
}

fn row(change: &MetricChange) -> Vec<Cell> {
    let number = |value: Option<u32>| value.map_or_else(|| "–".to_owned(), grouped);
    let (style, word) = match change.better {
        Some(true) => (GREEN, "better"),
        Some(false) => (YELLOW, "worse"),
        None => (PLAIN, ""),
    };
    vec![
        Cell::new(change.words),
        Cell::new(number(change.before)),
        Cell::styled(style, number(change.after)),
        Cell::styled(style, word),
    ]
}

/// Findings that were not there.
fn came(page: &mut Page, audit: &Audit, comparison: &Comparison) {
    let mut new: Vec<_> = comparison.brought.iter().filter_map(|index| audit.findings.get(*index)).collect();
    new.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let lines = new.into_iter().map(|finding| Gone {
        path: audit.sources.path(finding.primary.span.file).to_owned(),
        line: audit.sources.position(finding.primary.span).line,
        code: finding.code.clone(),
        rule: finding.rule.clone(),
        level: finding.level,
        message: finding.message.clone(),
        subject: finding.subject.clone(),
    });
    list(page, "new", &lines.collect::<Vec<_>>());
}

/// Findings that are there no more.
fn went(page: &mut Page, comparison: &Comparison) {
    let mut gone = comparison.gone.clone();
    gone.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    list(page, "gone", &gone);
}

fn list(page: &mut Page, title: &str, findings: &[Gone]) {
    if findings.is_empty() {
        return;
    }
    page.gap();
    page.line(BOLD, &format!("{title}: {}", counted(findings.len() as u32, "finding", "findings")));
    let shown = if page.verbose { findings.len() } else { LISTED };
    for finding in findings.iter().take(shown) {
        page.pad_to(2);
        page.put(ink::level(finding.level), &format!("{}[{}]", ink::level_name(finding.level), finding.code));
        page.put(PLAIN, " ");
        page.flow_at(6, PLAIN, &format!("{}:{} {}", finding.path, finding.line, finding.message));
    }
    if let Some(more) = findings.len().checked_sub(shown).filter(|more| *more > 0) {
        page.paragraph(2, DIM, &format!("{} more; --verbose lists them", grouped(more as u32)));
    }
}
