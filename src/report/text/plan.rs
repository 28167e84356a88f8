//! Recommendations: the steps of a plan, short on the page and whole for `flake-audit plan`.

use crate::audit::Audit;
use crate::number::{counted, grouped};
use crate::plan::{Move, NewFile, Plan, Risk, Step, StepKind};

use super::escape::escape;
use super::header;
use super::ink::{BOLD, CYAN, DIM, GREEN, PLAIN, YELLOW};
use super::measure::{clip, width, wrap};
use super::page::Page;
use super::words;

/// Steps on the page without `--verbose`.
const STEPS: usize = 3;

/// Columns of `−12,345 lines   medium risk`.
const WEIGHT: usize = 27;

/// The steps in brief, in the order in which they are to be done.
pub(super) fn print(page: &mut Page, plan: &Plan) {
    if plan.steps.is_empty() {
        return;
    }
    page.gap();
    page.line(DIM, "  what to do, in this order");
    let shown = if page.verbose { plan.steps.len() } else { STEPS };
    for step in plan.steps.iter().take(shown) {
        brief(page, step);
    }
    let more = plan.steps.len().saturating_sub(shown);
    let rest =
        if more > 0 { format!("{} · ", counted(more as u32, "more step", "more steps")) } else { String::new() };
    page.paragraph(2, DIM, &format!("{rest}every step in full: flake-audit plan"));
}

/// One step: what, how much, how risky; below it what it is made of.
fn brief(page: &mut Page, step: &Step) {
    page.put(CYAN, &format!("{:>4}  ", step.id));
    if page.width < 80 {
        page.flow(PLAIN, &step.title);
        page.pad_to(6);
        weight(page, step, "");
    } else {
        let room = page.width.min(100);
        let title = wrap(&escape(&step.title), room.saturating_sub(6 + WEIGHT + 2));
        for (i, part) in title.iter().enumerate() {
            if i > 0 {
                page.end();
                page.pad_to(6);
            }
            page.put(PLAIN, part);
        }
        page.pad_to(room.saturating_sub(WEIGHT));
        weight(page, step, "             ");
    }
    let detail = words::step_detail(step);
    if !detail.is_empty() {
        page.pad_to(6);
        let room = page.width.min(100).saturating_sub(6);
        page.line(DIM, &clip(&escape(&detail), room));
    }
}

/// Lines and risk of a step; the lines end below each other where `pad` is as wide as they get.
fn weight(page: &mut Page, step: &Step, pad: &str) {
    let lines = if step.lines > 0 { format!("−{} lines", grouped(step.lines)) } else { String::new() };
    page.put(PLAIN, &format!("{}{lines}", " ".repeat(pad.len().saturating_sub(width(&lines)))));
    if !pad.is_empty() || !lines.is_empty() {
        page.put(PLAIN, "   ");
    }
    page.put(risk_style(step.risk), words::risk(step.risk));
    page.end();
}

fn risk_style(risk: Risk) -> anstyle::Style {
    match risk {
        Risk::None => GREEN,
        Risk::Low => DIM,
        Risk::Medium => YELLOW,
    }
}

/// The whole plan of every flake.
pub(super) fn all(page: &mut Page, audit: &Audit) {
    for flake in &audit.facts.flakes {
        let plan = audit.plans.iter().find(|plan| plan.flake == flake.path);
        page.gap();
        header::print(page, flake, audit);
        if let Some(plan) = plan.filter(|_| flake.parsed) {
            header::verdict(page, flake, plan, true);
            sizes(page, plan);
            for step in &plan.steps {
                full(page, step);
            }
        }
    }
    if audit.facts.flakes.is_empty() {
        page.line(PLAIN, "no flake.nix found, so there is nothing to plan");
    }
}

/// Today and after the plan, where it changes something.
fn sizes(page: &mut Page, plan: &Plan) {
    if plan.steps.is_empty() {
        return;
    }
    page.gap();
    let rows = words::sizes(plan);
    let first = rows.iter().map(|(what, ..)| width(what)).max().unwrap_or(0);
    let columns = rows.iter().flat_map(|(_, before, after)| [width(before), width(after)]);
    let column = columns.max().unwrap_or(0).max(width("today"));
    let line = |what: &str, before: &str, after: &str| {
        let pad = |text: &str, wide: usize| " ".repeat(wide.saturating_sub(width(text)));
        format!("  {what}{}  {}{before}  {}{after}", pad(what, first), pad(before, column), pad(after, column))
    };
    page.line(DIM, &line("", "today", "after"));
    for (what, before, after) in &rows {
        page.line(PLAIN, &line(what, before, after));
    }
}

/// A step with everything that is known about it.
fn full(page: &mut Page, step: &Step) {
    page.gap();
    page.put(CYAN, &format!("{:>4}  ", step.id));
    page.flow(BOLD, &step.title);
    let mut facts = Vec::new();
    if step.lines > 0 {
        facts.push(format!("−{} lines in flake.nix", grouped(step.lines)));
    }
    if step.call_sites > 0 {
        facts.push(counted(step.call_sites, "place names it", "places name it"));
    }
    facts.push(words::risk(step.risk).to_owned());
    if !step.after.is_empty() {
        let ids: Vec<String> = step.after.iter().map(u32::to_string).collect();
        facts.push(format!("after step {}", ids.join(", ")));
    }
    page.pad_to(6);
    page.items(facts.iter().map(|fact| (PLAIN, fact.as_str())));
    if !step.risk_reason.is_empty() {
        page.paragraph(6, DIM, &step.risk_reason);
    }
    if let Some(why) = &step.refused {
        page.paragraph(6, YELLOW, &format!("by hand: {why}"));
    }
    listed(page, "ends", &step.ends);
    listed(page, "needs", &step.arguments);
    for file in &step.files {
        new_file(page, step, file);
    }
    // What goes to no file of its own: what is deleted.
    for piece in step.moves.iter().filter(|piece| piece.to.is_none()) {
        moved(page, if step.kind == StepKind::Delete { "deletes" } else { "moves" }, piece);
    }
}

/// A created file: its size, its head line, what goes there and what stays.
fn new_file(page: &mut Page, step: &Step, file: &NewFile) {
    page.pad_to(6);
    page.put(DIM, "creates");
    page.pad_to(15);
    let about =
        if file.lines > 0 { format!("{}, {} lines", file.path, grouped(file.lines)) } else { file.path.clone() };
    page.flow(BOLD, &about);
    if let Some(head) = &file.head {
        // Long ones are written one name a line; here they are wrapped like all else.
        let words: Vec<&str> = head.split_whitespace().collect();
        page.paragraph(17, PLAIN, &words.join(" ").replace(", }:", " }:"));
    }
    for piece in step.moves.iter().filter(|piece| piece.to.as_deref() == Some(file.path.as_str())) {
        moved(page, "", piece);
        if let Some(text) = piece.replacement.as_deref().filter(|text| !text.is_empty()) {
            for line in text.lines() {
                page.paragraph(19, DIM, &format!("→ {}", line.trim_end()));
            }
        }
    }
}

fn moved(page: &mut Page, verb: &str, piece: &Move) {
    page.pad_to(6);
    page.put(DIM, verb);
    page.pad_to(if verb.is_empty() { 17 } else { 15 });
    page.flow(PLAIN, &format!("{} {}:{}–{}", piece.name, piece.path, piece.line, piece.end_line));
}

fn listed(page: &mut Page, what: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    page.pad_to(6);
    page.put(DIM, what);
    page.pad_to(15);
    page.flow(PLAIN, &items.join(", "));
}
