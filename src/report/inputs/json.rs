//! The inputs as JSON: additive only, like the contract of `--format json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::date;
use crate::audit::Audit;
use crate::measure::{FlakeRow, LockNodeRow, LockRow, OutputRow, TreeRow, Used};

#[derive(Serialize)]
struct Page<'a> {
    schema: u32,
    flakes: Vec<Flake<'a>>,
}

#[derive(Serialize)]
struct Flake<'a> {
    path: &'a str,
    inputs: Vec<Input<'a>>,
    /// Nodes by name, the root left out.
    nodes: BTreeMap<&'a str, Node<'a>>,
    duplicates: Vec<Duplicate<'a>>,
    /// What Nix takes as the flake.
    tree: &'a TreeRow,
    /// What Nix takes for `path:` to its directory.
    directory: &'a TreeRow,
    /// Direct inputs that outputs need; null where it may be any.
    outputs: Vec<Output<'a>>,
    /// What leads nowhere or in a circle.
    faults: Vec<&'a str>,
    lock_error: Option<&'a str>,
}

#[derive(Serialize)]
struct Output<'a> {
    kind: &'a str,
    name: &'a str,
    inputs: Option<&'a [String]>,
}

#[derive(Serialize)]
struct Input<'a> {
    name: &'a str,
    url: Option<&'a str>,
    source: Option<&'a str>,
    /// The node it comes to.
    node: Option<&'a str>,
    follows: Option<&'a str>,
    used: Used,
    reached: u32,
    brings: u32,
}

#[derive(Serialize)]
struct Node<'a> {
    source: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(rename = "ref")]
    reference: Option<&'a str>,
    revision: &'a str,
    nar_hash: Option<&'a str>,
    date: Option<String>,
    flake: bool,
    /// Shortest chain of inputs that locks it.
    chain: &'a [String],
    depth: usize,
    inputs: BTreeMap<&'a str, Edge<'a>>,
}

#[derive(Serialize)]
struct Edge<'a> {
    /// The node it comes to; null where it is cut off or leads nowhere.
    node: Option<&'a str>,
    /// The input path from the root that it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    follows: Option<&'a [String]>,
}

#[derive(Serialize)]
struct Duplicate<'a> {
    source: &'a str,
    revisions: u32,
    nodes: Vec<&'a str>,
    brought_by: &'a [String],
}

/// Writes everything that is known of the inputs.
pub(super) fn render(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let page = Page { schema: 1, flakes: audit.facts.flakes.iter().map(flake).collect() };
    serde_json::to_writer_pretty(&mut *out, &page).map_err(io::Error::from)?;
    writeln!(out)
}

fn flake(row: &FlakeRow) -> Flake<'_> {
    let lock = row.lock.as_ref();
    let inputs = row.inputs.iter().map(|input| Input {
        name: &input.name,
        url: input.url.as_deref(),
        source: input.source.as_deref(),
        node: lock.and_then(|lock| lock.resolve(&[&input.name])).map(|node| node.node.as_str()),
        follows: input.follows.as_deref(),
        used: input.used,
        reached: input.nodes,
        brings: input.own_nodes,
    });
    let nodes = lock.into_iter().flat_map(|lock| {
        let others = lock.graph.iter().enumerate().filter(|(number, _)| *number != lock.root);
        others.map(|(_, row)| (row.node.as_str(), node(lock, row)))
    });
    let duplicates = lock.into_iter().flat_map(|lock| &lock.duplicates).map(|row| Duplicate {
        source: &row.source,
        revisions: row.revisions,
        nodes: row.nodes.iter().map(|node| node.node.as_str()).collect(),
        brought_by: &row.brought_by,
    });
    Flake {
        path: &row.path,
        inputs: inputs.collect(),
        nodes: nodes.collect(),
        duplicates: duplicates.collect(),
        tree: &row.tree,
        directory: &row.below,
        outputs: row.outputs.iter().map(output).collect(),
        faults: lock.into_iter().flat_map(|lock| &lock.faults).map(|(what, _)| what.as_str()).collect(),
        lock_error: row.lock_error.as_ref().map(|(why, _)| why.as_str()),
    }
}

fn output(row: &OutputRow) -> Output<'_> {
    Output { kind: &row.kind, name: &row.name, inputs: row.inputs.as_deref() }
}

fn node<'a>(lock: &'a LockRow, row: &'a LockNodeRow) -> Node<'a> {
    let edges = row.inputs.iter().map(|edge| {
        let to = edge.to.and_then(|to| lock.graph.get(to)).map(|node| node.node.as_str());
        (edge.name.as_str(), Edge { node: to, follows: edge.follows.as_deref() })
    });
    Node {
        source: row.source.as_deref(),
        kind: &row.kind,
        reference: row.reference.as_deref(),
        revision: &row.revision,
        nar_hash: row.nar_hash.as_deref(),
        date: row.modified.map(date),
        flake: row.flake,
        chain: &row.path,
        depth: row.path.len(),
        inputs: edges.collect(),
    }
}
