//! Which concerns share code: the graph of concerns and what they share, and a matrix.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::{Subject, shown};
use crate::measure::CouplingRow;
use crate::number::grouped;

/// Hubs that are drawn, those with the most readers.
const HUBS: usize = 14;
/// Height of a row of the picture.
const ROW: f64 = 34.0;
const WIDTH: f64 = 900.0;
const BOX: f64 = 250.0;
/// Letters that fit into a box.
const LETTERS: usize = 34;

pub(super) fn section(subject: &Subject) -> Markup {
    let name = format!("coupling{}", subject.number);
    let flake = subject.flake;
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "Coupling" }
            @if flake.coupling.is_empty() && flake.structure.hubs.is_empty() {
                p { "No two concerns share code beyond plumbing." }
            } @else {
                p { "What more than one concern reads, plumbing left out. A helper that many read ties them together." }
                (picture(subject))
                (matrix(subject))
                (pairs(subject))
            }
            @if flake.cohesion.lcom4 > 0 {
                p.weight {
                    "LCOM4 = " (flake.cohesion.lcom4)
                    @if let Some(q) = flake.cohesion.modularity { ", modularity Q by concern = " (format!("{q:.2}")) }
                }
            }
        }
    }
}

/// Concerns at the left, hubs at the right, a line where one reads the other; as thick as the hub has lines.
fn picture(subject: &Subject) -> Markup {
    let hubs: Vec<_> = subject.flake.structure.hubs.iter().take(HUBS).collect();
    let read: BTreeSet<&str> = hubs.iter().flat_map(|hub| hub.readers.iter().map(String::as_str)).collect();
    let concerns: Vec<&str> =
        subject.flake.concerns.iter().map(|row| row.name.as_str()).filter(|name| read.contains(name)).collect();
    if hubs.is_empty() || concerns.is_empty() {
        return html! {};
    }
    let rows = hubs.len().max(concerns.len());
    let height = rows as f64 * ROW + 6.0;
    let y = |at: usize, of: usize| (at as f64 + 0.5) * (rows as f64 / of as f64) * ROW + 3.0;
    let most = hubs.iter().map(|hub| hub.lines).max().unwrap_or(1).max(1);
    html! {
        figure {
            svg.coupling viewBox={ "0 0 " (WIDTH) " " (height) } role="img"
                aria-label="Concerns and the helpers that they read; the table below says the same" {
                @for (at, hub) in hubs.iter().enumerate() {
                    @for reader in &hub.readers {
                        @if let Some(from) = concerns.iter().position(|name| name == reader) {
                            @let (a, b) = (y(from, concerns.len()), y(at, hubs.len()));
                            @let (left, right) = (BOX, WIDTH - BOX);
                            path.edge.(subject.color(reader)) d={
                                "M" (left) " " (a) " C" (left + 180.0) " " (a) " " (right - 180.0) " " (b) " " (right) " " (b)
                            } stroke-width=(format!("{:.1}", 1.0 + 5.0 * f64::from(hub.lines) / f64::from(most))) {
                                title { (shown(reader)) " reads " (shown(&hub.name)) }
                            }
                        }
                    }
                }
                @for (at, name) in concerns.iter().enumerate() {
                    (node(0.0, y(at, concerns.len()), name, &subject.color(name)))
                }
                @for (at, hub) in hubs.iter().enumerate() {
                    (node(WIDTH - BOX, y(at, hubs.len()), &format!("{} · {} lines", hub.name, grouped(hub.lines)), "hub"))
                }
            }
            figcaption { "Left: concerns. Right: helpers that several of them read; a line is as thick as the helper is long." }
        }
    }
}

fn node(x: f64, y: f64, name: &str, class: &str) -> Markup {
    let shown = shown(name);
    let mut label: String = shown.chars().take(LETTERS).collect();
    if shown.chars().count() > LETTERS {
        label.push('…');
    }
    html! {
        rect.node.(class) x=(x) y=(y - 13.0) width=(BOX) height="26" rx="4" { title { (shown) } }
        text.label x=(x + 8.0) y=(y + 4.0) { (label) }
    }
}

/// Lines that each two concerns share.
fn matrix(subject: &Subject) -> Markup {
    let mut names: Vec<&str> = subject.flake.concerns.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    let between = |a: &str, b: &str| {
        subject.flake.coupling.iter().find(|row| (row.a == a && row.b == b) || (row.a == b && row.b == a))
    };
    html! {
        @if names.len() > 1 {
            div.scroll tabindex="0" {
                table.matrix {
                    caption { "Lines that two concerns both reach" }
                    thead { tr { td {} @for name in &names { th scope="col" { (shown(name)) } } } }
                    tbody {
                        @for a in &names {
                            tr {
                                th scope="row" { (shown(a)) }
                                @for b in &names {
                                    @match between(a, b) {
                                        Some(row) => td.number.{ "heat" (heat(row)) } { (grouped(row.lines)) },
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
    (row.jaccard * 5.0).ceil().clamp(0.0, 5.0) as u8
}

fn pairs(subject: &Subject) -> Markup {
    html! {
        details {
            summary { "What they share, by name" }
            div.scroll tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "concerns" } th scope="col" { "bindings" } th scope="col" { "lines" }
                        th scope="col" { "Jaccard" } th scope="col" { "the longest" }
                    } }
                    tbody {
                        @for row in &subject.flake.coupling {
                            tr {
                                th scope="row" { (shown(&row.a)) " + " (shown(&row.b)) }
                                td.number { (grouped(row.bindings)) }
                                td.number { (grouped(row.lines)) }
                                td.number { (format!("{:.2}", row.jaccard)) }
                                td { (shown(&row.names.join(", "))) }
                            }
                        }
                    }
                }
                @if !subject.flake.structure.hubs.is_empty() {
                    table {
                        thead { tr { th scope="col" { "helper" } th scope="col" { "lines" } th scope="col" { "readers" } } }
                        tbody {
                            @for hub in &subject.flake.structure.hubs {
                                tr {
                                    th scope="row" { (shown(&hub.name)) }
                                    td.number { (grouped(hub.lines)) }
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
