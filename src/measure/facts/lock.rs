//! Rows of a lock file.

use serde::Serialize;

use crate::source::{FileId, Span};

/// A lock file as a graph.
#[derive(Clone, Debug, Serialize)]
pub struct LockRow {
    /// The lock file.
    pub file: FileId,
    /// `version` of the file.
    pub version: u32,
    /// Nodes without the root.
    pub nodes: u32,
    /// Of those, nodes of nixpkgs (or of a mirror that serves it).
    pub nixpkgs: u32,
    /// Sources with two or more nodes, most nodes first.
    pub duplicates: Vec<DuplicateRow>,
    /// Declared inputs that are not locked.
    pub not_locked: Vec<(String, Span)>,
    /// Locked root inputs that are not declared: name and anchor in the lock file.
    pub not_declared: Vec<(String, Span)>,
    /// Locked nodes with a path of one machine: node name, path, anchor in the lock file.
    pub machine_paths: Vec<(String, String, Span)>,
    /// What leads nowhere or in a circle: in words, and its place in the lock file.
    pub faults: Vec<(String, Span)>,
    /// Every node in order of name, the root among them.
    pub graph: Vec<LockNodeRow>,
    /// Number of the root in `graph`.
    pub root: usize,
}

impl LockRow {
    /// The number of a node in `graph`.
    pub fn number(&self, node: &str) -> Option<usize> {
        self.graph.binary_search_by(|row| row.node.as_str().cmp(node)).ok()
    }

    /// The node that an input path from the root comes to, through `follows`.
    pub fn resolve(&self, path: &[&str]) -> Option<&LockNodeRow> {
        let mut at = self.graph.get(self.root)?;
        for step in path {
            let edge = at.inputs.iter().find(|edge| edge.name == *step)?;
            at = self.graph.get(edge.to?)?;
        }
        Some(at)
    }
}

/// A node of a lock file.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a row of facts, not a state")]
pub struct LockNodeRow {
    /// Name in the lock file.
    pub node: String,
    /// Source, as that of an input; `None` for the root.
    pub source: Option<String>,
    /// `type` of what is locked: `github`, `git`, `path` …
    pub kind: String,
    /// Branch or tag that was asked for.
    pub reference: Option<String>,
    /// Whether a revision was asked for.
    pub pinned: bool,
    /// Locked revision, or narHash where there is none.
    pub revision: String,
    /// `narHash`.
    pub nar_hash: Option<String>,
    /// When the locked code was changed last, in seconds since 1970.
    pub modified: Option<i64>,
    /// Whether it is a flake.
    pub flake: bool,
    /// A relative path, which Nix before 2.26 locks without the flake that it starts from.
    pub relative: bool,
    /// Whether the flake that a relative path starts from is locked (Nix 2.26 and later).
    pub parent: bool,
    /// Shortest chain of inputs that locks it, `follows` left out; empty for the root, where nothing leads here, and
    /// where only a chain of more than 200 inputs does.
    pub path: Vec<String>,
    /// Its inputs, in order of name.
    pub inputs: Vec<LockEdgeRow>,
    /// Anchor: its name in the lock file.
    pub at: Span,
}

/// An input of a lock node.
#[derive(Clone, Debug, Serialize)]
pub struct LockEdgeRow {
    /// Name of the input.
    pub name: String,
    /// The input path that it follows, from the root; empty where it is cut off.
    pub follows: Option<Vec<String>>,
    /// Number of the node it comes to; `None` where it is cut off or leads nowhere.
    pub to: Option<usize>,
}

/// A source that is locked more than once.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateRow {
    /// `forge:owner/repo` in lower case (with `?dir=` where locked), or the URL without ref and revision.
    pub source: String,
    /// Whether the source is nixpkgs (or a mirror that serves it).
    pub nixpkgs: bool,
    /// Nodes in order of name.
    pub nodes: Vec<DuplicateNodeRow>,
    /// Number of distinct revisions.
    pub revisions: u32,
    /// Direct inputs that bring the surplus nodes, in order of name.
    pub brought_by: Vec<String>,
    /// Anchor: the direct input in `flake.nix` that brings the first surplus node, else the lock node.
    pub at: Span,
}

/// One node of a duplicated source.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateNodeRow {
    /// Node name in the lock file.
    pub node: String,
    /// Locked revision, or narHash where there is none.
    pub revision: String,
    /// Shortest chain of inputs from the root that leads to it (`["home-manager", "nixpkgs"]`).
    pub path: Vec<String>,
    /// Anchor: the node's name in the lock file.
    pub at: Span,
    /// Nodes of this row that may be one (same revision, same inputs all the way down) have the same number.
    pub group: u32,
}
