//! The inputs: what each costs in the lock, and what is locked more than once.

use maud::{Markup, html};

use super::{Subject, shown};
use crate::measure::{InputRow, Used};
use crate::number::{counted, grouped};

const WIDTH: f64 = 900.0;
const ROW: f64 = 26.0;
const NAME: f64 = 220.0;

pub(super) fn section(subject: &Subject) -> Markup {
    let name = format!("inputs{}", subject.number);
    let flake = subject.flake;
    let nodes = flake.lock.as_ref().map(|lock| lock.nodes);
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "Inputs" }
            p {
                (counted(flake.inputs.len() as u32, "input", "inputs"))
                @if let Some(nodes) = nodes { ", " (counted(nodes, "lock node", "lock nodes")) }
                "."
            }
            @if !flake.inputs.is_empty() { (bars(&flake.inputs)) (table(&flake.inputs)) }
            (duplicates(subject))
        }
    }
}

/// A bar for each input: the nodes that it alone brings, then those that it shares.
fn bars(inputs: &[InputRow]) -> Markup {
    let most = inputs.iter().map(|input| input.nodes).max().unwrap_or(0).max(1);
    let scale = (WIDTH - NAME - 60.0) / f64::from(most);
    html! {
        @if most > 1 {
            figure {
                svg.bars viewBox={ "0 0 " (WIDTH) " " (inputs.len() as f64 * ROW) } role="img"
                    aria-label="Lock nodes that each input brings; the table below says the same" {
                    @for (at, input) in inputs.iter().enumerate() {
                        @let y = at as f64 * ROW;
                        @let own = f64::from(input.own_nodes) * scale;
                        text.label x=(NAME - 8.0) y=(y + 17.0) text-anchor="end" { (shown(&input.name)) }
                        rect.own x=(NAME) y=(y + 4.0) width=(format!("{own:.1}")) height=(ROW - 8.0) {}
                        rect.both x=(format!("{:.1}", NAME + own)) y=(y + 4.0)
                            width=(format!("{:.1}", f64::from(input.nodes.saturating_sub(input.own_nodes)) * scale))
                            height=(ROW - 8.0) {}
                        text.label x=(format!("{:.1}", NAME + f64::from(input.nodes) * scale + 6.0)) y=(y + 17.0) {
                            (grouped(input.nodes))
                        }
                    }
                }
                figcaption { "Lock nodes that each input brings: dark those that only it brings, light those that others bring too." }
            }
        }
    }
}

fn table(inputs: &[InputRow]) -> Markup {
    html! {
        details {
            summary { "The inputs as a table" }
            div.scroll tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "input" } th scope="col" { "source" } th scope="col" { "nodes" }
                        th scope="col" { "it alone" } th scope="col" { "used" }
                    } }
                    tbody {
                        @for input in inputs {
                            tr {
                                th scope="row" { (shown(&input.name)) }
                                td { (shown(input.source.as_deref().or(input.follows.as_deref()).unwrap_or("–"))) }
                                td.number { (grouped(input.nodes)) }
                                td.number { (grouped(input.own_nodes)) }
                                td { (match input.used { Used::Yes => "yes", Used::No => "no", Used::Unknown => "unknown" }) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn duplicates(subject: &Subject) -> Markup {
    let duplicates = subject.flake.lock.as_ref().map_or(&[][..], |lock| lock.duplicates.as_slice());
    html! {
        @if !duplicates.is_empty() {
            h3 { "Locked more than once" }
            ul {
                @for row in duplicates {
                    li {
                        strong { (shown(&row.source)) } ": " (counted(row.nodes.len() as u32, "node", "nodes")) ", "
                        (counted(row.revisions, "revision", "revisions"))
                        ul {
                            @for node in &row.nodes {
                                li {
                                    code { (shown(&node.path.join(" → "))) } " at "
                                    (shown(&node.revision.chars().take(12).collect::<String>()))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
