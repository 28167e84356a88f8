//! The flake as a map: a treemap of lines, today and after each step.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::code::Code;
use super::treemap::{Rect, squarify};
use super::{Subject, shown};
use crate::measure::{TileKind, TileRow};
use crate::number::{counted, grouped};
use crate::source::Span;

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 520.0;
/// Height of a file's title.
const TITLE: f64 = 18.0;
/// Files that are drawn one by one; smaller ones are drawn as one.
const FILES: usize = 60;
/// Tiles drawn in one map; those with the fewest lines are left to the table.
const TILES: usize = 700;
/// Width of a character of the labels.
const LETTER: f64 = 6.6;
/// Rows of the table.
const ROWS: usize = 400;

/// A map: today's or the one after a step.
pub(super) struct State<'a> {
    title: String,
    /// Tiles by file, the file with the most lines first.
    files: Vec<(String, Vec<&'a TileRow>)>,
}

/// Today and after each step that moves code.
pub(super) fn states<'a>(subject: &Subject<'a>) -> Vec<State<'a>> {
    let mut states = vec![state(subject, 0, "today".to_owned())];
    let steps = subject.plan.map_or(&[][..], |plan| plan.steps.as_slice());
    for (at, step) in steps.iter().enumerate() {
        if step.kind.moves_code() {
            states.push(state(subject, at + 1, format!("after step {}", step.id)));
        }
    }
    states
}

fn state<'a>(subject: &Subject<'a>, done: usize, title: String) -> State<'a> {
    let mut files: BTreeMap<String, Vec<&TileRow>> = BTreeMap::new();
    for tile in &subject.flake.tiles {
        if let Some(file) = home(subject, tile, done) {
            files.entry(file).or_default().push(tile);
        }
    }
    let mut files: Vec<_> = files.into_iter().collect();
    for (_, tiles) in &mut files {
        tiles.sort_by_key(|tile| (std::cmp::Reverse(tile.lines), tile.span));
    }
    files.sort_by_key(|(name, tiles)| (std::cmp::Reverse(sum(tiles)), name.clone()));
    State { title, files }
}

/// The file that a tile is in after the first `done` steps; `None` where it is deleted.
fn home(subject: &Subject, tile: &TileRow, done: usize) -> Option<String> {
    let steps = subject.plan.map_or(&[][..], |plan| plan.steps.as_slice());
    let inside = |span: Option<Span>| span.is_some_and(|span| span.contains(tile.span));
    for step in steps.iter().take(done).filter(|step| step.kind.moves_code() && step.refused.is_none()) {
        if let Some(moved) = step.moves.iter().find(|one| inside(one.span)) {
            return moved.to.clone();
        }
    }
    Some(subject.audit.sources.path(tile.file).to_owned())
}

fn sum(tiles: &[&TileRow]) -> u32 {
    tiles.iter().map(|tile| tile.lines).sum()
}

pub(super) fn section(subject: &Subject, code: &Code) -> Markup {
    let states = states(subject);
    let name = format!("map{}", subject.number);
    html! {
        section id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "The flake as a map" }
            p { "Every line of the flake's own code is in one tile: the area is its lines, the colour is the concern that "
                "reaches it. A tile leads to its code." }
            (legend(subject))
            @if states.len() > 1 {
                fieldset.pick {
                    legend { "Show the map" }
                    @for (at, state) in states.iter().enumerate() {
                        label {
                            input.{ "s" (at) } type="radio" name=(name) checked[at == 0];
                            span { (state.title) }
                        }
                    }
                }
            } @else {
                // The one map is shown by the same rule.
                fieldset.pick hidden { input.s0 type="radio" name=(name) checked aria-label="today"; }
            }
            div.maps {
                @for (at, state) in states.iter().enumerate() {
                    figure.map.{ "m" (at) } {
                        (draw(subject, state, code, at == 0))
                        figcaption { (caption(state)) }
                    }
                }
            }
            p.tip aria-hidden="true" hidden {}
            (table(subject, code))
        }
    }
}

fn caption(state: &State) -> String {
    let total: u32 = state.files.iter().map(|(_, tiles)| sum(tiles)).sum();
    let files = counted(state.files.len() as u32, "file", "files");
    format!("{}: {} in {files}", state.title, counted(total, "line", "lines"))
}

fn legend(subject: &Subject) -> Markup {
    let flake = subject.flake;
    let lines = |kind: TileKind| flake.tiles.iter().filter(|t| t.kind == kind).map(|t| t.lines).sum::<u32>();
    let exclusive = |name: &str| {
        let own = flake.tiles.iter().filter(|t| t.kind == TileKind::Exclusive && t.concerns == [name]);
        own.map(|t| t.lines).sum::<u32>()
    };
    let mut concerns: Vec<(&str, u32)> =
        flake.concerns.iter().map(|row| (row.name.as_str(), exclusive(&row.name))).collect();
    concerns.sort_by_key(|(name, lines)| (std::cmp::Reverse(*lines), *name));
    html! {
        ul.legend {
            @for (name, lines) in concerns {
                li { (key(&subject.color(name))) (shown(name)) " " span.weight { (grouped(lines)) } }
            }
            @for (class, name, kind) in [
                ("shared", "several concerns", TileKind::Shared),
                ("wiring", "inputs and wiring", TileKind::Wiring),
                ("dead", "nothing reaches it", TileKind::Unreachable),
            ] {
                li { (key(class)) (name) " " span.weight { (grouped(lines(kind))) } }
            }
        }
    }
}

fn key(class: &str) -> Markup {
    html! {
        svg.key viewBox="0 0 14 14" aria-hidden="true" {
            (pattern())
            rect.tile.(class) width="14" height="14" rx="2" {}
        }
    }
}

