//! The inputs: what each costs in the lock, and what is locked more than once.

use maud::{Markup, html};

use super::{Subject, shown};
use crate::measure::{InputRow, Used};
use crate::number::{counted, grouped};
use crate::report::graph;

pub(super) fn section(subject: &Subject) -> Markup {
    let name = format!("inputs{}", subject.number);
    let flake = subject.flake;
    let nodes = flake.lock.as_ref().map(|lock| lock.nodes);
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "Inputs" }
            p {
                span data-json=(subject.json("inputs")) { (counted(flake.inputs.len() as u32, "input", "inputs")) }
                @if let Some(nodes) = nodes { ", " span data-json=(subject.json("lock/nodes")) { (counted(nodes, "lock node", "lock nodes")) } }
                "."
            }
            @if nodes.is_some() { (picture(subject)) }
            @if !flake.inputs.is_empty() { (table(subject, &flake.inputs)) }
            (duplicates(subject))
        }
    }
}

/// The lock as a tree.
fn picture(subject: &Subject) -> Markup {
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label="Picture of the lock" {
                (graph::figure(&graph::inputs(subject.audit, subject.flake), "lock"))
            }
            figcaption {
                "Bars: lock nodes that an input brings, dark those that only it brings, light those that others bring too. "
                @if subject.flake.lock.as_ref().is_some_and(|lock| !lock.duplicates.is_empty()) {
                    "Dots on one line: the same source, locked several times."
                }
            }
        }
    }
}

fn table(subject: &Subject, inputs: &[InputRow]) -> Markup {
    html! {
        details {
            summary { "The inputs as a table" }
            div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
                table {
                    thead { tr {
                        th scope="col" { "input" } th scope="col" { "source" } th scope="col" { "nodes" }
                        th scope="col" { "it alone" } th scope="col" { "used" }
                    } }
                    tbody {
                        @for (at, input) in inputs.iter().enumerate() {
                            tr {
                                th scope="row" { (shown(&input.name)) }
                                td { (shown(input.source.as_deref().or(input.follows.as_deref()).unwrap_or("–"))) }
                                td.number data-json=(subject.json(&format!("inputs/{at}/nodes"))) { (grouped(input.nodes)) }
                                td.number data-json=(subject.json(&format!("inputs/{at}/own_nodes"))) { (grouped(input.own_nodes)) }
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
                @for (at, row) in duplicates.iter().enumerate() {
                    @let json = |key: &str| subject.json(&format!("lock/duplicates/{at}/{key}"));
                    li {
                        strong { (shown(&row.source)) } ": "
                        span data-json=(json("nodes")) { (counted(row.nodes.len() as u32, "node", "nodes")) } ", "
                        span data-json=(json("revisions")) { (counted(row.revisions, "revision", "revisions")) }
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
