//! What changed since a revision: numbers side by side, findings that came and went.

use maud::{Markup, html};

use super::findings::ticked;
use super::shown;
use crate::audit::Audit;
use crate::compare::{Comparison, MetricChange};
use crate::finding::Level;
use crate::number::{counted, grouped};
use crate::report::graph::px;

/// Findings that are listed of either kind.
const LISTED: usize = 100;
/// Digits of a commit that are shown.
const DIGITS: usize = 12;
/// Width and height of a row's bars.
const BARS: (f64, f64) = (160.0, 18.0);

pub(super) fn section(audit: &Audit) -> Markup {
    html! {
        @if let Some(comparison) = &audit.comparison {
            section #trend aria-labelledby="trend-title" {
                h2 id="trend-title" { "The trend since " (shown(&comparison.revision)) }
                p.what { (with(comparison)) }
                @if comparison.metrics.is_empty() { p { "No number changed." } } @else { (metrics(comparison)) }
                (counts(audit, comparison))
                (came(audit, comparison))
                (went(comparison))
            }
        }
    }
}

fn with(comparison: &Comparison) -> String {
    let commit = comparison.commit.get(..DIGITS).unwrap_or(&comparison.commit);
    let name = shown(&comparison.revision);
    if comparison.merge_base {
        format!("Compared with {commit}, where HEAD parted from {name}.")
    } else {
        format!("Compared with {commit}.")
    }
}

fn metrics(comparison: &Comparison) -> Markup {
    let mut number = 0;
    let mut rows = Vec::new();
    for changes in comparison.metrics.chunk_by(|a, b| a.flake == b.flake) {
        rows.push((number, changes));
        number += changes.len();
    }
    html! {
        div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
            table.trend {
                thead { tr {
                    th scope="col" { "measure" } th scope="col" { "then" } th scope="col" { "today" }
                    th scope="col" { "change" } th scope="col" { "then and today" }
                } }
                @for (first, changes) in rows {
                    tbody {
                        tr { th.of colspan="5" scope="rowgroup" { (of(changes)) } }
                        @for (at, change) in changes.iter().enumerate() { (row(first + at, change)) }
                    }
                }
            }
        }
    }
}

/// What the numbers are of.
fn of(changes: &[MetricChange]) -> String {
    match changes.first().map_or("", |change| change.flake.as_str()) {
        "" => "the tree".to_owned(),
        "." => "flake.nix".to_owned(),
        path => shown(&format!("{path}/flake.nix")).into_owned(),
    }
}

fn row(at: usize, change: &MetricChange) -> Markup {
    let number = |value: Option<u32>| value.map_or_else(|| "–".to_owned(), grouped);
    let (class, word) = match change.better {
        Some(true) => ("good", "better"),
        Some(false) => ("bad", "worse"),
        None => ("", ""),
    };
    html! {
        tr {
            th scope="row" { (change.words) }
            td.number data-json={ "/comparison/metrics/" (at) "/before" } { (number(change.before)) }
            td.number.(class) data-json={ "/comparison/metrics/" (at) "/after" } { (number(change.after)) }
            td.(class) { (difference(change)) @if !word.is_empty() { ", " (word) } }
            td { (bars(change, class)) }
        }
    }
}

fn difference(change: &MetricChange) -> String {
    match (change.before, change.after) {
        (Some(before), Some(after)) if after < before => format!("−{}", grouped(before - after)),
        (Some(before), Some(after)) => format!("+{}", grouped(after - before)),
        (None, _) => "not there then".to_owned(),
        (_, None) => "not there today".to_owned(),
    }
}

/// Both values as bars; the numbers beside them say the same.
fn bars(change: &MetricChange, class: &str) -> Markup {
    let (before, after) = (change.before.unwrap_or(0), change.after.unwrap_or(0));
    let most = f64::from(before.max(after).max(1));
    let width = |value: u32| px(f64::from(value) / most * BARS.0);
    html! {
        svg.bars width=(BARS.0) height=(BARS.1) viewBox={ "0 0 " (BARS.0) " " (BARS.1) } preserveAspectRatio="none" aria-hidden="true" {
            rect.then width=(width(before)) height="7" {}
            rect.today.(class) y="9" width=(width(after)) height="9" {}
        }
    }
}

fn counts(audit: &Audit, comparison: &Comparison) -> Markup {
    let (new, gone) = (comparison.brought.len() as u32, comparison.gone.len() as u32);
    html! {
        p {
            "Findings: " strong data-json="/comparison/new" { (grouped(new)) } " new, "
            strong data-json="/comparison/gone" { (grouped(gone)) } " gone, "
            span data-json="/comparison/stayed" { (grouped(comparison.stayed)) } " as before"
            @if comparison.unjudged > 0 {
                ", " span data-json="/comparison/unjudged" { (grouped(comparison.unjudged)) } " in files that no longer parse"
            }
            "."
            @if audit.held.is_some() { " Only those that are new are on this page." }
        }
    }
}

fn came(audit: &Audit, comparison: &Comparison) -> Markup {
    let all = audit.held.is_none();
    let brought = comparison.brought.iter().filter(|_| all).filter_map(|at| audit.findings.get(*at));
    let mut lines: Vec<Entry> = brought
        .map(|finding| {
            let (path, line) =
                (audit.sources.path(finding.primary.span.file), audit.sources.position(finding.primary.span));
            Entry { level: finding.level, code: &finding.code, message: &finding.message, path, line: line.line }
        })
        .collect();
    list("new", &mut lines)
}

fn went(comparison: &Comparison) -> Markup {
    let gone = comparison.gone.iter();
    let mut lines: Vec<Entry> = gone
        .map(|one| Entry { level: one.level, code: &one.code, message: &one.message, path: &one.path, line: one.line })
        .collect();
    list("gone", &mut lines)
}

/// A finding of either state.
struct Entry<'a> {
    level: Level,
    code: &'a str,
    message: &'a str,
    path: &'a str,
    line: u32,
}

fn list(title: &str, lines: &mut [Entry]) -> Markup {
    lines.sort_by_key(|line| std::cmp::Reverse(line.level));
    let more = lines.len().saturating_sub(LISTED);
    html! {
        @if !lines.is_empty() {
            details.listed {
                summary { (counted(lines.len() as u32, "finding", "findings")) " " (title) }
                ul {
                    @for line in lines.iter().take(LISTED) {
                        li {
                            span.level.(super::findings::name(line.level)) { (super::findings::name(line.level)) }
                            " " span.code-of { (line.code) } " " span.message { (ticked(line.message)) }
                            " " span.place { (shown(line.path)) ":" (line.line) }
                        }
                    }
                }
                @if more > 0 { p { (counted(more as u32, "more is", "more are")) " left out here." } }
            }
        }
    }
}
