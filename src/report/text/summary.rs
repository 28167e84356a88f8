//! The first line and the last ones.

use crate::audit::Audit;
use crate::finding::Level;
use crate::number::{counted, grouped};

use super::ink::{BOLD, DIM, GREEN, PLAIN, YELLOW};
use super::page::Page;

/// What was read.
pub(super) fn first(page: &mut Page, audit: &Audit) {
    let workspace = &audit.facts.workspace;
    let flakes = audit.facts.flakes.len() as u32;
    page.put(BOLD, "flake-audit");
    page.put(DIM, " · ");
    let mut items = vec![if workspace.root.is_empty() { "." } else { &workspace.root }.to_owned()];
    if flakes > 0 {
        items.push(counted(flakes, "flake", "flakes"));
        items.push(counted(workspace.nix_files, "Nix file", "Nix files"));
        items.push(counted(workspace.lines.total, "line", "lines"));
    }
    page.items(items.iter().map(|item| (PLAIN, item.as_str())));
    if flakes == 0 {
        page.gap();
        none(page, workspace.nix_files, workspace.lines.total);
    }
}

/// A tree without a flake.
fn none(page: &mut Page, files: u32, lines: u32) {
    if files == 0 {
        page.paragraph(0, YELLOW, "no flake.nix and no other Nix file found: nothing was checked");
        page.paragraph(
            0,
            DIM,
            "files that .gitignore names and hidden ones are left out; see --no-ignore and --hidden",
        );
        return;
    }
    let text = format!("no flake.nix found; {} checked", counted(files, "Nix file", "Nix files"));
    page.paragraph(0, BOLD, &format!("{text} ({})", counted(lines, "line", "lines")));
    page.paragraph(0, DIM, "rules about single files were applied; outputs, concerns and plans need a flake");
}

/// What was left out although it was asked for.
pub(super) fn skipped(page: &mut Page, audit: &Audit) {
    let rows = &audit.facts.workspace.skipped;
    let counting = rows.iter().filter(|row| row.counts).count();
    let shown = if page.verbose { rows.len() } else { 5 };
    if rows.is_empty() || (counting == 0 && !page.verbose) {
        return;
    }
    page.gap();
    page.paragraph(0, YELLOW, &format!("not analysed: {}", counted(rows.len() as u32, "entry", "entries")));
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by_key(|row| !row.counts);
    for row in sorted.iter().take(shown) {
        page.paragraph(2, PLAIN, &format!("{}: {}", row.path, row.reason));
    }
    if rows.len() > shown {
        page.paragraph(2, DIM, &format!("{} more; --verbose lists them", grouped((rows.len() - shown) as u32)));
    }
}

/// Counts by level, and what to do next.
pub(super) fn last(page: &mut Page, audit: &Audit) {
    page.gap();
    let of = |level| audit.findings.iter().filter(|finding| finding.level == level).count() as u32;
    let mut counts: Vec<(anstyle::Style, String)> =
        [(Level::Error, "error", "errors"), (Level::Warning, "warning", "warnings"), (Level::Note, "note", "notes")]
            .into_iter()
            .filter(|(level, _, _)| of(*level) > 0)
            .map(|(level, one, many)| (super::ink::level(level), counted(of(level), one, many)))
            .collect();
    if counts.is_empty() {
        counts.push((GREEN, "no findings".to_owned()));
    }
    if audit.suppressed > 0 {
        counts.push((DIM, format!("{} suppressed", grouped(audit.suppressed))));
    }
    if let Some(held) = audit.held.as_ref().filter(|held| held.known > 0) {
        counts.push((DIM, format!("{} known before", grouped(held.known))));
    }
    page.items(counts.iter().map(|(style, text)| (*style, text.as_str())));
    let next = next(audit);
    if !next.is_empty() {
        page.put(DIM, "next: ");
        page.items(next.iter().map(|command| (PLAIN, command.as_str())));
    }
}

/// The commands that help from here.
fn next(audit: &Audit) -> Vec<String> {
    let worst = audit.findings.iter().max_by_key(|finding| (finding.level, finding.confidence));
    let mut next: Vec<String> = worst.map(|f| format!("flake-audit explain {}", f.code)).into_iter().collect();
    if audit.plans.iter().any(|plan| !plan.steps.is_empty()) {
        next.push("flake-audit plan (every step)".to_owned());
    }
    next
}
