//! The first screen: the verdict in a sentence, before and after side by side, the first three steps.

use maud::{Markup, html};

use super::code::Code;
use super::findings::ticked;
use super::{Subject, shown};
use crate::audit::Audit;
use crate::number::{counted, grouped};
use crate::plan::{Plan, Size, Step};
use crate::report::graph::{self, px};
use crate::report::text::words;

/// Steps on the first screen.
const FIRST: usize = 3;
/// Files on the first screen, and the room for the name and the bar of each.
const LONGEST: usize = 5;
const NAME: f64 = 190.0;
const BAR: f64 = 70.0;
/// Places that could not be followed that are listed.
const PLACES: usize = 60;

pub(super) fn section(subject: &Subject, code: &Code) -> Markup {
    let flake = subject.flake;
    let plan = subject.plan.filter(|_| flake.is_followed());
    html! {
        section.verdict id={ "verdict" (subject.number) } aria-labelledby={ "verdict-title" (subject.number) } {
            p.what {
                (shown(subject.path())) " · "
                span data-json=(subject.json("lines/total")) { (counted(flake.lines.total, "line", "lines")) }
                " · " (facts(subject).join(" · "))
            }
            @match plan {
                Some(plan) => {
                    h2 id={ "verdict-title" (subject.number) } { (sentence(plan)) }
                    div.columns {
                        (sizes(subject, plan))
                        div { (steps(subject, plan)) (longest(subject, plan)) }
                    }
                    @if !plan.reasons.is_empty() {
                        h3 { "Why" }
                        ul.reasons { @for reason in &plan.reasons { li { (ticked(reason)) } } }
                    }
                }
                None => {
                    h2 id={ "verdict-title" (subject.number) } { "No verdict" }
                    p { (missing(subject)) }
                    (today(subject))
                }
            }
            (unknown(subject, code))
        }
    }
}

/// What is known without a plan.
fn today(subject: &Subject) -> Markup {
    let flake = subject.flake;
    html! {
        p {
            "Its own code: " span data-json=(subject.json("own_lines/total")) { (counted(flake.own_lines.total, "line", "lines")) }
            " in " (counted(flake.own_files.max(1), "file", "files"))
            @if let Some(lock) = &flake.lock {
                ". It locks " span data-json=(subject.json("lock/nodes")) { (counted(lock.nodes, "node", "nodes")) }
            }
            ". The map, the inputs, the imports and the findings below hold all the same."
        }
    }
}

/// Places that could not be followed, with the reasons.
fn unknown(subject: &Subject, code: &Code) -> Markup {
    let places: Vec<_> = subject.flake.unknown.iter().filter(|row| !row.opaque).collect();
    let more = places.len().saturating_sub(PLACES);
    html! {
        @if !places.is_empty() && subject.flake.parsed {
            details.listed open[!subject.flake.is_followed()] {
                summary { (counted(places.len() as u32, "place", "places")) " could not be followed: there may be more outputs" }
                ul {
                    @for row in places.iter().take(PLACES) {
                        li {
                            code { (shown(if row.path.is_empty() { "outputs" } else { &row.path })) } ": " (ticked(&row.reason))
                            @if let Some(at) = row.at { " " (super::place(subject.audit, code, at)) }
                        }
                    }
                }
                @if more > 0 { p { (counted(more as u32, "more is", "more are")) " left out here." } }
            }
        }
    }
}

fn missing(subject: &Subject) -> &'static str {
    if subject.flake.parsed {
        "What this flake offers could not be followed, so nothing is proposed."
    } else {
        "flake.nix does not parse: mend that first, then ask again."
    }
}

fn sentence(plan: &Plan) -> Markup {
    let verdict = words::verdict(plan.verdict);
    html! {
        (verdict[..1].to_uppercase()) (verdict[1..]) ": " (words::advice(plan.verdict))
        @if plan.after.flake_lines < plan.before.flake_lines {
            " " span.whole {
                (grouped(plan.before.flake_lines)) " → " (grouped(plan.after.flake_lines)) " lines"
            }
            " of flake.nix in " (counted(plan.steps.len() as u32, "step", "steps")) "."
        }
    }
}

fn facts(subject: &Subject) -> Vec<String> {
    let flake = subject.flake;
    let mut facts = vec![];
    facts.extend(words::outputs(flake).into_iter().map(|words| shown(&words).into_owned()));
    facts.push(counted(flake.inputs.len() as u32, "input", "inputs"));
    facts.extend(flake.frameworks.iter().map(|name| shown(name).into_owned()));
    facts.push(if flake.complete { "inventory complete" } else { "inventory partial" }.to_owned());
    facts
}

