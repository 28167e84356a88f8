//! Graphs as inline SVG, and as a file of their own.

use std::io::{self, Write};

use maud::{Markup, PreEscaped, html};

use super::label::{clip_front, width};
use super::{Edge, EdgeKind, Graph, Node, layers, tree};
pub(super) use crate::report::text::escape as shown;

const ROW: f64 = 30.0;
const BOX: f64 = 20.0;
/// The widest that a box becomes.
const WIDEST: f64 = 240.0;
/// Between two columns.
const GAP: f64 = 70.0;
/// Room for edges between nodes of one column.
const ARC: f64 = 84.0;

/// Style of pictures; the page has it in its own.
pub(in crate::report) const STYLE: &str = include_str!("style.css");

/// A picture in a page.
pub(in crate::report) fn figure(graph: &Graph, class: &str) -> Markup {
    let (width, height, body) = picture(graph);
    let linked = graph.nodes.iter().any(|node| node.link.is_some());
    // What holds links is no image to a screen reader.
    let role = if linked { "group" } else { "img" };
    html! {
        svg.graph.(class) viewBox={ "0 0 " (px(width)) " " (px(height)) } width=(px(width)) height=(px(height)) role=(role)
            aria-label={ (graph.says) "; the table below says the same" } { (body) }
    }
}

/// A picture that stands alone: it brings its style.
pub(super) fn alone(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let (width, height, body) = picture(graph);
    let (width, height) = (width.max(300.0), height.max(20.0));
    let svg = html! {
        svg.graph xmlns="http://www.w3.org/2000/svg" width=(px(width + 20.0)) height=(px(height + 20.0))
            viewBox={ "-10 -10 " (px(width + 20.0)) " " (px(height + 20.0)) } role="img" {
            title { (shown(&graph.says)) }
            style { (PreEscaped(STYLE)) }
            rect.ground x="-10" y="-10" width="100%" height="100%" {}
            @if graph.nodes.is_empty() { text x="0" y="14" { (shown(&graph.says)) ": nothing to draw" } }
            (pattern())
            (body)
        }
    };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", svg.into_string())
}

/// Width, height and body.
fn picture(graph: &Graph) -> (f64, f64, Markup) {
    if graph.tree { tree::picture(graph) } else { columns(graph) }
}

/// A node's box.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    width: f64,
}

fn columns(graph: &Graph) -> (f64, f64, Markup) {
    let layers::Heights { nodes: heights, ways } = layers::heights(graph);
    let last = graph.nodes.iter().map(|node| node.column).max().unwrap_or(0);
    let mut widths = vec![40.0_f64; last + 1];
    for node in &graph.nodes {
        widths[node.column] = widths[node.column].max(room(node).min(WIDEST));
    }
    let beside = |edge: &Edge| graph.nodes[edge.from].column == graph.nodes[edge.to].column;
    let mut lefts = Vec::new();
    let mut x = 2.0;
    for (column, width) in widths.iter().enumerate() {
        if graph.edges.iter().any(|edge| beside(edge) && graph.nodes[edge.from].column == column) {
            x += if column == 0 { ARC } else { ARC - GAP / 2.0 };
        }
        lefts.push(x);
        x += width + GAP;
    }
    let place = |(node, height): (&Node, &f64)| Place {
        x: lefts[node.column],
        y: height * ROW + ROW / 2.0,
        width: widths[node.column],
    };
    let places: Vec<Place> = graph.nodes.iter().zip(&heights).map(place).collect();
    let lowest = heights.iter().chain(ways.iter().flatten()).copied().fold(0.0, f64::max);
    let height = lowest * ROW + ROW;
    let ways = graph.edges.iter().zip(&ways).map(|(edge, way)| {
        let first = graph.nodes[edge.from].column + 1;
        let passed = way.iter().enumerate();
        passed
            .map(|(at, height)| Place { x: lefts[first + at], y: height * ROW + ROW / 2.0, width: widths[first + at] })
            .collect::<Vec<_>>()
    });
    let body = html! {
        @for (edge, way) in graph.edges.iter().zip(ways) { (line(graph, edge, (places[edge.from], places[edge.to]), &way)) }
        @for (node, place) in graph.nodes.iter().zip(&places) { (boxed(node, *place)) }
    };
    ((x - GAP + 2.0).max(1.0), height, body)
}

