//! `flake.lock`, versions 5 to 7, as a graph. Pure data: no Nix syntax.

mod follows;
mod graph;
mod read;

use std::collections::BTreeMap;

use crate::source::{FileId, Span};

pub use graph::{Cost, Duplicate, DuplicateNode, chains, cost, duplicates};
pub use read::parse_lock;

/// What an input of a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputRef {
    /// A node by name.
    Node(String),
    /// An input path from the root; empty where the input is cut off.
    Follows(Vec<String>),
}

/// A `locked` or `original` reference. Fields that are not there are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockedRef {
    /// `type`: `github`, `git`, `tarball`, `path`, `indirect` …
    pub kind: String,
    /// `id` of an indirect reference.
    pub id: Option<String>,
    /// `owner`.
    pub owner: Option<String>,
    /// `repo`.
    pub repo: Option<String>,
    /// `host`, where it is not the forge's own.
    pub host: Option<String>,
    /// `url`.
    pub url: Option<String>,
    /// `path`.
    pub path: Option<String>,
    /// `rev`.
    pub rev: Option<String>,
    /// `ref`.
    pub reference: Option<String>,
    /// `dir`.
    pub dir: Option<String>,
    /// `narHash`.
    pub nar_hash: Option<String>,
    /// `lastModified`, seconds since 1970.
    pub last_modified: Option<i64>,
}

/// A node of the lock.
#[derive(Clone, Debug)]
pub struct LockNode {
    /// Name in `nodes`.
    pub name: String,
    /// Anchor: the name where the node is defined, without quotes.
    pub at: Span,
    /// Inputs by name.
    pub inputs: BTreeMap<String, InputRef>,
    /// Anchors of the inputs' names.
    pub inputs_at: BTreeMap<String, Span>,
    /// `locked`.
    pub locked: Option<LockedRef>,
    /// Anchor: the value of `locked.path` or `locked.url`, where there is one.
    pub place_at: Option<Span>,
    /// `original`.
    pub original: Option<LockedRef>,
    /// Input path of the flake that a relative path starts from (Nix 2.26 and later).
    pub parent: Option<Vec<String>>,
    /// `flake`, true where it is not given.
    pub flake: bool,
}

impl LockNode {
    /// Source: `forge:owner/repo` in lower case, or the URL without ref and revision; `None` for
    /// the root and for nodes without a reference.
    pub fn source(&self) -> Option<String> {
        crate::resolve::source_id::source_of(self.locked.as_ref(), self.original.as_ref())
    }

    /// Locked revision, or narHash, or the empty string.
    pub fn revision(&self) -> &str {
        let locked = self.locked.as_ref();
        locked.and_then(|l| l.rev.as_deref().or(l.nar_hash.as_deref())).unwrap_or("")
    }
}

/// Something that is wrong inside a lock that can be used all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockNote {
    /// What, in words.
    pub message: String,
    /// Anchor: the input's name.
    pub at: Span,
}

/// A lock file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockError {
    /// Why, in words.
    pub message: String,
    /// Where, as far as known.
    pub span: Option<Span>,
}

/// A lock file.
#[derive(Clone, Debug)]
pub struct Lock {
    /// The file.
    pub file: FileId,
    /// `version`: 5, 6 or 7.
    pub version: u32,
    /// Name of the root node.
    pub root: String,
    /// All nodes, in order of name, the root among them.
    pub nodes: Vec<LockNode>,
    /// Inputs that lead nowhere or in a circle, in order of node and input.
    pub notes: Vec<LockNote>,
    /// Number of the root in `nodes`.
    root_number: usize,
    /// For every node, the nodes its inputs come to, `follows` resolved.
    targets: Vec<BTreeMap<String, usize>>,
}

impl Lock {
    /// Number of nodes without the root.
    pub fn node_count(&self) -> u32 {
        self.nodes.len().saturating_sub(1) as u32
    }

    /// A node by name.
    pub fn node(&self, name: &str) -> Option<&LockNode> {
        self.number(name).and_then(|number| self.nodes.get(number))
    }

    /// The root node.
    pub fn root_node(&self) -> Option<&LockNode> {
        self.nodes.get(self.root_number)
    }

    /// The node that an input path from the root comes to, `follows` resolved as Nix does; `None`
    /// where there is no such input, or it is cut off.
    pub fn resolve<S: AsRef<str>>(&self, path: &[S]) -> Option<&LockNode> {
        let mut at = self.root_number;
        for name in path {
            at = *self.targets.get(at)?.get(name.as_ref())?;
        }
        self.nodes.get(at)
    }

    /// Numbers of the nodes that a node's inputs come to, by input, `follows` resolved.
    pub fn targets(&self, number: usize) -> Option<&BTreeMap<String, usize>> {
        self.targets.get(number)
    }

    /// Number of the root in `nodes`.
    pub fn root_number(&self) -> usize {
        self.root_number
    }

    /// Whether the last input of an input path exists, be it cut off: an override of one that does
    /// not dangles.
    pub fn has_input<S: AsRef<str>>(&self, path: &[S]) -> bool {
        let Some((last, above)) = path.split_last() else { return true };
        self.resolve(above).is_some_and(|node| node.inputs.contains_key(last.as_ref()))
    }

    /// Whether two nodes may be one: the same revision, and inputs that come to the same nodes or to such pairs.
    /// Bounded: pairs nested deeper than 16 count as different.
    pub fn interchangeable(&self, a: &str, b: &str) -> bool {
        match (self.number(a), self.number(b)) {
            (Some(a), Some(b)) => self.equal(a, b, 16),
            _ => false,
        }
    }

    fn equal(&self, a: usize, b: usize, depth: u32) -> bool {
        if a == b {
            return true;
        }
        let (Some(x), Some(y)) = (self.nodes.get(a), self.nodes.get(b)) else { return false };
        let (Some(of_a), Some(of_b)) = (self.targets.get(a), self.targets.get(b)) else { return false };
        depth > 0
            && !x.revision().is_empty()
            && x.revision() == y.revision()
            && x.flake == y.flake
            && of_a.keys().eq(of_b.keys())
            && of_a.values().zip(of_b.values()).all(|(a, b)| self.equal(*a, *b, depth - 1))
    }

    fn number(&self, name: &str) -> Option<usize> {
        self.nodes.binary_search_by(|node| node.name.as_str().cmp(name)).ok()
    }
}
