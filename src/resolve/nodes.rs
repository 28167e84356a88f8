//! Binders and references of one file, as a graph: a node for the file, for every `let` binding, attribute and
//! formal; an edge where a node's own code names another. `walk.rs` makes it.

use std::collections::{BTreeMap, BTreeSet};

use thin_vec::ThinVec;

use super::ir::{ExprId, Loc, Name};

/// Node 0 is the file itself.
pub(crate) const ROOT: u32 = 0;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodeKind {
    /// The file.
    File,
    /// `let x = …`.
    Let,
    /// `inherit` in a `let`.
    Inherit,
    /// An attribute of a set.
    Attribute,
    /// A formal or parameter of a function.
    Formal,
}

/// A node of a file's graph. Most have few of anything, and a workspace has hundreds of thousands.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a row of facts, not a state")]
pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    /// Name, or dotted path below the nearest binding that is not an attribute.
    pub(crate) name: Name,
    /// Its name's place.
    pub(crate) at: Loc,
    /// The whole binding.
    pub(crate) span: Loc,
    /// The node whose code it is written in.
    pub(crate) parent: u32,
    /// Its value.
    pub(crate) value: Option<ExprId>,
    /// Nodes of the same file that its own code names, and attributes it contains.
    pub(crate) edges: ThinVec<u32>,
    /// What must be there although it is not read: all of `x` where `x.a` is selected, and formals. Nix binds names
    /// when it parses, so a name that only an unread attribute uses must still be bound.
    pub(crate) bound: ThinVec<u32>,
    /// Formals that its own code names: the formal's node, and the attribute of it that is selected (`None` for all).
    pub(crate) reads: ThinVec<(u32, Option<Name>)>,
    /// Paths in its own code, relative to the file's directory.
    pub(crate) paths: ThinVec<PathRef>,
    /// Calls of other files in its own code.
    pub(crate) calls: ThinVec<CallRef>,
    /// Whether it is wiring; see `plumbing.rs`.
    pub(crate) plumbing: bool,
    /// Whether a `with` may supply names of its own code.
    pub(crate) with: bool,
    /// Whether its own code names a builder of images or containers.
    pub(crate) image: bool,
    /// Whether its value is wrapped in a warning or is an error: a name that is kept for those who still use it.
    pub(crate) warns: bool,
    /// Nodes that are written in the same set or `let` have the same number, except dynamic attributes.
    pub(crate) scope: u32,
}

impl Node {
    /// Names that its own code selects from formals: the formal's node and the name.
    pub(crate) fn picks(&self) -> impl Iterator<Item = (u32, &Name)> {
        self.reads.iter().filter_map(|(formal, name)| Some((*formal, name.as_ref()?)))
    }
}

/// A path literal.
#[derive(Clone, Debug)]
pub(crate) struct PathRef {
    /// As written; the literal start of a path with interpolations.
    pub(crate) text: String,
    /// Whether it is a whole path (otherwise the start of a computed one).
    pub(crate) whole: bool,
    /// Whether it stands where a directory means its `default.nix`.
    pub(crate) imported: bool,
    /// Where it is written.
    pub(crate) at: Loc,
}

/// `import ./file { a = …; }`: which attribute nodes feed which formals.
#[derive(Clone, Debug)]
pub(crate) struct CallRef {
    /// The path as written.
    pub(crate) path: String,
    /// Argument name and its attribute node.
    pub(crate) arguments: Vec<(Name, u32)>,
}

/// A `with` expression.
#[derive(Clone, Debug)]
pub(crate) struct WithRef {
    /// From `with` to the end of its namespace; the semicolon is not kept.
    pub(crate) at: Loc,
    pub(crate) namespace: Loc,
    pub(crate) body: Loc,
    pub(crate) nested: bool,
    /// Whether its body is a list of names (`with pkgs; [ git jq ]`).
    pub(crate) lists_names: bool,
}

/// A read of what pure evaluation does not have.
#[derive(Clone, Debug)]
pub(crate) struct ImpureRef {
    /// As it is written.
    pub(crate) what: String,
    pub(crate) at: Loc,
    /// Whether it stands in a branch of an `if`: it may never be read.
    pub(crate) chosen: bool,
}

/// The graph of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileGraph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) withs: Vec<WithRef>,
    /// Indented strings that hold shell code.
    pub(crate) scripts: Vec<Loc>,
    /// `builtins.currentSystem`, `builtins.getEnv`, `<nixpkgs>`, where it is no default of a formal.
    pub(crate) impure: Vec<ImpureRef>,
    /// Whether the file is a function that must be given something.
    pub(crate) needs_arguments: bool,
    /// Names of formals of the file's own function, with their nodes.
    pub(crate) formals: BTreeMap<Name, u32>,
    /// Formals that are used as a whole (`inherit inputs;`, `f inputs`).
    pub(crate) whole: BTreeSet<u32>,
    /// Start of the name of each attribute or binding, and its node; in order of start, each start once.
    pub(super) by_start: Vec<(u32, u32)>,
    /// Node that a name resolves to, by expression; [`ROOT`], which no name means, for none. For plumbing.
    pub(super) resolved: Vec<u32>,
}

impl FileGraph {
    /// The attribute or binding whose name starts there.
    pub(crate) fn starting_at(&self, start: u32) -> Option<u32> {
        let at = self.by_start.binary_search_by_key(&start, |(of, _)| *of).ok()?;
        Some(self.by_start[at].1)
    }

    /// The node that a name resolves to.
    pub(super) fn meaning(&self, expr: ExprId) -> Option<u32> {
        self.resolved.get(expr.0 as usize).copied().filter(|node| *node != ROOT)
    }

    /// Gives back what only its making needed, and what was set aside for more nodes.
    pub(super) fn trimmed(mut self) -> Self {
        self.resolved = Vec::new();
        self.by_start.shrink_to_fit();
        self.nodes.shrink_to_fit();
        self
    }
}