fn room(node: &Node) -> f64 {
    let detail = if node.detail.is_empty() { 0.0 } else { width(&node.detail) + 8.0 };
    width(&shown(&node.label)) + detail + 14.0
}

fn line(graph: &Graph, edge: &Edge, (a, b): (Place, Place), way: &[Place]) -> Markup {
    let path = if (a.x - b.x).abs() < 1.0 {
        // Beside each other: an arc at the left.
        let out = (24.0 + (a.y - b.y).abs() * 0.25).min(ARC - 6.0) * 1.3;
        ["M", &point(a.x, a.y), &curve(a.x - out, a.y, b.x - out, b.y, b.x)].concat()
    } else if b.x > a.x {
        let mut path = ["M", &point(a.x + a.width, a.y)].concat();
        let mut from = a;
        for to in way.iter().copied().chain([b]) {
            let (start, bend) = (from.x + from.width, GAP * 0.6);
            path += &curve(start + bend, from.y, to.x - bend, to.y, to.x);
            // On past the boxes of a column that it only passes.
            if to.x < b.x {
                path += &["H", &px(to.x + to.width)].concat();
            }
            from = to;
        }
        path
    } else {
        let (start, end, bend) = (a.x, b.x + b.width, GAP * 0.6);
        ["M", &point(start, a.y), &curve(start - bend, a.y, end + bend, b.y, end)].concat()
    };
    let verb = match edge.kind {
        EdgeKind::Shared => "and",
        _ => "→",
    };
    let (from, to) = (shown(&graph.nodes[edge.from].label), shown(&graph.nodes[edge.to].label));
    html! {
        path.edge.(edge.class).dashed[edge.kind == EdgeKind::Dashed] d=(path)
            stroke-width=(px(1.2 + 6.0 * edge.weight)) {
            title { (from) " " (verb) " " (to) @if !edge.label.is_empty() { ": " (shown(&edge.label)) } }
        }
    }
}

fn point(x: f64, y: f64) -> String {
    [&px(x), " ", &px(y)].concat()
}

/// A curve that leaves towards one point and comes from the height of another.
fn curve(leave: f64, from: f64, come: f64, to: f64, end: f64) -> String {
    ["C", &point(leave, from), " ", &point(come, to), " ", &point(end, to)].concat()
}

fn boxed(node: &Node, place: Place) -> Markup {
    let detail = if node.detail.is_empty() { 0.0 } else { width(&node.detail) + 8.0 };
    let body = html! {
        rect.node.(node.class) x=(px(place.x)) y=(px(place.y - BOX / 2.0)) width=(px(place.width)) height=(px(BOX)) rx="4" {
            title { (shown(&node.note)) }
        }
        text.over[node.class == "dead"] x=(px(place.x + 7.0)) y=(px(place.y + 4.0)) {
            (clip_front(&shown(&node.label), (place.width - 12.0 - detail).max(20.0)))
        }
        @if !node.detail.is_empty() {
            text x=(px(place.x + place.width - 6.0)) y=(px(place.y + 4.0)) text-anchor="end" { (node.detail) }
        }
    };
    html! {
        @match &node.link {
            Some(link) => a href=(link) { (body) },
            None => (body),
        }
    }
}

/// The hatching of what nothing reaches. Every picture brings it: one that is not shown lends none.
pub(in crate::report) fn pattern() -> Markup {
    html! {
        defs {
            pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect.hatch-ground width="6" height="6" {}
                rect.hatch-line width="2.4" height="6" {}
            }
        }
    }
}

/// Tenths of a pixel are enough.
pub(in crate::report) fn px(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}
