//! The inputs as a picture: Mermaid and Graphviz.

use std::io::{self, Write};

use super::{short, shown, times};
use crate::audit::Audit;
use crate::measure::{FlakeRow, LockRow};

/// Nodes of one picture; more cannot be looked at.
const MAX_NODES: usize = 2_000;

/// A text that stands between quotes in both languages.
fn quoted(text: &str) -> String {
    let clean = text.chars().map(|c| match c {
        '"' | '\\' | '<' | '>' | '[' | ']' | '|' | '`' => '\'',
        c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => ' ',
        c => c,
    });
    clean.collect()
}

/// The label of a node: its name, source and revision.
fn label(audit: &Audit, flake: &FlakeRow, lock: &LockRow, number: usize, line: &str) -> String {
    let Some(row) = lock.graph.get(number) else { return String::new() };
    if number == lock.root {
        return quoted(&shown(audit, flake));
    }
    let source = quoted(row.source.as_deref().unwrap_or("?"));
    let revision = quoted(short(&row.revision));
    format!("{}{line}{}", quoted(&row.node), format!("{source} {revision}").trim_end())
}

/// Mermaid: boxes with a double frame are locked more than once, dashed arrows are `follows`.
pub(super) fn mermaid(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (flake_number, flake) in audit.facts.flakes.iter().enumerate() {
        let Some(lock) = &flake.lock else { continue };
        for (number, row) in lock.graph.iter().enumerate().take(MAX_NODES) {
            let text = label(audit, flake, lock, number, "<br/>");
            let (open, close) = if times(lock, row) > 1 { ("[[\"", "\"]]") } else { ("[\"", "\"]") };
            writeln!(out, "  f{flake_number}n{number}{open}{text}{close}")?;
        }
        for (number, row) in lock.graph.iter().enumerate().take(MAX_NODES) {
            for edge in &row.inputs {
                let Some(to) = edge.to.filter(|to| *to < MAX_NODES) else { continue };
                let arrow = if edge.follows.is_some() { "-.->" } else { "-->" };
                let name = quoted(&edge.name);
                writeln!(out, "  f{flake_number}n{number} {arrow}|\"{name}\"| f{flake_number}n{to}")?;
            }
        }
    }
    Ok(())
}

/// Graphviz: the same picture.
pub(super) fn dot(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph inputs {{\n  rankdir=LR;\n  node [shape=box];")?;
    for (flake_number, flake) in audit.facts.flakes.iter().enumerate() {
        let Some(lock) = &flake.lock else { continue };
        for (number, row) in lock.graph.iter().enumerate().take(MAX_NODES) {
            let text = label(audit, flake, lock, number, "\\n");
            let frame = if times(lock, row) > 1 { ", peripheries=2" } else { "" };
            writeln!(out, "  f{flake_number}n{number} [label=\"{text}\"{frame}];")?;
        }
        for (number, row) in lock.graph.iter().enumerate().take(MAX_NODES) {
            for edge in &row.inputs {
                let Some(to) = edge.to.filter(|to| *to < MAX_NODES) else { continue };
                let style = if edge.follows.is_some() { ", style=dashed" } else { "" };
                let name = quoted(&edge.name);
                writeln!(out, "  f{flake_number}n{number} -> f{flake_number}n{to} [label=\"{name}\"{style}];")?;
            }
        }
    }
    writeln!(out, "}}")
}
