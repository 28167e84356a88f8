//! Rows about what a flake is made of: units, groups, hubs, needs.

use schemars::JsonSchema;
use serde::Serialize;

use crate::resolve::evidence::Builder;
use crate::source::Span;

/// What a piece of code is that can move on its own: how it is cut out, and what stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// `name = value;` of a `let`, the whole binding.
    Binding,
    /// `a.b = value;` of a set, the whole attribute. Its value moves; its name stays where it is.
    Value,
    /// The same, where the value is an overlay (`final: prev: …`).
    Overlay,
    /// A module written inside a list: the expression, without parentheses around it.
    Module,
}

/// What a flake is made of.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StructureRow {
    /// Pieces of `flake.nix` that can move on their own, in order of place.
    pub units: Vec<UnitRow>,
    /// Groups of units, in order of family and name.
    pub groups: Vec<GroupRow>,
    /// Helpers that many concerns read, most readers first.
    pub hubs: Vec<HubRow>,
    /// What each concern needs of the inputs, in the order of concerns by name.
    pub needs: Vec<NeedRow>,
    /// Concerns that name another's outputs through `self`.
    pub self_edges: Vec<SelfEdgeRow>,
    /// Modularity Q (Newman 2004) of the bindings by file, as the files are today. `None` where no binding reads
    /// another.
    pub modularity: Option<f64>,
}

/// A piece of `flake.nix` that can move on its own.
#[derive(Clone, Debug, Serialize)]
pub struct UnitRow {
    /// Binding name, or attribute path below `outputs`.
    pub name: String,
    /// How it is cut out.
    pub kind: Unit,
    /// What it makes.
    pub makes: Builder,
    /// The code, as [`Unit`] says.
    pub span: Span,
    /// First line.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
    /// Its lines, and those of the comments directly above it.
    pub lines: u32,
    /// Units that stand in the same set or `let` have the same number.
    pub scope: u32,
    /// Concerns that reach it, in order of name.
    pub concerns: Vec<String>,
    /// Kind of the output that it is, where it is one.
    pub output: Option<String>,
    /// Whether it stands in the body of a `with`, which may give it names.
    pub within_with: bool,
    /// Whether nearly all of it is one line an entry: a table is read as one.
    pub table: bool,
    /// The unit that it is a part of.
    pub outer: Option<u32>,
    /// Units that it reads.
    pub reads: Vec<u32>,
    /// Places outside of it that name it.
    pub call_sites: u32,
    /// Names that it reads and that are bound outside of it.
    pub arguments: Vec<String>,
}

/// What a group was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// Words that names share.
    Names,
    /// What the code makes.
    Builder,
    /// What it reads and who reads it: a community of the binding graph.
    Reach,
    /// An output of its own.
    Output,
}

/// Units that belong together.
#[derive(Clone, Debug, Serialize)]
pub struct GroupRow {
    /// What the group is one of, in the user's words where names tell: `command wrappers`.
    pub family: String,
    /// Folder or file name of the family: `commands`.
    pub folder: &'static str,
    /// Name within the family, in the user's words: `ai`.
    pub name: String,
    /// What it was found by.
    pub by: Evidence,
    /// Places in `units`, in order.
    pub units: Vec<u32>,
    /// Lines of its units.
    pub lines: u32,
}

/// A helper that many concerns read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HubRow {
    /// Name.
    pub name: String,
    /// First line.
    pub line: u32,
    /// Lines.
    pub lines: u32,
    /// Concerns that reach it, in order of name.
    pub readers: Vec<String>,
}

/// What a concern needs, and who depends on it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NeedRow {
    /// Concern.
    pub concern: String,
    /// Inputs that its code reaches, wiring included, in order of name.
    pub inputs: Vec<String>,
    /// Of those, inputs that no other concern needs.
    pub alone: Vec<String>,
    /// Whether it passes all inputs on, so that it may need others too.
    pub open: bool,
    /// Martin's instability Ce/(Ca+Ce) over the edges between concerns that `self` makes; null where there are none.
    pub instability: Option<f64>,
}

/// A concern whose code names outputs of another through `self`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct SelfEdgeRow {
    /// The concern that names.
    pub from: String,
    /// The concern whose outputs are named.
    pub to: String,
    /// Places.
    pub places: u32,
}
