//! Graphs as text: Mermaid and Graphviz.

use std::io::{self, Write};

use super::{EdgeKind, Graph, Node};

/// Nodes of one picture; more cannot be looked at.
const MAX_NODES: usize = 2_000;
/// Letters of a label.
const MAX_LABEL: usize = 200;

/// A text that stands between quotes in both languages: what either of them reads as more than text is replaced.
fn quoted(text: &str) -> String {
    let clean = text.chars().take(MAX_LABEL).map(|c| match c {
        '"' | '\\' | '<' | '>' | '[' | ']' | '|' | '`' => '\'',
        // Entities of both, and Mermaid's directives and comments.
        '&' | '#' | ';' | '%' => '\u{b7}',
        c if c.is_control() || super::super::text::escape(c.encode_utf8(&mut [0; 4])).len() > 4 => ' ',
        c => c,
    });
    clean.collect()
}

fn label(node: &Node, line: &str) -> String {
    if node.detail.is_empty() {
        return quoted(&node.label);
    }
    format!("{}{line}{}", quoted(&node.label), quoted(&node.detail))
}

/// Mermaid: boxes with a double frame are there more than once, dashed arrows are `follows`, dotted lines tie what is
/// the same together.
pub(super) fn mermaid(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (number, node) in graph.nodes.iter().enumerate().take(MAX_NODES) {
        let (open, close) = if node.double { ("[[\"", "\"]]") } else { ("[\"", "\"]") };
        writeln!(out, "  n{number}{open}{}{close}", label(node, "<br/>"))?;
    }
    for edge in graph.edges.iter().filter(|edge| edge.from.max(edge.to) < MAX_NODES) {
        let arrow = match edge.kind {
            EdgeKind::Plain | EdgeKind::Cycle => "-->",
            EdgeKind::Dashed => "-.->",
            EdgeKind::Shared => "---",
        };
        let name = quoted(&edge.label);
        let name = if name.is_empty() { name } else { format!("|\"{name}\"|") };
        writeln!(out, "  n{} {arrow}{name} n{}", edge.from, edge.to)?;
    }
    for (a, b) in ties(graph) {
        writeln!(out, "  n{a} -.- n{b}")?;
    }
    Ok(())
}

/// Graphviz: the same picture.
pub(super) fn dot(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph {} {{\n  rankdir=LR;\n  node [shape=box];", graph.name)?;
    for (number, node) in graph.nodes.iter().enumerate().take(MAX_NODES) {
        let frame = if node.double { ", peripheries=2" } else { "" };
        writeln!(out, "  n{number} [label=\"{}\"{frame}];", label(node, "\\n"))?;
    }
    for edge in graph.edges.iter().filter(|edge| edge.from.max(edge.to) < MAX_NODES) {
        let style = match edge.kind {
            EdgeKind::Plain => "",
            EdgeKind::Cycle => ", color=red",
            EdgeKind::Dashed => ", style=dashed",
            EdgeKind::Shared => ", dir=none, constraint=false",
        };
        writeln!(out, "  n{} -> n{} [label=\"{}\"{style}];", edge.from, edge.to, quoted(&edge.label))?;
    }
    for (a, b) in ties(graph) {
        writeln!(out, "  n{a} -> n{b} [dir=none, style=dotted, constraint=false];")?;
    }
    writeln!(out, "}}")
}

/// Neighbours of each group of the same.
fn ties(graph: &Graph) -> impl Iterator<Item = (usize, usize)> {
    let pairs = graph.ties.iter().flat_map(|tie| tie.windows(2).map(|pair| (pair[0], pair[1])));
    pairs.filter(|(a, b)| *a.max(b) < MAX_NODES)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_label_ends_neither_its_quotes_nor_its_line() {
        let text = quoted("a\"]; n1[\\n<b>\n`x` #quot; %% \u{1b}[0m\u{202e}");
        assert!(
            !text.contains(['"', '\\', '<', '>', '\n', '`', '#', ';', '%', '[', ']', '\u{1b}', '\u{202e}']),
            "{text}"
        );
    }
}
