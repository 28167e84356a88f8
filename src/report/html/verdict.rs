//! The first screen: the verdict in a sentence, before and after side by side, the first three steps.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::findings::ticked;
use super::{Subject, shown};
use crate::audit::Audit;
use crate::number::{counted, grouped};
use crate::plan::{Plan, Size, Step};
use crate::report::text::words;

/// Steps on the first screen.
const FIRST: usize = 3;

pub(super) fn section(subject: &Subject) -> Markup {
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
                        (steps(subject, plan))
                    }
                    @if !plan.reasons.is_empty() {
                        h3 { "Why" }
                        ul.reasons { @for reason in &plan.reasons { li { (shown(reason)) } } }
                    }
                }
                None => {
                    h2 id={ "verdict-title" (subject.number) } { "No verdict" }
                    p { (missing(subject)) }
                }
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

fn sentence(plan: &Plan) -> String {
    let verdict = words::verdict(plan.verdict);
    let mut sentence = format!("{}{}: {}", verdict[..1].to_uppercase(), &verdict[1..], words::advice(plan.verdict));
    if plan.after.flake_lines < plan.before.flake_lines {
        let _ = write!(
            sentence,
            " {} → {} lines of flake.nix in {}.",
            grouped(plan.before.flake_lines),
            grouped(plan.after.flake_lines),
            counted(plan.steps.len() as u32, "step", "steps")
        );
    }
    sentence
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
    let numbers: [Row; 5] = [
        ("lines of flake.nix", "flake_lines", |size| size.flake_lines),
        ("largest file, lines", "largest_file_lines", |size| size.largest_file_lines),
        ("files", "files", |size| size.files),
        ("concerns in flake.nix", "concerns_in_flake", |size| size.concerns_in_flake),
        ("lock nodes", "lock_nodes", |size| size.lock_nodes),
    ];
    let modularity = |size: &Size| size.modularity.map_or_else(|| "–".to_owned(), |q| format!("{q:.2}"));
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
                tr {
                    th scope="row" { "coupling: modularity Q by file" }
                    td.number data-json={ (subject.json_plan) "/before/modularity" } { (modularity(&plan.before)) }
                    td.number.good[plan.before.modularity.is_some() && plan.after.modularity > plan.before.modularity] data-json={ (subject.json_plan) "/after/modularity" } {
                        (modularity(&plan.after))
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
