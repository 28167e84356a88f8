//! What the whole workspace must know of each file, read off its graph: little enough to be kept for every file.

use std::collections::BTreeMap;

use super::ir::{Ir, Kind, Loc, Name};
use super::mentions;
use super::nodes::{CallRef, FileGraph, ImpureRef, Node, NodeKind, PathRef, ROOT, WithRef};

/// Characters of a `with`'s namespace that are told.
const NAMESPACE: usize = 60;

/// What the workspace must know of a file.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a row of facts, not a state")]
pub(crate) struct Outline {
    /// Whether there is code at all.
    pub(crate) has_code: bool,
    /// Whether its expression is a function.
    pub(crate) is_function: bool,
    /// Whether some part did not parse.
    pub(crate) is_broken: bool,
    /// Whether it is a function that must be given something.
    pub(crate) needs_arguments: bool,
    /// Nodes of its graph.
    pub(crate) nodes: u32,
    /// From node to node: see `Node::edges`. Taken when the files are joined.
    pub(crate) edges: Vec<(u32, u32)>,
    /// See `Node::bound`. Taken when the files are joined.
    pub(crate) bound: Vec<(u32, u32)>,
    /// Paths with the node whose code names them, in order of node.
    pub(crate) paths: Box<[(u32, PathRef)]>,
    /// Calls of other files with the node whose code they are in.
    pub(crate) calls: Box<[(u32, CallRef)]>,
    /// Names of formals of the file's own function, with their nodes.
    pub(crate) formals: BTreeMap<Name, u32>,
    pub(crate) withs: Box<[With]>,
    /// See `FileGraph::impure`.
    pub(crate) impure: Box<[ImpureRef]>,
    /// Texts and paths that lead upwards (`../x`).
    pub(crate) upwards: Box<[Name]>,
    /// Names that are selected from a formal called `inputs`, and what the code that does it is the value of.
    pub(crate) from_inputs: Box<[(Loc, Name)]>,
}

/// A `with` and how it is written.
#[derive(Debug)]
pub(crate) struct With {
    pub(crate) at: WithRef,
    /// From `with` to its semicolon, which the lowered code does not keep.
    pub(crate) head: Loc,
    /// The namespace in one line, shortened where it is long.
    pub(crate) namespace: String,
}

impl With {
    fn new(with: &WithRef, text: &str) -> Self {
        let slice = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or_default();
        let semicolon = slice(with.at.end, with.body.start).find(';').map_or(0, |offset| offset as u32 + 1);
        let words: Vec<&str> = slice(with.namespace.start, with.namespace.end).split_whitespace().collect();
        let line = words.join(" ");
        let short = || line.chars().take(NAMESPACE - 1).chain(['…']).collect();
        let namespace = if line.chars().count() <= NAMESPACE { line.clone() } else { short() };
        let head = Loc { start: with.at.start, end: with.at.end + semicolon };
        Self { at: with.clone(), head, namespace }
    }
}

impl Outline {
    /// The outline of a file; `text` is what it was read from.
    pub(super) fn of(ir: &Ir, graph: &FileGraph, text: &str) -> Self {
        let nodes = || graph.nodes.iter().zip(0_u32..);
        let is_inputs = |formal: u32| {
            let formal = &graph.nodes[formal as usize];
            formal.kind == NodeKind::Formal && *formal.name == *"inputs"
        };
        let picks = nodes().flat_map(|(node, _)| node.picks().map(move |pick| (node, pick)));
        let from_inputs = picks.filter(|(_, (formal, _))| is_inputs(*formal));
        Self {
            needs_arguments: graph.needs_arguments,
            nodes: graph.nodes.len() as u32,
            edges: nodes().flat_map(|(node, from)| node.edges.iter().map(move |to| (from, *to))).collect(),
            bound: nodes().flat_map(|(node, from)| node.bound.iter().map(move |to| (from, *to))).collect(),
            paths: nodes().flat_map(|(node, at)| node.paths.iter().map(move |path| (at, path.clone()))).collect(),
            calls: nodes().flat_map(|(node, at)| node.calls.iter().map(move |call| (at, call.clone()))).collect(),
            formals: graph.formals.clone(),
            withs: graph.withs.iter().map(|with| With::new(with, text)).collect(),
            impure: graph.impure.as_slice().into(),
            upwards: Self::upwards_of(ir),
            from_inputs: from_inputs.map(|(node, (_, name))| (graph.holder(node).at, name.clone())).collect(),
            ..Self::of_code(ir)
        }
    }

    /// The outline of code whose graph is not wanted.
    pub(super) fn of_code(ir: &Ir) -> Self {
        Self {
            has_code: ir.root.is_some(),
            is_function: ir.root.is_some_and(|root| matches!(ir.kind(root), Kind::Lambda(_))),
            is_broken: mentions::is_broken(ir),
            ..Self::default()
        }
    }
}

impl FileGraph {
    /// The named thing that a node's code is in: a file's own code, and formals with defaults, have no name to point at.
    pub(crate) fn holder<'a>(&'a self, node: &'a Node) -> &'a Node {
        let mut at = node;
        while at.kind == NodeKind::Formal && at.parent != ROOT {
            at = &self.nodes[at.parent as usize];
        }
        at
    }
}
