//! A tree drawn line by line: the name below the one that brings it, what it costs, lanes that tie together what is there
//! several times, and what it is.

use maud::{Markup, html};

use super::draw::{px, shown};
use super::label::{clip, width};
use super::{EdgeKind, Graph};

const ROW: f64 = 22.0;
/// Indentation of a level, and the deepest that is told apart.
const INDENT: f64 = 16.0;
const DEEPEST: usize = 12;
/// Room for the bars.
const BARS: f64 = 150.0;
const LANE: f64 = 12.0;
/// Lanes that stand side by side; further ties share the last.
const LANES: usize = 16;
/// The widest that a name and what it is may be.
const NAME: f64 = 260.0;
const DETAIL: f64 = 300.0;

/// Size and body of the picture.
pub(super) fn picture(graph: &Graph) -> (f64, f64, Markup) {
    let indent = |column: usize| column.min(DEEPEST) as f64 * INDENT;
    let widest = |room: f64, of: &dyn Fn(&super::Node) -> f64| graph.nodes.iter().map(of).fold(0.0, f64::max).min(room);
    // A root's name has its row to itself.
    let name = |node: &super::Node| {
        if node.detail.is_empty() { 0.0 } else { indent(node.column) + width(&node.label).min(NAME) }
    };
    // The bars come before what the input is, which a phone cuts off first.
    let bars_at = 30.0 + widest(NAME + DEEPEST as f64 * INDENT, &name);
    let costs = graph.nodes.iter().filter_map(|node| node.cost);
    let most = costs.map(|(_, all)| all).max().unwrap_or(0).max(1);
    let scale = (BARS - 40.0) / f64::from(most);
    let (lanes, used) = lanes(graph);
    let lanes_at = bars_at + BARS;
    let detail_at = lanes_at + used as f64 * LANE + 12.0;
    let total = detail_at + widest(DETAIL, &|node| width(&node.detail)) + 8.0;
    let body = html! {
        @for (row, node) in graph.nodes.iter().enumerate() {
            @let (y, x) = (row as f64 * ROW, indent(node.column));
            g.row {
                rect.stripe.odd[row % 2 == 1] x="0" y=(px(y)) width=(px(total)) height=(px(ROW)) {
                    title { (shown(&node.note)) }
                }
                text.name.twice[node.double] x=(px(x + 14.0)) y=(px(y + 15.0)) { (clip(&shown(&node.label), NAME)) }
                text.dim x=(px(detail_at)) y=(px(y + 15.0)) { (clip(&shown(&node.detail), DETAIL)) }
                @if let Some((own, all)) = node.cost {
                    @let (own_px, all_px) = (f64::from(own) * scale, f64::from(all.max(own)) * scale);
                    rect.own x=(px(bars_at)) y=(px(y + 5.0)) width=(px(own_px)) height="12" {}
                    rect.both x=(px(bars_at + own_px)) y=(px(y + 5.0)) width=(px(all_px - own_px)) height="12" {}
                    text.dim x=(px(bars_at + all_px + 5.0)) y=(px(y + 15.0)) { (all) }
                }
            }
        }
        (branches(graph, &indent))
        @for (number, (tie, lane)) in graph.ties.iter().zip(&lanes).enumerate() {
            @let x = lanes_at + *lane as f64 * LANE + 4.0;
            @if let (Some(first), Some(last)) = (tie.first(), tie.last()) {
                @let said = tie.first().map_or("", |at| graph.nodes[*at].detail.as_str());
                g.tie.{ "c" (number % 12) } {
                    title { (shown(said)) ", " (tie.len()) " times" }
                    path d={ "M" (px(x)) " " (px(middle(*first))) "V" (px(middle(*last))) } {}
                    @for at in tie { circle cx=(px(x)) cy=(px(middle(*at))) r="4" {} }
                }
            }
        }
    };
    (total, graph.nodes.len() as f64 * ROW, body)
}

fn middle(row: usize) -> f64 {
    row as f64 * ROW + ROW / 2.0
}

/// The lines from each node to what it brings: the first edge that leads to one from above.
fn branches(graph: &Graph, indent: &dyn Fn(usize) -> f64) -> Markup {
    let mut parent: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| edge.kind == EdgeKind::Plain && edge.from < edge.to) {
        let fits = graph.nodes[edge.from].column + 1 == graph.nodes[edge.to].column;
        // In order of the tree the parent is the nearest above that fits.
        if fits && parent[edge.to].is_none_or(|known| known < edge.from) {
            parent[edge.to] = Some(edge.from);
        }
    }
    html! {
        @for (at, above) in parent.iter().enumerate().filter_map(|(at, above)| Some((at, (*above)?))) {
            @let (x, end) = (indent(graph.nodes[above].column) + 8.0, indent(graph.nodes[at].column) + 11.0);
            @if end > x {
                path.branch d={ "M" (px(x)) " " (px(middle(above) + 6.0)) "V" (px(middle(at))) "H" (px(end)) } {}
            }
        }
    }
}

/// A lane for each tie so that no two in one lane overlap, and how many lanes there are.
fn lanes(graph: &Graph) -> (Vec<usize>, usize) {
    let mut ends: Vec<usize> = Vec::new();
    let mut lanes = Vec::with_capacity(graph.ties.len());
    for tie in &graph.ties {
        let (first, last) = (tie.first().copied().unwrap_or(0), tie.last().copied().unwrap_or(0));
        // Ties come most nodes first, not in order of place: a lane is free where all of it lies above.
        let free = ends.iter().position(|end| *end < first);
        let lane = free.unwrap_or(ends.len()).min(LANES - 1);
        if lane == ends.len() {
            ends.push(last);
        } else {
            ends[lane] = ends[lane].max(last);
        }
        lanes.push(lane);
    }
    (lanes, ends.len())
}
