//! The flake as a map: a treemap of lines, today and after each step.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::code::Code;
use super::treemap::{Rect, squarify};
use super::{Subject, shown};
use crate::measure::{TileKind, TileRow};
use crate::number::{counted, grouped};
use crate::report::graph::{self, px};
use crate::source::Span;

/// A layout: for a wide window, and for a phone.
struct Paper {
    class: &'static str,
    width: f64,
    /// The highest that it becomes.
    height: f64,
    /// Files that are drawn one by one; smaller ones are drawn as one.
    files: usize,
    /// Tiles drawn in one map; those with the fewest lines are left to the table.
    tiles: usize,
}

const PAPERS: [Paper; 2] = [
    Paper { class: "wide", width: 1_200.0, height: 520.0, files: 60, tiles: 700 },
    Paper { class: "narrow", width: 380.0, height: 640.0, files: 24, tiles: 240 },
];

/// Height of a file's title.
const TITLE: f64 = 18.0;
/// What is said where the outputs could not be followed.
const NOT_KNOWN: &str = "not known who reaches it";
/// Bold letters are wider.
const BOLD: f64 = 0.88;
/// Rows of the table.
const ROWS: usize = 400;
/// Maps of one flake, today's with them: of more steps the first ones, and the last.
const STATES: usize = 24;
/// Tiles in all maps after a step together, in sheets full of today's map.
const SHEETS: usize = 4;
/// Files beyond those that are drawn with their tiles, each of which is a tile.
const SMALL: usize = 150;

/// A file and its tiles.
type FileTiles<'a> = (String, Vec<&'a TileRow>);

/// A map: today's or the one after a step.
pub(super) struct State<'a> {
    title: String,
    /// Steps that are done.
    done: usize,
    /// Tiles by file, the file with the most lines first.
    files: Vec<FileTiles<'a>>,
}

