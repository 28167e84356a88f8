//! The page for a person.

mod comparison;
mod concerns;
mod coupling;
mod escape;
mod excerpt;
mod findings;
mod header;
mod ink;
mod inputs;
mod markdown;
mod measure;
mod overview;
mod page;
mod plan;
mod rules;
mod snippet;
mod summary;
mod table;
mod verbose;
mod window;
pub(in crate::report) mod words;

use std::io::{self, Write};

pub use escape::escape;
pub(super) use escape::push as push_escaped;

use self::page::Page;
use super::Options;
use crate::audit::Audit;
use crate::audit::RuleInfo;
use crate::measure::{FlakeRow, Role};
use crate::plan::{Plan, Verdict};

/// Flakes told in full without `--verbose` where there are several.
const DETAILED: usize = 3;

/// Writes the page.
pub(super) fn render(audit: &Audit, rules: &[RuleInfo], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options);
    if options.quiet {
        findings::lines(&mut page, audit);
        return out.write_all(page.into_text().as_bytes());
    }
    if let Some(comparison) = &audit.comparison {
        comparison::print(&mut page, audit, comparison, rules);
        return out.write_all(page.into_text().as_bytes());
    }
    summary::first(&mut page, audit);
    let flakes = &audit.facts.flakes;
    if flakes.len() > 1 {
        overview::print(&mut page, audit);
    }
    let chosen = chosen(audit, options.verbose);
    for flake in &chosen {
        flake_section(&mut page, flake, audit);
    }
    if chosen.len() < flakes.len() {
        let more = crate::number::counted((flakes.len() - chosen.len()) as u32, "other flake", "other flakes");
        page.gap();
        page.paragraph(0, ink::DIM, &format!("{more} in full: --verbose, or flake-audit DIRECTORY"));
    }
    findings::print(&mut page, audit, rules);
    summary::skipped(&mut page, audit);
    summary::last(&mut page, audit);
    out.write_all(page.into_text().as_bytes())
}

/// The flakes that are told in full: all of them, or the root's and the worst.
fn chosen(audit: &Audit, verbose: bool) -> Vec<&FlakeRow> {
    let flakes = &audit.facts.flakes;
    if verbose || flakes.len() == 1 {
        return flakes.iter().collect();
    }
    let mut ranked: Vec<&FlakeRow> = flakes.iter().filter(|flake| worth_telling(flake, audit)).collect();
    ranked.sort_by_key(|flake| (flake.role != Role::Root, std::cmp::Reverse(flake.lines.total)));
    ranked.truncate(DETAILED);
    if ranked.is_empty() {
        ranked.extend(flakes.first());
    }
    ranked
}

/// The root, and others that are broken or should change.
fn worth_telling(flake: &FlakeRow, audit: &Audit) -> bool {
    let acts = plan_of(flake, audit).is_some_and(|plan| plan.verdict != Verdict::Keep);
    match flake.role {
        Role::Root => true,
        Role::Sub => acts || !flake.parsed,
        Role::Template | Role::Fixture => false,
    }
}

fn plan_of<'a>(flake: &FlakeRow, audit: &'a Audit) -> Option<&'a Plan> {
    audit.plans.iter().find(|plan| plan.flake == flake.path)
}

/// Everything about one flake but its findings.
fn flake_section(page: &mut Page, flake: &FlakeRow, audit: &Audit) {
    page.gap();
    header::print(page, flake, audit);
    let plan = plan_of(flake, audit);
    if let Some(plan) = plan.filter(|_| flake.is_followed()) {
        header::verdict(page, flake, plan, false);
    }
    if flake.parsed && !flake.is_followed() {
        page.paragraph(2, ink::DIM, "no verdict: what this flake offers could not be followed");
    }
    if page.verbose {
        verbose::unknown(page, flake, audit);
        verbose::outputs(page, flake);
    }
    if flake.is_followed() {
        concerns::print(page, flake);
        coupling::print(page, flake);
    }
    inputs::print(page, flake);
    if let Some(plan) = plan.filter(|_| flake.is_followed()) {
        plan::print(page, plan);
    }
}

/// Writes the whole plan of every flake.
///
/// # Errors
/// When `out` cannot be written.
pub fn plans(audit: &Audit, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options);
    plan::all(&mut page, audit);
    out.write_all(page.into_text().as_bytes())
}

/// Writes the table of rules.
///
/// # Errors
/// When `out` cannot be written.
pub fn list_rules(rules: &[RuleInfo], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options);
    rules::print(&mut page, rules);
    out.write_all(page.into_text().as_bytes())
}

/// Writes a rule's page.
///
/// # Errors
/// When `out` cannot be written.
pub fn explain(rule: &RuleInfo, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options);
    rules::explain(&mut page, rule);
    out.write_all(page.into_text().as_bytes())
}
