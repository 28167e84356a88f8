//! The head of a flake's section: what is in it, how sure that is, and the verdict.

use anstyle::Style;

use crate::audit::Audit;
use crate::measure::FlakeRow;
use crate::number::{counted, grouped};
use crate::plan::{Plan, Risk, Verdict};

use super::ink::{BOLD, CYAN, DIM, GREEN, PLAIN, RED, YELLOW};
use super::measure::width;
use super::page::Page;
use super::words;

/// Fewer lines of shell are no feature of a flake.
const SCRIPTS: u32 = 20;

/// Path of a flake's `flake.nix`.
pub(super) fn name(flake: &FlakeRow) -> String {
    if flake.path == "." { "flake.nix".to_owned() } else { format!("{}/flake.nix", flake.path) }
}

/// What is in the flake.
pub(super) fn print(page: &mut Page, flake: &FlakeRow, audit: &Audit) {
    let name = name(flake);
    let mut indent = width(&name) + 2;
    if indent > 26 {
        page.flow(BOLD, &name);
        indent = 2;
    } else {
        page.put(BOLD, &name);
    }
    page.pad_to(indent);
    let facts = facts(flake);
    let sure = completeness(page, flake);
    let items = facts.iter().map(|fact| (PLAIN, fact.as_str()));
    page.items(items.chain(sure.iter().map(|(style, text)| (*style, text.as_str()))));
    if !flake.parsed {
        page.pad_to(indent);
        syntax_error(page, flake, audit);
    }
}

/// Lines, outputs, inputs, lock, frameworks.
fn facts(flake: &FlakeRow) -> Vec<String> {
    let mut items = vec![counted(flake.lines.total, "line", "lines")];
    if flake.own_files > 1 {
        let files = match flake.own_files - 1 {
            1 => "file".to_owned(),
            n => counted(n, "file", "files"),
        };
        items.push(format!("{} with the {files} it imports", grouped(flake.own_lines.total)));
    }
    if flake.script_lines >= SCRIPTS {
        items.push(format!("{} of shell in strings", counted(flake.script_lines, "line", "lines")));
    }
    if flake.generated {
        items.push("generated".to_owned());
    }
    if flake.parsed {
        let outputs = words::outputs(flake);
        match (outputs.is_empty(), flake.complete) {
            (false, _) => items.push(outputs.join(", ")),
            (true, true) => items.push("no outputs".to_owned()),
            (true, false) => items.push("no outputs that can be seen".to_owned()),
        }
        items.push(match flake.inputs.len() {
            0 => "no inputs".to_owned(),
            n => counted(n as u32, "input", "inputs"),
        });
    }
    match (&flake.lock, &flake.lock_error) {
        (_, Some((why, _))) => items.push(format!("flake.lock cannot be used: {why}")),
        (Some(lock), None) => items.push(counted(lock.nodes, "lock node", "lock nodes")),
        (None, None) if flake.inputs.is_empty() => {}
        (None, None) => items.push("no flake.lock".to_owned()),
    }
    items.extend(flake.frameworks.iter().cloned());
    items
}

/// Whether all outputs are known.
fn completeness(page: &Page, flake: &FlakeRow) -> Option<(Style, String)> {
    if !flake.parsed {
        return None;
    }
    if flake.complete {
        return Some((GREEN, "inventory complete".to_owned()));
    }
    let places = flake.unknown.iter().filter(|unknown| !unknown.opaque).count();
    let places = counted(places as u32, "place", "places");
    let hint = if page.verbose { "listed below" } else { "--verbose lists them" };
    Some((YELLOW, format!("partial: {places} could not be followed; {hint}")))
}

/// A `flake.nix` that does not parse: nothing else can be said about it.
fn syntax_error(page: &mut Page, flake: &FlakeRow, audit: &Audit) {
    let refused = audit.facts.workspace.skipped.iter().find(|row| row.file == Some(flake.file));
    if let Some(refused) = refused {
        page.flow(RED, &format!("not analysed: {}", refused.reason));
        return;
    }
    let row = audit.facts.file(flake.file);
    let error = row.and_then(|row| row.syntax_error.as_ref());
    page.flow(RED, "does not parse, so its outputs are unknown and there is no verdict");
    page.gap();
    page.put(RED, "  SYNTAX ERROR  ");
    match error {
        Some(error) => {
            let at = audit.sources.position(error.at);
            let within = error.within.as_ref().map(|w| format!(", in `{w}`")).unwrap_or_default();
            page.flow(BOLD, &format!("line {}: {}{within}", grouped(at.line), error.message));
        }
        None => page.flow(BOLD, "the file could not be read as Nix"),
    }
    page.paragraph(16, DIM, "mend this first, then run flake-audit again");
}

/// The verdict and its reasons.
pub(super) fn verdict(page: &mut Page, flake: &FlakeRow, plan: &Plan, all: bool) {
    page.gap();
    let style = if plan.verdict == Verdict::Keep { GREEN.bold() } else { CYAN.bold() };
    page.put(style, "  VERDICT  ");
    page.put(style, words::verdict(plan.verdict));
    page.put(PLAIN, ": ");
    let mut text = words::advice(plan.verdict).to_owned();
    for part in [words::change(plan), safety(plan)] {
        if !part.is_empty() {
            text.push(' ');
            text.push_str(&part);
        }
    }
    if !flake.complete {
        text.push_str(" Judged by what could be followed.");
    }
    page.flow_at(11, BOLD, &text);
    let shown = if page.verbose || all { plan.reasons.len() } else { 3 };
    for reason in plan.reasons.iter().take(shown) {
        page.pad_to(11);
        page.put(DIM, "- ");
        page.flow(DIM, reason);
    }
}

/// What the steps can change in what is built, if anything.
fn safety(plan: &Plan) -> String {
    let worst = plan.steps.iter().map(|step| step.risk as u8).max();
    match worst {
        None => String::new(),
        Some(risk) if risk == Risk::None as u8 => "Nothing that is built changes.".to_owned(),
        Some(risk) if risk == Risk::Low as u8 => "Highest risk: low.".to_owned(),
        Some(_) => "Highest risk: medium.".to_owned(),
    }
}
