//! Many flakes in one tree: a row each, before any of them is told in full.

use std::collections::BTreeMap;

use crate::audit::Audit;
use crate::finding::Level;
use crate::measure::{FlakeRow, Role};
use crate::number::{counted, grouped};

use super::ink::{DIM, PLAIN, RED, YELLOW};
use super::page::Page;
use super::table::{Align, Cell, Column, Table};
use super::words;

/// Rows without `--verbose`.
const ROWS: usize = 25;

/// Prints the table.
pub(super) fn print(page: &mut Page, audit: &Audit) {
    let flakes = &audit.facts.flakes;
    let shown = if page.verbose { flakes.len() } else { ROWS };
    let mut table = Table::new(
        2,
        vec![
            Column::new("flake", Align::Path).shrink(10),
            Column::new("role", Align::Left).drop(2),
            Column::new("lines", Align::Right),
            Column::new("outputs", Align::Right).drop(3),
            Column::new("inputs", Align::Right).drop(4),
            Column::new("seen", Align::Left).drop(1),
            Column::new("findings", Align::Left),
            Column::new("verdict", Align::Left).shrink(9),
        ],
    );
    let counts = by_flake(audit);
    for flake in flakes.iter().take(shown) {
        let counts = counts.get(flake.path.as_str()).copied().unwrap_or_default();
        table.row(row(flake, counts, audit));
    }
    page.gap();
    table.print_plain(page);
    let more = flakes.len().saturating_sub(shown);
    if more > 0 {
        page.paragraph(2, DIM, &format!("{}; --verbose lists them", counted(more as u32, "more flake", "more flakes")));
    }
}

fn row(flake: &FlakeRow, counts: Counts, audit: &Audit) -> Vec<Cell> {
    let plan = audit.plans.iter().find(|plan| plan.flake == flake.path);
    let verdict = match plan {
        _ if !flake.parsed => Cell::styled(RED, "does not parse"),
        Some(plan) if flake.is_followed() => Cell::new(words::verdict(plan.verdict)),
        _ => Cell::styled(DIM, "–"),
    };
    let seen = match (flake.parsed, flake.complete) {
        (false, _) => Cell::styled(DIM, "–"),
        (true, true) => Cell::new("complete"),
        (true, false) => Cell::styled(YELLOW, "partial"),
    };
    let outputs = if flake.parsed { grouped(flake.outputs.len() as u32) } else { "–".to_owned() };
    let style = match counts {
        [0, 0, 0] => DIM,
        [_, 0, 0] => PLAIN,
        [_, _, 0] => super::ink::level(Level::Warning),
        _ => super::ink::level(Level::Error),
    };
    vec![
        Cell::new(&flake.path),
        Cell::new(role(flake.role)),
        Cell::new(grouped(flake.lines.total)),
        Cell::new(outputs),
        Cell::new(grouped(flake.inputs.len() as u32)),
        seen,
        Cell::styled(style, findings(counts)),
        verdict,
    ]
}

/// Findings of a flake by level, notes first.
type Counts = [u32; 3];

/// `1E 3W 2N`, or a dash.
fn findings(counts: Counts) -> String {
    let [notes, warnings, errors] = counts;
    let parts: Vec<String> = [(errors, "E"), (warnings, "W"), (notes, "N")]
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, letter)| format!("{n}{letter}"))
        .collect();
    if parts.is_empty() { "–".to_owned() } else { parts.join(" ") }
}

/// Findings of each flake: each belongs to the flake in the deepest folder that holds it.
fn by_flake(audit: &Audit) -> BTreeMap<&str, Counts> {
    let mut counts: BTreeMap<&str, Counts> =
        audit.facts.flakes.iter().map(|flake| (flake.path.as_str(), [0; 3])).collect();
    for finding in &audit.findings {
        let mut folder = audit.sources.path(finding.primary.span.file);
        loop {
            folder = folder.rsplit_once('/').map_or(".", |(parent, _)| parent);
            if let Some(counts) = counts.get_mut(folder) {
                counts[finding.level as usize] += 1;
                break;
            }
            if folder == "." {
                break;
            }
        }
    }
    counts
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Root => "root",
        Role::Sub => "sub-flake",
        Role::Template => "template",
        Role::Fixture => "fixture",
    }
}
