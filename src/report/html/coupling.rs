//! Which concerns share code: the graph of concerns and what they share, and a matrix.

use maud::{Markup, html};

use super::{Subject, shown};
use crate::measure::{CouplingRow, FlakeRow};
use crate::number::grouped;
use crate::report::graph;

pub(super) fn section(subject: &Subject) -> Markup {
    let name = format!("coupling{}", subject.number);
    let flake = subject.flake;
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "Coupling" }
            @if flake.coupling.is_empty() && flake.structure.hubs.is_empty() {
                p { (nothing(flake)) }
            } @else {
                p { "What more than one concern reads, plumbing left out. A helper that many read ties them together." }
                figure {
                    div.scroll tabindex="0" role="region" aria-label="Picture of the concerns" {
                        (graph::figure(&graph::concerns(flake), "coupling"))
                    }
                    figcaption {
                        "Concerns are tied by the lines that two of them reach"
                        @if !flake.structure.hubs.is_empty() { "; at the right are helpers that several of them read" }
                        ". A tie is as thick as it stands for many lines."
                    }
                }
                (matrix(subject))
                (pairs(subject))
            }
            @if flake.cohesion.lcom4 > 0 {
                p.weight {
                    "LCOM4 = " span data-json=(subject.json("cohesion/lcom4")) { (grouped(flake.cohesion.lcom4)) }
                    @if let Some(q) = flake.cohesion.modularity {
                        ", modularity Q by concern = " span data-json=(subject.json("cohesion/modularity")) { (format!("{q:.2}")) }
                    }
                }
            }
        }
    }
}

fn nothing(flake: &FlakeRow) -> &'static str {
    if !flake.is_followed() {
        "What this flake offers could not be followed, so it is not known what its concerns share."
    } else if flake.concerns.len() < 2 {
        "There are no two concerns that could share code."
    } else {
        "No two concerns share code beyond plumbing."
    }
}

/// Lines that each two concerns share.
fn matrix(subject: &Subject) -> Markup {
    let mut names: Vec<&str> = subject.flake.concerns.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    let between = |a: &str, b: &str| {
        let ours = |row: &CouplingRow| (row.a == a && row.b == b) || (row.a == b && row.b == a);
        let at = subject.flake.coupling.iter().position(ours)?;
        Some((at, &subject.flake.coupling[at]))
    };
    html! {
        @if names.len() > 1 {
            div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
                table.matrix {
                    caption { "Lines that two concerns both reach" }
                    thead { tr { th scope="col" { "concern" } @for name in &names { th scope="col" { (shown(name)) } } } }
                    tbody {
                        @for a in &names {
                            tr {
                                th scope="row" { (shown(a)) }
                                @for b in &names {
                                    @match between(a, b) {
                                        Some((at, row)) => {
                                            td.number.{ "heat" (heat(row)) } data-json=(subject.json(&format!("coupling/{at}/lines"))) { (grouped(row.lines)) }
                                        }
                                        None if a == b => td.self {},
                                        None => td.number { "·" },
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

/// Fifths of the Jaccard index.
fn heat(row: &CouplingRow) -> u8 {
    (0..5_u8).filter(|fifth| row.jaccard > f64::from(*fifth) / 5.0).count() as u8
}

fn pairs(subject: &Subject) -> Markup {
    html! {
        details {
            summary { "What they share, by name" }
            div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
                table {
                    thead { tr {
                        th scope="col" { "concerns" } th scope="col" { "bindings" } th scope="col" { "lines" }
                        th scope="col" { "Jaccard" } th scope="col" { "the longest" }
                    } }
                    tbody {
                        @for (at, row) in subject.flake.coupling.iter().enumerate() {
                            @let json = |key: &str| subject.json(&format!("coupling/{at}/{key}"));
                            tr {
                                th scope="row" { (shown(&row.a)) " + " (shown(&row.b)) }
                                td.number data-json=(json("bindings")) { (grouped(row.bindings)) }
                                td.number data-json=(json("lines")) { (grouped(row.lines)) }
                                td.number data-json=(json("jaccard")) { (format!("{:.2}", row.jaccard)) }
                                td { (shown(&row.names.join(", "))) }
                            }
                        }
                    }
                }
                @if !subject.flake.structure.hubs.is_empty() {
                    table {
                        thead { tr { th scope="col" { "helper" } th scope="col" { "lines" } th scope="col" { "readers" } } }
                        tbody {
                            @for (at, hub) in subject.flake.structure.hubs.iter().enumerate() {
                                tr {
                                    th scope="row" { (shown(&hub.name)) }
                                    td.number data-json=(subject.json(&format!("hubs/{at}/lines"))) { (grouped(hub.lines)) }
                                    td { (shown(&hub.readers.join(", "))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