/// Today and after each step that moves code.
pub(super) fn states<'a>(subject: &Subject<'a>) -> Vec<State<'a>> {
    let mut states = vec![state(subject, 0, "today".to_owned())];
    let steps = subject.plan.map_or(&[][..], |plan| plan.steps.as_slice());
    let moving = steps.iter().enumerate().filter(|(_, step)| step.kind.moves_code());
    let mut moving: Vec<_> = moving.map(|(at, step)| (at + 1, step.id)).collect();
    if let Some(last) = moving.pop() {
        moving.truncate(STATES - 2);
        moving.push(last);
    }
    states.extend(moving.iter().map(|(done, id)| state(subject, *done, format!("after step {id}"))));
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
    State { title, done, files }
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
        section.map-of id=(name) aria-labelledby={ (name) "-title" } {
            h2 id={ (name) "-title" } { "The flake as a map" }
            p {
                "Every line of the flake's own code is in one tile: the area is its lines"
                @if subject.flake.is_followed() { ", the colour is the concern that reaches it" }
                ". A tile leads to its code. Bindings of less than four lines are told with what is around them."
            }
            (legend(subject))
            @if states.len() > 1 {
                fieldset.pick {
                    legend { "Show the map" }
                    @for (at, state) in states.iter().enumerate() {
                        label {
                            input.{ "s" (at) } id={ (name) "s" (state.done) } type="radio" name=(name) checked[at == 0];
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
                        @for paper in &PAPERS { (draw(subject, state, code, &Sheet::new(paper, at == 0, states.len() * subject.drawn))) }
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
    let shared = flake.tiles.iter().filter(|tile| tile.kind == TileKind::Shared).map(|tile| tile.lines).sum::<u32>();
    let mut concerns: Vec<(&str, u32)> = flake.concerns.iter().map(|row| (row.name.as_str(), row.exclusive)).collect();
    concerns.sort_by_key(|(name, lines)| (std::cmp::Reverse(*lines), *name));
    let elsewhere = flake.own_wiring_lines > flake.wiring_lines;
    let wiring = if elsewhere { "wiring, or not traced further" } else { "inputs and wiring" };
    html! {
        ul.legend {
            @for (name, lines) in concerns {
                li { (key(&subject.color(name))) (shown(name)) " " span.weight data-json=[subject.concern(name)] { (grouped(lines)) } }
            }
            @if flake.is_followed() {
                @for (class, name, lines, at) in [
                    ("shared", "several concerns", shared, None),
                    ("wiring", wiring, flake.own_wiring_lines, Some("own_wiring_lines")),
                    ("dead", "nothing reaches it", flake.unreachable.lines, Some("unreachable/lines")),
                ] {
                    li { (key(class)) (name) " " span.weight data-json=[at.map(|at| subject.json(at))] { (grouped(lines)) } }
                }
            } @else {
                li {
                    (key("wiring")) (NOT_KNOWN) " "
                    span.weight data-json=(subject.json("own_lines/total")) { (grouped(flake.own_lines.total)) }
                }
            }
        }
    }
}

fn key(class: &str) -> Markup {
    html! {
        svg.key viewBox="0 0 14 14" aria-hidden="true" {
            rect.tile.(class) width="14" height="14" rx="2" {}
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

fn who(subject: &Subject, tile: &TileRow) -> String {
    match tile.kind {
        _ if !subject.flake.is_followed() => NOT_KNOWN.to_owned(),
        TileKind::Wiring => "wiring".to_owned(),
        TileKind::Unreachable => "nothing reaches it".to_owned(),
        TileKind::Exclusive | TileKind::Shared => format!("reached by {}", tile.concerns.join(", ")),
    }
}

/// What stands in a tile.
fn label(tile: &TileRow) -> &str {
    if tile.name.is_empty() { "(rest)" } else { &tile.name }
}

fn called(tile: &TileRow) -> &str {
    if tile.name.is_empty() { "(outside of bindings)" } else { &tile.name }
}

/// A map's paper, and how much is drawn on it.
struct Sheet {
    paper: &'static Paper,
    /// Whether tiles lead to their code and say all of themselves: only those of today do.
    today: bool,
    tiles: usize,
}

impl Sheet {
    /// `maps`: how many there are, which share the room of a page that is to stay small.
    fn new(paper: &'static Paper, today: bool, maps: usize) -> Self {
        let tiles = if today { paper.tiles } else { (paper.tiles * SHEETS / maps.max(1)).min(paper.tiles) };
        Self { paper, today, tiles }
    }
}

fn draw(subject: &Subject, state: &State, code: &Code, sheet: &Sheet) -> Markup {
    let paper = sheet.paper;
    let total: u32 = state.files.iter().map(|(_, tiles)| sum(tiles)).sum();
    let height = (f64::from(total).sqrt() * 10.0).clamp(150.0, paper.height);
    let outer = Rect { x: 0.0, y: 0.0, width: paper.width, height };
    let (files, rest) = state.files.split_at(state.files.len().min(paper.files));
    // What is drawn: each file, and the rest where its weight belongs.
    let mut drawn: Vec<(u32, Option<&FileTiles>)> = files.iter().map(|file| (sum(&file.1), Some(file))).collect();
    let others: u32 = rest.iter().map(|(_, tiles)| sum(tiles)).sum();
    drawn.extend((others > 0).then_some((others, None)));
    drawn.sort_by_key(|(lines, _)| std::cmp::Reverse(*lines));
    let weights: Vec<u32> = drawn.iter().map(|(lines, _)| *lines).collect();
    let least = least(files, sheet.tiles);
    // What holds links is no image to a screen reader.
    let role = if sheet.today { "group" } else { "img" };
    html! {
        svg.treemap.(paper.class) viewBox={ "0 0 " (px(paper.width)) " " (px(height)) } role=(role) aria-label=(caption(state)) {
            @for ((lines, file), rect) in drawn.iter().zip(squarify(&weights, outer)) {
                rect.file x=(px(rect.x)) y=(px(rect.y)) width=(px(rect.width)) height=(px(rect.height)) {
                    @if file.is_none() { title { (counted(rest.len() as u32, "smaller file", "smaller files")) ", " (grouped(*lines)) " lines" } }
                }
                @match file {
                    Some((name, tiles)) => (file_of(subject, (name, tiles), rect, code, (least, sheet))),
                    None => (small(subject, rest, rect, *lines)),
                }
            }
        }
    }
}

/// Title of a file's rectangle.
fn heading(name: &str, lines: u32, rect: Rect) -> Markup {
    let (number, room) = (format!(" · {}", grouped(lines)), (rect.width - 9.0) * BOLD);
    let fits = room > graph::width(&number) + 40.0;
    html! {
        @if is_titled(rect) {
            text.title x=(px(rect.x + 5.0)) y=(px(rect.y + 13.0)) {
                (graph::clip_front(&shown(name), if fits { room - graph::width(&number) } else { room }))
                @if fits { (number) }
            }
        }
    }
}

fn is_titled(rect: Rect) -> bool {
    rect.width > 60.0 && rect.height > TITLE * 2.0
}

fn file_of(
    subject: &Subject,
    (name, tiles): (&str, &[&TileRow]),
    rect: Rect,
    code: &Code,
    (least, sheet): (u32, &Sheet),
) -> Markup {
    let within = rect.inset(2.0, if is_titled(rect) { TITLE - 2.0 } else { 0.0 });
    let lines: Vec<u32> = tiles.iter().map(|tile| tile.lines).collect();
    html! {
        (heading(name, sum(tiles), rect))
        @for (tile, place) in tiles.iter().zip(squarify(&lines, within)).filter(|(tile, _)| tile.lines >= least) {
            (tile_of(subject, tile, place, code, sheet))
        }
    }
}

/// Small files, each as one tile of the colour that most of it has.
fn small(subject: &Subject, files: &[FileTiles], rect: Rect, lines: u32) -> Markup {
    let within = rect.inset(2.0, if is_titled(rect) { TITLE - 2.0 } else { 0.0 });
    let (first, others) = files.split_at(files.len().min(SMALL));
    let mut weights: Vec<u32> = first.iter().map(|(_, tiles)| sum(tiles)).collect();
    weights.extend((!others.is_empty()).then(|| others.iter().map(|(_, tiles)| sum(tiles)).sum::<u32>()));
    let places = squarify(&weights, within);
    html! {
        (heading(&format!("{} smaller files", files.len()), lines, rect))
        @for ((name, tiles), place) in first.iter().zip(&places) {
            rect.tile.(color_of(subject, tiles)) x=(px(place.x)) y=(px(place.y)) width=(px(place.width)) height=(px(place.height)) {
                title { (shown(name)) " · " (counted(sum(tiles), "line", "lines")) }
            }
        }
    }
}

/// The colour that most lines have.
fn color_of(subject: &Subject, tiles: &[&TileRow]) -> String {
    let mut lines: BTreeMap<String, u32> = BTreeMap::new();
    for tile in tiles {
        *lines.entry(class(subject, tile)).or_default() += tile.lines;
    }
    let most = lines.into_iter().max_by_key(|(_, lines)| *lines);
    most.map_or_else(String::new, |(class, _)| class)
}

/// Lines from which tiles are drawn, so that no map has more than `most`.
fn least(files: &[FileTiles], most: usize) -> u32 {
    let mut lines: Vec<u32> = files.iter().flat_map(|(_, tiles)| tiles.iter().map(|tile| tile.lines)).collect();
    lines.sort_unstable_by(|a, b| b.cmp(a));
    lines.get(most).map_or(0, |lines| lines + 1)
}

/// What a tile says of itself: all of it once, on the sheet that most readers see.
fn tip(subject: &Subject, tile: &TileRow, sheet: &Sheet) -> String {
    let (name, lines) = (shown(called(tile)), counted(tile.lines, "line", "lines"));
    if !sheet.today || sheet.paper.class == "narrow" {
        return format!("{name} · {lines}");
    }
    let (first, last) = subject.audit.sources.lines(tile.span);
    let path = shown(subject.audit.sources.path(tile.file));
    format!("{name} · {path}:{first}–{last} · {lines} · {}", shown(&who(subject, tile)))
}

fn tile_of(subject: &Subject, tile: &TileRow, place: Rect, code: &Code, sheet: &Sheet) -> Markup {
    let (first, last) = subject.audit.sources.lines(tile.span);
    let anchor = code.anchor(tile.file, first).filter(|_| sheet.today);
    // Nothing points at a phone's tile that is no link.
    let told = anchor.is_some() || sheet.paper.class == "wide";
    let gap = if place.width > 6.0 && place.height > 6.0 { 0.5 } else { 0.0 };
    let place = place.inset(gap, 0.0);
    let body = html! {
        rect.tile.(class(subject, tile)) x=(px(place.x)) y=(px(place.y)) width=(px(place.width)) height=(px(place.height)) {
            @if told { title { (tip(subject, tile, sheet)) } }
        }
        @if place.width > 44.0 && place.height > 15.0 {
            text.over[tile.kind == TileKind::Unreachable] x=(px(place.x + 4.0)) y=(px(place.y + 12.0)) { (graph::clip_front(&shown(label(tile)), place.width - 7.0)) }
        }
    };
    html! {
        @match anchor {
            Some(anchor) => a href={ "#" (anchor) } data-last=(last) { (body) },
            None => (body),
        }
    }
}

/// The map in words.
fn table(subject: &Subject, code: &Code) -> Markup {
    let mut tiles: Vec<&TileRow> = subject.flake.tiles.iter().collect();
    tiles.sort_by_key(|tile| (std::cmp::Reverse(tile.lines), tile.span));
    let more = tiles.len().saturating_sub(ROWS);
    html! {
        details {
            summary { "The map as a table" }
            div.scroll tabindex="0" role="group" aria-label="Scrolls sideways" {
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
                                td { (shown(&who(subject, tile))) }
                            }
                        }
                    }
                }
            }
            @if more > 0 { p { (counted(more as u32, "smaller tile is", "smaller tiles are")) " left out here." } }
        }
    }
}