/// What is measured: in words, its key, and its value.
type Row = (&'static str, &'static str, fn(&Size) -> u32);

/// Before and after.
fn sizes(subject: &Subject, plan: &Plan) -> Markup {
    let numbers: [Row; 6] = [
        ("lines of flake.nix", "flake_lines", |size| size.flake_lines),
        ("largest file, lines", "largest_file_lines", |size| size.largest_file_lines),
        ("files", "files", |size| size.files),
        ("concerns in flake.nix", "concerns_in_flake", |size| size.concerns_in_flake),
        ("coupling: shared lines in flake.nix", "shared_in_flake", |size| size.shared_in_flake),
        ("lock nodes", "lock_nodes", |size| size.lock_nodes),
    ];
    // More files are neither better nor worse.
    let better = |key: &str, before: u32, after: u32| key != "files" && after < before;
    html! {
        table.sizes {
            caption { "Today and after the plan" }
            thead { tr { th scope="col" { "measure" } th scope="col" { "today" } th scope="col" { "after" } } }
            tbody {
                @for (name, key, value) in numbers {
                    @let (before, after) = (value(&plan.before), value(&plan.after));
                    tr {
                        th scope="row" { (name) }
                        td.number data-json={ (subject.json_plan) "/before/" (key) } { (grouped(before)) }
                        td.number.good[better(key, before, after)] data-json={ (subject.json_plan) "/after/" (key) } { (grouped(after)) }
                    }
                }
            }
        }
    }
}

fn steps(subject: &Subject, plan: &Plan) -> Markup {
    html! {
        div {
            h3 { "First steps" }
            @if plan.steps.is_empty() { p { "Nothing to do." } }
            ol.first {
                @for step in plan.steps.iter().take(FIRST) {
                    li { (ticked(&step.title)) " " span.weight { (weight(step)) } }
                }
            }
            @if plan.steps.len() > FIRST {
                p { a.show href={ "#plan" (subject.number) } { "All " (plan.steps.len()) " steps" } }
            }
        }
    }
}

/// Lines by file, today and after: the longest ones.
fn longest(subject: &Subject, plan: &Plan) -> Markup {
    let sizes = [("today", "before", &plan.before), ("after the plan", "after", &plan.after)];
    let most = f64::from(plan.before.largest_file_lines.max(plan.after.largest_file_lines).max(1));
    html! {
        @if !plan.steps.is_empty() && plan.before.largest.len() + plan.after.largest.len() > 2 {
            div.longest {
                @for (title, key, size) in sizes {
                    table {
                        caption { "The longest files " (title) ", lines" }
                        tbody {
                            @for (at, file) in size.largest.iter().take(LONGEST).enumerate() {
                                tr {
                                    th scope="row" title=(shown(&file.path)) { (graph::clip_front(&shown(&file.path), NAME)) }
                                    td.number data-json={ (subject.json_plan) "/" (key) "/largest/" (at) "/lines" } { (grouped(file.lines)) }
                                    td {
                                        svg.bars width=(BAR) height="10" aria-hidden="true" {
                                            rect.today width=(px(f64::from(file.lines) / most * BAR)) height="10" {}
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Lines and risk.
fn weight(step: &Step) -> String {
    let risk = words::risk(step.risk);
    if step.lines > 0 { format!("−{} lines, {risk}", grouped(step.lines)) } else { risk.to_owned() }
}

/// The flakes that are not drawn.
pub(super) fn others(audit: &Audit, drawn: &[Subject]) -> Markup {
    let rest: Vec<_> = audit
        .facts
        .flakes
        .iter()
        .filter(|flake| drawn.iter().all(|subject| subject.flake.path != flake.path))
        .collect();
    html! {
        @if !rest.is_empty() {
            section {
                h2 { "Other flakes" }
                div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
                    table {
                        thead { tr {
                            th scope="col" { "flake" } th scope="col" { "lines" } th scope="col" { "outputs" }
                            th scope="col" { "verdict" }
                        } }
                        tbody {
                            @for flake in rest {
                                @let at = audit.facts.flakes.iter().position(|row| row.path == flake.path).unwrap_or(0);
                                @let plan = audit.plans.iter().find(|plan| plan.flake == flake.path);
                                tr {
                                    th scope="row" { (shown(&flake.path)) }
                                    td.number data-json={ "/flakes/" (at) "/lines/total" } { (grouped(flake.lines.total)) }
                                    td { (shown(&words::outputs(flake).join(", "))) }
                                    td { (plan.map_or("", |plan| words::verdict(plan.verdict))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
