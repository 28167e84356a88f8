//! Graphs of an audit, drawn for the page and alone: concerns with what they share, inputs with their locks, files
//! with what they import.

#![expect(clippy::cast_precision_loss, reason = "rows and columns are far below 2^52")]

mod concerns;
mod draw;
mod files;
mod inputs;
mod label;
mod layers;
mod text;
mod tree;

use std::io::{self, Write};

use crate::audit::Audit;
use crate::measure::FlakeRow;

pub(super) use self::concerns::color;
pub(super) use self::draw::{STYLE, figure, pattern, px};
pub(super) use self::label::{clip_front, width};

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum GraphKind {
    /// Concerns, what they share, and the helpers that several of them read
    Concerns,
    /// The lock as a tree, with what is locked more than once
    Inputs,
    /// Which file imports which
    Files,
}

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum GraphFormat {
    /// A picture for a browser
    #[default]
    Svg,
    /// A Mermaid flowchart
    Mermaid,
    /// A Graphviz digraph
    Dot,
}

/// A graph before it is drawn.
#[derive(Default)]
pub(super) struct Graph {
    /// Name of the digraph in Graphviz.
    pub(super) name: &'static str,
    /// What it shows, in a sentence.
    pub(super) says: String,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// Nodes that are the same thing several times.
    pub(super) ties: Vec<Vec<usize>>,
    /// Whether it is drawn as a tree, each node below its parent; otherwise in columns.
    pub(super) tree: bool,
    /// Whether what leads to others stands beside the first of them, so that reading begins at the top; otherwise in
    /// their middle.
    pub(super) from_top: bool,
}

/// A node.
#[derive(Default)]
pub(super) struct Node {
    pub(super) label: String,
    /// A second line, dim.
    pub(super) detail: String,
    /// What is said when one points at it.
    pub(super) note: String,
    /// Class of its colour.
    pub(super) class: String,
    /// Column, or depth in a tree.
    pub(super) column: usize,
    /// There is more than one of it.
    pub(super) double: bool,
    /// What it costs: alone, and with what others need too.
    pub(super) cost: Option<(u32, u32)>,
    /// Where it leads to on the page.
    pub(super) link: Option<String>,
}

/// An edge.
#[derive(Default)]
pub(super) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: String,
    /// Class of its colour.
    pub(super) class: String,
    /// Thickness, 0 to 1.
    pub(super) weight: f64,
    pub(super) kind: EdgeKind,
}

/// What an edge means.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum EdgeKind {
    /// One leads to the other.
    #[default]
    Plain,
    /// One leads to the other by detour (`follows`).
    Dashed,
    /// One leads to the other and back.
    Cycle,
    /// Both share something.
    Shared,
}

/// Writes one graph of an audit.
///
/// # Errors
/// When `out` cannot be written.
pub fn graph(audit: &Audit, kind: GraphKind, format: GraphFormat, out: &mut dyn Write) -> io::Result<()> {
    let graph = match (kind, main_flake(audit)) {
        (_, None) => Graph { name: "nothing", says: "No flake.nix was found.".to_owned(), ..Graph::default() },
        // Text holds as many flakes as there are; a picture is of one.
        (GraphKind::Inputs, Some(flake)) if format == GraphFormat::Svg => inputs(audit, flake),
        (GraphKind::Inputs, Some(_)) => inputs::all(audit),
        (GraphKind::Concerns, Some(flake)) => concerns(flake),
        (GraphKind::Files, Some(flake)) => files(audit, flake, &|_| None),
    };
    match format {
        GraphFormat::Svg => draw::alone(&graph, out),
        GraphFormat::Mermaid => text::mermaid(&graph, out),
        GraphFormat::Dot => text::dot(&graph, out),
    }
}

/// The root's flake, else the first.
fn main_flake(audit: &Audit) -> Option<&FlakeRow> {
    let flakes = &audit.facts.flakes;
    flakes.iter().find(|flake| flake.path == ".").or_else(|| flakes.first())
}

/// Concerns and what they share.
pub(super) fn concerns(flake: &FlakeRow) -> Graph {
    concerns::graph(flake)
}

/// The lock of a flake as a tree.
pub(super) fn inputs(audit: &Audit, flake: &FlakeRow) -> Graph {
    inputs::graph(audit, flake)
}

/// The import graph from a flake's file on; `link` says where a file leads to.
pub(super) fn files(audit: &Audit, flake: &FlakeRow, link: &dyn Fn(crate::source::FileId) -> Option<String>) -> Graph {
    files::graph(audit, flake, link)
}