/// The hatching of what nothing reaches. Every picture brings it: one that is not shown lends none.
fn pattern() -> Markup {
    html! {
        defs {
            pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect.hatch-ground width="6" height="6" {}
                rect.hatch-line width="2.4" height="6" {}
            }
        }
    }
}

fn class(subject: &Subject, tile: &TileRow) -> String {
    match tile.kind {
        TileKind::Exclusive => tile.concerns.first().map_or_else(String::new, |name| subject.color(name)),
        TileKind::Shared => "shared".to_owned(),
        TileKind::Wiring => "wiring".to_owned(),
        TileKind::Unreachable => "dead".to_owned(),
    }
}

fn who(tile: &TileRow) -> String {
    match tile.kind {
        TileKind::Wiring => "wiring".to_owned(),
        TileKind::Unreachable => "nothing reaches it".to_owned(),
        TileKind::Exclusive | TileKind::Shared => format!("reached by {}", tile.concerns.join(", ")),
    }
}

fn called(tile: &TileRow) -> &str {
    if tile.name.is_empty() { "(outside of bindings)" } else { &tile.name }
}

fn draw(subject: &Subject, state: &State, code: &Code, linked: bool) -> Markup {
    let outer = Rect { x: 0.0, y: 0.0, width: WIDTH, height: HEIGHT };
    let (files, rest) = state.files.split_at(state.files.len().min(FILES));
    let mut weights: Vec<u32> = files.iter().map(|(_, tiles)| sum(tiles)).collect();
    let others: u32 = rest.iter().map(|(_, tiles)| sum(tiles)).sum();
    weights.extend((others > 0).then_some(others));
    let least = least(state);
    let rects = squarify(&weights, outer);
    html! {
        svg.treemap viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(caption(state)) {
            (pattern())
            @for ((name, tiles), rect) in files.iter().zip(&rects) {
                rect.file x=(px(rect.x)) y=(px(rect.y)) width=(px(rect.width)) height=(px(rect.height)) {}
                @let titled = rect.width > 60.0 && rect.height > TITLE * 2.0;
                @if titled {
                    text.title x=(px(rect.x + 5.0)) y=(px(rect.y + 13.0)) {
                        (clip(&format!("{} · {}", shown(name), grouped(sum(tiles))), rect.width - 8.0))
                    }
                }
                @let within = rect.inset(2.0, if titled { TITLE - 2.0 } else { 0.0 });
                @let lines: Vec<u32> = tiles.iter().map(|tile| tile.lines).collect();
                @for (tile, place) in tiles.iter().zip(squarify(&lines, within)).filter(|(t, _)| t.lines >= least) {
                    (tile_of(subject, tile, place, code, linked))
                }
            }
            @if let Some(rect) = rects.get(files.len()) {
                rect.file x=(px(rect.x)) y=(px(rect.y)) width=(px(rect.width)) height=(px(rect.height)) {
                    title { (counted(rest.len() as u32, "smaller file", "smaller files")) ", " (grouped(others)) " lines" }
                }
            }
        }
    }
}

/// Lines from which tiles are drawn, so that no map has more than [`TILES`].
fn least(state: &State) -> u32 {
    let mut lines: Vec<u32> = state.files.iter().flat_map(|(_, tiles)| tiles.iter().map(|tile| tile.lines)).collect();
    lines.sort_unstable_by(|a, b| b.cmp(a));
    lines.get(TILES).map_or(0, |lines| lines + 1)
}

fn tile_of(subject: &Subject, tile: &TileRow, place: Rect, code: &Code, linked: bool) -> Markup {
    let (first, last) = subject.audit.sources.lines(tile.span);
    let anchor = code.anchor(tile.file, first).filter(|_| linked);
    let path = shown(subject.audit.sources.path(tile.file));
    let lines = counted(tile.lines, "line", "lines");
    let tip = format!("{} · {path}:{first}–{last} · {lines} · {}", shown(called(tile)), shown(&who(tile)));
    let gap = if place.width > 6.0 && place.height > 6.0 { 0.5 } else { 0.0 };
    let place = place.inset(gap, 0.0);
    let body = html! {
        rect.tile.(class(subject, tile)) x=(px(place.x)) y=(px(place.y)) width=(px(place.width)) height=(px(place.height)) {
            title { (tip) }
        }
        @if place.width > 44.0 && place.height > 15.0 {
            text.label x=(px(place.x + 4.0)) y=(px(place.y + 12.0)) { (clip(&shown(called(tile)), place.width - 6.0)) }
        }
    };
    html! {
        @match anchor {
            Some(anchor) => a href={ "#" (anchor) } { (body) },
            None => (body),
        }
    }
}

/// Cut to what fits into a width.
fn clip(text: &str, width: f64) -> String {
    let room = (width / LETTER).max(0.0) as usize;
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(room.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Tenths of a pixel are enough.
fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The map in words.
fn table(subject: &Subject, code: &Code) -> Markup {
    let mut tiles: Vec<&TileRow> = subject.flake.tiles.iter().collect();
    tiles.sort_by_key(|tile| (std::cmp::Reverse(tile.lines), tile.span));
    let more = tiles.len().saturating_sub(ROWS);
    html! {
        details {
            summary { "The map as a table" }
            div.scroll tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { "binding" } th scope="col" { "place" } th scope="col" { "lines" }
                        th scope="col" { "who reaches it" }
                    } }
                    tbody {
                        @for tile in tiles.iter().take(ROWS) {
                            tr {
                                th scope="row" { (shown(called(tile))) }
                                td { (super::place(subject.audit, code, tile.span)) }
                                td.number { (grouped(tile.lines)) }
                                td { (shown(&who(tile))) }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p { (counted(more as u32, "smaller tile is", "smaller tiles are")) " left out here." } }
        }
    }
}
