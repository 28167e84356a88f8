//! The plan as steps that one can tick off.

use maud::{Markup, html};

use super::code::Code;
use super::findings::ticked;
use super::{Subject, shown};
use crate::number::{counted, grouped};
use crate::plan::{NewFile, Step};
use crate::report::text::words;

pub(super) fn section(subject: &Subject, code: &Code) -> Markup {
    let name = format!("plan{}", subject.number);
    let steps = subject.plan.map_or(&[][..], |plan| plan.steps.as_slice());
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "The plan" }
            @if steps.is_empty() { p { (nothing(subject)) } }
            ol.steps {
                @for (at, step) in steps.iter().enumerate() { (full(subject, at, step, code)) }
            }
        }
    }
}

fn nothing(subject: &Subject) -> &'static str {
    if !subject.flake.parsed {
        "Nothing is proposed before flake.nix parses."
    } else if subject.flake.is_followed() {
        "Nothing is proposed: leave it as it is."
    } else {
        "Nothing is proposed, for it is not known what this flake offers."
    }
}

fn full(subject: &Subject, at: usize, step: &Step, code: &Code) -> Markup {
    html! {
        li.step {
            label.head {
                input.tick type="checkbox";
                span.step-id { (step.id) }
                span.title { (ticked(&step.title)) }
                span.weight {
                    @if step.lines > 0 { "−" span data-json={ (subject.json_plan) "/steps/" (at) "/lines" } { (grouped(step.lines)) } " lines, " }
                    (words::risk(step.risk))
                }
            }
            @if let Some(why) = &step.refused { p.refused { "Cannot be carried out by itself: " (shown(why)) } }
            p { (shown(&sentence(&step.risk_reason))) "." }
            @if !step.after.is_empty() {
                p { "After step " (step.after.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")) "." }
            }
            @if !step.ends.is_empty() { p { "Ends " (step.ends.join(", ")) "." } }
            @if step.kind.moves_code() {
                p { a.show href={ "#map" (subject.number) } data-state={ "map" (subject.number) "s" (step.id) } { "The map after this step" } }
            }
            @if !step.files.is_empty() { div.files { @for file in &step.files { (new_file(file)) } } }
            @if !step.moves.is_empty() { (moves(subject, step, code)) }
        }
    }
}

/// With a capital.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn new_file(file: &NewFile) -> Markup {
    html! {
        div.file {
            p { strong { (shown(&file.path)) } " " span.weight { (counted(file.lines, "line", "lines")) } }
            @if let Some(head) = &file.head { pre tabindex="0" { code { (super::code::lines(head)) } } }
        }
    }
}

/// A text that begins in the middle of a line, its other lines moved to the left as far as all of them can.
fn straight(text: &str) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let least = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| indent(&line))
        .min()
        .unwrap_or(0);
    let others = text.lines().skip(1).map(|line| line.get(least..).unwrap_or_default());
    text.lines().take(1).chain(others).collect::<Vec<_>>().join("\n")
}

fn moves(subject: &Subject, step: &Step, code: &Code) -> Markup {
    html! {
        details {
            summary { "What moves: " (counted(step.moves.len() as u32, "piece", "pieces")) }
            div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
                table {
                    thead { tr {
                        th scope="col" { "name" } th scope="col" { "place" } th scope="col" { "lines" }
                        th scope="col" { "goes to" } th scope="col" { "what stands there then" }
                    } }
                    tbody {
                        @for one in &step.moves {
                            tr {
                                th scope="row" { (shown(&one.name)) }
                                td {
                                    @match one.span {
                                        Some(span) => (super::place(subject.audit, code, span)),
                                        None => { (shown(&one.path)) ":" (one.line) }
                                    }
                                }
                                td.number { (grouped((one.end_line + 1).saturating_sub(one.line))) }
                                td { (shown(one.to.as_deref().unwrap_or("deleted"))) }
                                td {
                                    @if let Some(text) = one.replacement.as_deref().filter(|text| !text.is_empty()) {
                                        pre { code { (super::code::lines(&straight(text))) } }
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
