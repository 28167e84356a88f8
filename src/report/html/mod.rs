//! The audit as one page with pictures: one file, no network, complete without JavaScript.
//!
//! All layout is computed here and drawn as inline SVG. Text from the tree passes [`shown`] and maud's escaping, and
//! nothing else writes into the page; the page's own policy forbids everything but its one style and one script.

mod code;
mod coupling;
mod files;
mod findings;
mod frame;
mod inputs;
mod map;
mod plan;
mod treemap;
mod trend;
mod verdict;

use std::borrow::Cow;
use std::io::{self, Write};

use maud::{Markup, html};

use super::text::escape;
use crate::audit::{Audit, RuleInfo};
use crate::measure::{FlakeRow, Role};
use crate::plan::Plan;
use crate::source::{FileId, Span};

/// Flakes that are drawn; the others are in the table of flakes.
const DRAWN: usize = 3;

/// What every section is made of.
struct Subject<'a> {
    audit: &'a Audit,
    flake: &'a FlakeRow,
    plan: Option<&'a Plan>,
    /// Distinguishes the flakes of one page in the names of its elements.
    number: usize,
    /// How many flakes the page draws.
    drawn: usize,
    /// Where the flake's numbers, and its plan's, are in the JSON.
    json: String,
    json_plan: String,
}

impl Subject<'_> {
    /// Where one of the flake's numbers is in the JSON.
    fn json(&self, path: &str) -> String {
        format!("{}/{path}", self.json)
    }

    /// Path of the flake's `flake.nix`.
    fn path(&self) -> &str {
        self.audit.sources.path(self.flake.file)
    }

    /// Where the lines that only this concern reaches are in the JSON.
    fn concern(&self, name: &str) -> Option<String> {
        let at = self.flake.concerns.iter().position(|row| row.name == name)?;
        Some(self.json(&format!("concerns/{at}/lines/exclusive")))
    }

    /// Class of a concern's colour.
    fn color(&self, concern: &str) -> String {
        super::graph::color(self.flake, concern)
    }
}

/// Writes the page.
pub(super) fn render(audit: &Audit, rules: &[RuleInfo], out: &mut dyn Write) -> io::Result<()> {
    let subjects = subjects(audit);
    let code = code::Code::choose(&subjects);
    let body = html! {
        (header(audit, &subjects))
        main #main {
            @if subjects.is_empty() {
                p.lead { "No flake.nix was found." }
            }
            @for subject in &subjects {
                (verdict::section(subject, &code))
                @if subject.number == 0 { (trend::section(audit)) }
                (map::section(subject, &code))
                (coupling::section(subject))
                (inputs::section(subject))
                (files::section(subject, &code))
                (plan::section(subject, &code))
            }
            (verdict::others(audit, &subjects))
            (findings::section(audit, rules, &code))
            (code.section())
        }
        footer { "flake-audit " (env!("CARGO_PKG_VERSION")) ". Nothing was evaluated, built or fetched for this page." }
    };
    let states = subjects.iter().map(|s| map::states(s).len()).max().unwrap_or(0);
    out.write_all(frame::document(&audit.facts.workspace.root, states, &body).into_string().as_bytes())
}

/// The flakes that are drawn: the root's, then those with the most code.
fn subjects(audit: &Audit) -> Vec<Subject<'_>> {
    let mut flakes: Vec<&FlakeRow> =
        audit.facts.flakes.iter().filter(|flake| matches!(flake.role, Role::Root | Role::Sub)).collect();
    if flakes.is_empty() {
        flakes.extend(audit.facts.flakes.first());
    }
    flakes.sort_by_key(|flake| (flake.role != Role::Root, std::cmp::Reverse(flake.own_lines.total)));
    flakes.truncate(DRAWN);
    let drawn = flakes.len();
    flakes.into_iter().enumerate().map(|(number, flake)| subject(audit, flake, number, drawn)).collect()
}

fn subject<'a>(audit: &'a Audit, flake: &'a FlakeRow, number: usize, drawn: usize) -> Subject<'a> {
    let at = audit.facts.flakes.iter().position(|row| row.path == flake.path).unwrap_or(0);
    let planned = audit.plans.iter().position(|plan| plan.flake == flake.path);
    Subject {
        audit,
        flake,
        plan: planned.map(|at| &audit.plans[at]),
        number,
        drawn,
        json: format!("/flakes/{at}"),
        json_plan: format!("/plan/{}", planned.unwrap_or(0)),
    }
}

fn header(audit: &Audit, subjects: &[Subject]) -> Markup {
    html! {
        a.skip href="#main" { "Skip to the audit" }
        header {
            h1 { span.tool { "flake-audit" } " " (shown(&audit.facts.workspace.root)) }
            nav aria-label="Sections" {
                @for subject in subjects {
                    @let n = subject.number;
                    @if subjects.len() > 1 { strong { (shown(subject.path())) } }
                    a href={ "#verdict" (n) } { "Verdict" }
                    a href={ "#map" (n) } { "Map" }
                    a href={ "#coupling" (n) } { "Coupling" }
                    a href={ "#inputs" (n) } { "Inputs" }
                    a href={ "#files" (n) } { "Files" }
                    a href={ "#plan" (n) } { "Plan" }
                }
                @if audit.comparison.is_some() { a href="#trend" { "Trend" } }
                a href="#findings" { "Findings" }
            }
        }
    }
}

/// Text from the tree without characters that steer, hide or turn round.
fn shown(text: &str) -> Cow<'_, str> {
    escape(text)
}

/// A file, linked to its code where that is on the page.
fn file(audit: &Audit, code: &code::Code, file: FileId) -> Markup {
    let path = shown(audit.sources.path(file));
    html! {
        @if let Some(anchor) = code.anchor(file, 1) { a href={ "#" (anchor) } { (path) } } @else { (path) }
    }
}

/// A place, linked to its code where that is on the page.
fn place(audit: &Audit, code: &code::Code, span: Span) -> Markup {
    let path = audit.sources.path(span.file);
    let line = audit.sources.position(span).line;
    let text = format!("{}:{line}", shown(path));
    html! {
        @if let Some(anchor) = code.anchor(span.file, line) { a.place href={ "#" (anchor) } { (text) } }
        @else { span.place { (text) } }
    }
}
