//! The lines of a flake's own code cut into tiles: what one binding holds, by who reaches it.

use std::collections::BTreeMap;

use super::concern::{Context, Line};
use super::facts::{TileKind, TileRow};
use crate::resolve::nodes::{Node, ROOT};
use crate::source::FileId;

/// Lines below which a binding is told with the one around it, where the same concerns reach both.
const LEAST: u32 = 4;
/// Tiles of one flake, at most; the smallest bindings are told with those around them until it is kept.
const MOST: usize = 1_200;

/// Every line of the flake's own code once, in order of file and place.
pub(super) fn rows(context: &Context) -> Vec<TileRow> {
    let mut least = LEAST;
    loop {
        let rows: Vec<TileRow> = context
            .reach
            .owners
            .iter()
            .flat_map(|(file, owners)| of_file(context, *file, owners, least))
            .collect();
        if rows.len() <= MOST || least > 1 << 20 {
            return rows;
        }
        least *= 2;
    }
}

fn of_file(context: &Context, file: FileId, owners: &[u32], least: u32) -> Vec<TileRow> {
    let nodes = context.nodes(file);
    let mut lines: BTreeMap<u32, u32> = BTreeMap::new();
    for owner in owners {
        *lines.entry(*owner).or_default() += 1;
    }
    // Parents come before what they hold, so that from the end on everything inside is summed first.
    for node in (1..nodes.len() as u32).rev() {
        let Some(own) = lines.get(&node).copied().filter(|own| *own < least) else { continue };
        let Some(parent) = holder(context, file, nodes, node) else { continue };
        lines.remove(&node);
        *lines.entry(parent).or_default() += own;
    }
    let mut rows: Vec<TileRow> = lines.into_iter().map(|(node, lines)| row(context, file, node, lines)).collect();
    rows.sort_by_key(|row| (row.span, row.name.clone()));
    rows
}

/// The node around one that is reached alike.
fn holder(context: &Context, file: FileId, nodes: &[Node], node: u32) -> Option<u32> {
    let parent = nodes[node as usize].parent;
    let alike = context.line(file, node) == context.line(file, parent);
    (parent < node && alike).then_some(parent)
}

fn row(context: &Context, file: FileId, node: u32, lines: u32) -> TileRow {
    let (kind, concerns) = match context.line(file, node) {
        Line::Unreachable => (TileKind::Unreachable, Vec::new()),
        Line::Wiring => (TileKind::Wiring, Vec::new()),
        Line::Concerns(mask) => {
            let bits = context.reach.concerns.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
            let concerns: Vec<String> = bits.map(|(_, name)| (*name).to_owned()).collect();
            (if concerns.len() == 1 { TileKind::Exclusive } else { TileKind::Shared }, concerns)
        }
    };
    let node = (node != ROOT).then(|| &context.nodes(file)[node as usize]);
    let length = context.sources.file(file).length();
    TileRow {
        file,
        name: node.map_or_else(String::new, |node| node.name.to_string()),
        span: node.map_or(crate::source::Span::new(file, 0..length), |node| node.span.span(file)),
        kind,
        concerns,
        lines,
    }
}
