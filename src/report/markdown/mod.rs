//! Markdown: a page for `$GITHUB_STEP_SUMMARY`, an issue or a design document.
//!
//! GitHub refuses a summary over 1 MiB as a whole, so the page is cut before. Headings start at the third level:
//! the page stands below others.

mod escape;
mod findings;
mod flake;

use std::io::{self, Write};

use self::escape::inline;
use crate::audit::{Audit, RuleInfo};
use crate::finding::Level;
use crate::number::counted;

/// Bytes of a page; what does not fit is counted.
const PAGE: usize = 900_000;
/// Bytes of the flakes' sections.
const FLAKES: usize = 300_000;

/// Writes the page.
pub(super) fn render(audit: &Audit, rules: &[RuleInfo], out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!("### flake-audit: {}\n\n{}\n", inline(&audit.facts.workspace.root), summary(audit));
    findings::table(&mut page, audit, rules, PAGE - FLAKES);
    sections(&mut page, audit, false);
    not_read(&mut page, audit);
    out.write_all(page.as_bytes())
}

/// Writes verdict, numbers and every step of each flake.
///
/// # Errors
/// When `out` cannot be written.
pub fn plans(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut page = format!("### How to take {} apart\n", inline(&audit.facts.workspace.root));
    if audit.facts.flakes.is_empty() {
        page.push_str("\nNo `flake.nix` found, so there is nothing to plan.\n");
    }
    sections(&mut page, audit, true);
    out.write_all(page.as_bytes())
}

/// What was found, in a sentence.
fn summary(audit: &Audit) -> String {
    let workspace = &audit.facts.workspace;
    let tree = format!(
        "{} in {}",
        counted(workspace.flakes, "flake", "flakes"),
        counted(workspace.nix_files, "Nix file", "Nix files")
    );
    let levels =
        [(Level::Error, "error", "errors"), (Level::Warning, "warning", "warnings"), (Level::Note, "note", "notes")];
    let counts: Vec<String> = levels
        .iter()
        .filter_map(|(level, one, many)| {
            let count = audit.findings.iter().filter(|finding| finding.level == *level).count();
            (count > 0).then(|| counted(count as u32, one, many))
        })
        .collect();
    let found = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
    let quiet = if audit.suppressed > 0 { format!(", {} suppressed", audit.suppressed) } else { String::new() };
    format!("**{found}**{quiet} · {tree}")
}

/// A section a flake, as many as there is room for.
fn sections(page: &mut String, audit: &Audit, whole: bool) {
    let end = page.len() + FLAKES;
    let mut left = 0_u32;
    for row in &audit.facts.flakes {
        let plan = audit.plans.iter().find(|plan| plan.flake == row.path);
        // Without a verdict other than "keep" there is little to say of one flake among many.
        if !whole && !flake::is_worth_telling(row, plan, audit) {
            left += 1;
            continue;
        }
        let section = flake::section(row, plan, audit, whole);
        if page.len() + section.len() > end {
            left += 1;
        } else {
            page.push_str(&section);
        }
    }
    if left > 0 {
        let more = counted(left, "further flake is", "further flakes are");
        page.push_str(&format!("\n{more} not told here.\n"));
    }
}

/// What could not be analysed.
fn not_read(page: &mut String, audit: &Audit) {
    let skipped: Vec<_> = audit.facts.workspace.skipped.iter().filter(|row| row.counts).collect();
    if skipped.is_empty() {
        return;
    }
    page.push_str("\n#### Not analysed\n\n");
    for row in skipped.iter().take(50) {
        page.push_str(&format!("- {}: {}\n", escape::code(&row.path), inline(&row.reason)));
    }
    if skipped.len() > 50 {
        page.push_str(&format!("- {} more\n", skipped.len() - 50));
    }
}
