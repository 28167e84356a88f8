//! The facts: owned, sorted, serialisable rows that rules, plan and reports read.
//!
//! Every row that a finding may point at carries *named anchors*: spans of the code it speaks of.
//! Nothing here knows Nix syntax. `schema.rs` lists which fields a rule's condition may name.

mod clones;
mod cost;
mod file;
mod lock;
mod reading;
mod routes;
mod structure;

use serde::Serialize;

pub use clones::*;
pub use cost::*;
pub use file::*;
pub use lock::*;
pub use reading::*;
pub use routes::*;
pub use structure::*;

use crate::source::{FileId, Lines, Span};

/// All that was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Facts {
    /// The tree as a whole.
    pub workspace: WorkspaceRow,
    /// Every Nix file, in order of path.
    pub files: Vec<FileRow>,
    /// Every flake, in order of path, the root flake first.
    pub flakes: Vec<FlakeRow>,
    /// Path literals that lead to nothing, or far away, in order of place.
    pub paths: Vec<PathRow>,
    /// Files that import each other, each cycle once, in order of path.
    pub cycles: Vec<Vec<FileId>>,
    /// What is written more than once.
    pub clones: ClonesRow,
    /// How code leads to code: what contracts are judged by.
    pub routes: Routes,
    /// Directories in which a new file would not go unnoticed.
    pub reading: ReadingRow,
}

impl Facts {
    /// The row of a Nix file.
    pub fn file(&self, id: FileId) -> Option<&FileRow> {
        // Files are numbered in order of path.
        let at = self.files.binary_search_by_key(&id, |row| row.file).ok()?;
        self.files.get(at)
    }

    /// Adds the facts of the next part of the workspace.
    pub(super) fn append(&mut self, part: Self) {
        let Self { workspace, files, flakes, paths, cycles, clones: _, routes, reading } = part;
        self.workspace.skipped.extend(workspace.skipped);
        self.files.extend(files);
        self.flakes.extend(flakes);
        self.paths.extend(paths);
        self.cycles.extend(cycles);
        self.routes.imports.extend(routes.imports);
        self.routes.uses.extend(routes.uses);
        self.routes.concerns.extend(routes.concerns);
        self.reading.whole.extend(reading.whole);
        self.reading.listed.extend(reading.listed);
        self.reading.root |= reading.root;
        self.reading.places.extend(reading.places);
    }
}

/// The tree under audit.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WorkspaceRow {
    /// Name shown for the root (its last path component).
    pub root: String,
    /// Nix files read.
    pub nix_files: u32,
    /// Directories that hold a `flake.nix`.
    pub flakes: u32,
    /// Lines of all Nix files.
    pub lines: Lines,
    /// What could not be read or was left out, in order of path.
    pub skipped: Vec<SkippedRow>,
}

/// Something that was not analysed: an audit is never silently smaller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SkippedRow {
    /// Path relative to the root.
    pub path: String,
    /// Why ("permission denied", "larger than 20 MiB", …).
    pub reason: String,
    /// Whether this makes the audit incomplete (exit code 3).
    pub counts: bool,
    /// The file, where its text was read all the same.
    pub file: Option<FileId>,
}

/// What a flake is within its workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The flake of the workspace root.
    Root,
    /// A flake in a folder of its own.
    Sub,
    /// Offered by a `templates` output, or in a folder of templates.
    Template,
    /// In a folder of tests, fixtures or examples.
    Fixture,
}

/// A flake: a directory with `flake.nix`.
#[derive(Clone, Debug, Serialize)]
pub struct FlakeRow {
    /// Directory relative to the root; `.` for the root.
    pub path: String,
    /// Its `flake.nix`.
    pub file: FileId,
    /// What it is within the workspace.
    pub role: Role,
    /// Whether `flake.nix` parses.
    pub parsed: bool,
    /// Whether `flake.nix` says that it is generated.
    pub generated: bool,
    /// Frameworks that build its outputs, by name.
    pub frameworks: Vec<String>,
    /// Whether the inventory of outputs has no unknown part.
    pub complete: bool,
    /// Lines of `flake.nix`.
    pub lines: Lines,
    /// Lines of `flake.nix` and of every file of the workspace it imports.
    pub own_lines: Lines,
    /// Number of those files.
    pub own_files: u32,
    /// Lines of shell inside indented strings of `flake.nix` (`shellHook`, `writeShellScript*`, `*Phase` …).
    pub script_lines: u32,
    /// Anchor: the longest such string's first line.
    pub script_at: Option<Span>,
    /// Lines of the inputs, the outputs' formals, and plumbing, in `flake.nix`.
    pub wiring_lines: u32,
    /// The same over all of the flake's own code. `own_lines.total` = the lines that concerns reach, each once,
    /// + `unreachable.lines` + this.
    pub own_wiring_lines: u32,
    /// Parts of `flake.nix` that must be literal and are not.
    pub non_literal: Vec<NonLiteralRow>,
    /// Attributes of `flake.nix` that Nix does not know, or a needed one that is not there.
    pub unsupported: Vec<UnsupportedRow>,
    /// Direct inputs, in order of name.
    pub inputs: Vec<InputRow>,
    /// Top-level output names, in order of name, also those that hold nothing.
    pub kinds: Vec<KindRow>,
    /// Outputs, in order of kind and name.
    pub outputs: Vec<OutputRow>,
    /// What a `//` at the top of the outputs drops, in order of kind.
    pub dropped: Vec<DroppedRow>,
    /// Where the inventory may differ from the truth.
    pub unknown: Vec<UnknownRow>,
    /// Concerns, in order of lines reached, most first.
    pub concerns: Vec<ConcernRow>,
    /// What no output reaches.
    pub unreachable: UnreachableRow,
    /// Every line of the flake's own code once, cut by binding and by who reaches it; in order of place.
    pub tiles: Vec<TileRow>,
    /// Pairs of concerns that share bindings, most lines first.
    pub coupling: Vec<CouplingRow>,
    /// Cohesion of the flake.
    pub cohesion: CohesionRow,
    /// Units, groups, hubs and needs.
    pub structure: StructureRow,
    /// Bindings of `flake.nix` and the files it imports, in order of place.
    pub bindings: Vec<BindingRow>,
    /// The lock file, where there is one.
    pub lock: Option<LockRow>,
    /// The lock file could not be used: why, and where.
    pub lock_error: Option<(String, Option<Span>)>,
    /// The files that Nix takes for it.
    pub tree: TreeRow,
    /// The files in its own directory: what Nix takes for `path:` to it.
    pub below: TreeRow,
    /// What in its code makes evaluation dear.
    pub cost: CostRow,
    /// Anchor: the flake as a whole (`description` or the first code; one line).
    pub head: Span,
    /// Addresses without authentication in `nixConfig`: the address and its place.
    pub insecure: Vec<(String, Span)>,
    /// Anchor: `inputs` (the first definition's name).
    pub inputs_at: Option<Span>,
    /// Anchor: `outputs` (the definition's name).
    pub outputs_at: Option<Span>,
}

impl FlakeRow {
    /// Whether enough is known of the outputs to attribute lines and to judge: the file parses, and some output can
    /// be seen or there is none.
    pub fn is_followed(&self) -> bool {
        self.parsed && (self.complete || !self.outputs.is_empty())
    }
}

/// Something at the top level of a `flake.nix` that Nix refuses.
#[derive(Clone, Debug, Serialize)]
pub struct UnsupportedRow {
    /// The attribute.
    pub name: String,
    /// Whether it is missing; otherwise it is there and unknown.
    pub missing: bool,
    /// Anchor.
    pub at: Span,
}

/// Something in `flake.nix` that Nix wants literal.
#[derive(Clone, Debug, Serialize)]
pub struct NonLiteralRow {
    /// `inputs`, `inputs.nixpkgs.url`, `outputs`, `flake.nix` …
    pub what: String,
    /// What it is instead ("a function call").
    pub found: String,
    /// Anchor.
    pub at: Span,
}

/// Whether something is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Used {
    /// It is.
    Yes,
    /// It is not, and every use would be visible.
    No,
    /// Cannot be known.
    Unknown,
}

/// A direct input.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a row of facts, not a state")]
pub struct InputRow {
    /// Name.
    pub name: String,
    /// URL as declared, or put together from `type`, `owner`, `repo` …; `None` where only the formals name it.
    pub url: Option<String>,
    /// Source: `forge:owner/repo` in lower case, or the URL without ref and revision.
    pub source: Option<String>,
    /// `follows` of the input itself (`inputs.x.follows = "y"`).
    pub follows: Option<String>,
    /// `inputs.x.inputs.y.follows = "z"`: (y, z, anchor), in order of y. Deeper paths are joined with `/`.
    pub overrides: Vec<OverrideRow>,
    /// `flake = false` turns this off.
    pub flake: bool,
    /// Declared in `inputs`; otherwise a formal of `outputs` alone.
    pub declared: bool,
    /// Resolved through the registry (`nixpkgs`, `flake:nixpkgs`, formal without declaration).
    pub registry: bool,
    /// An absolute path of one machine (`path:/…`, `git+file:///…`, `/nix/store/…`).
    pub machine_path: bool,
    /// A path relative to the flake (`path:./x`).
    pub relative: bool,
    /// A relative path that leaves the workspace.
    pub outside: bool,
    /// Fetched over a protocol without authentication (`http:`, `git:`).
    pub insecure: bool,
    /// Branch or tag that the URL names.
    pub reference: Option<String>,
    /// Whether the URL names a revision.
    pub pinned: bool,
    /// Whether anything reads it.
    pub used: Used,
    /// The inputs are passed on as a whole, but no file of the workspace names this one.
    pub likely_unused: bool,
    /// Lock nodes that it reaches, itself included, through `follows` too.
    pub nodes: u32,
    /// Lock nodes that only it brings: without it they would not be locked.
    pub own_nodes: u32,
    /// How an override of one of its inputs is added in the style of the file.
    pub insertion: Option<InsertionRow>,
    /// What goes with it when it is taken out; empty where it is not known.
    pub cuts: Vec<Span>,
    /// Anchor: its name where it is declared first, else the formal.
    pub at: Span,
    /// Anchor: its URL string.
    pub url_at: Option<Span>,
}

/// A place for one more override: what stands before and behind `name.follows = "…";`.
#[derive(Clone, Debug, Serialize)]
pub struct InsertionRow {
    /// Anchor: an empty span.
    pub at: Span,
    /// Line end, indentation and the path down to `inputs.`.
    pub before: String,
    /// What comes behind.
    pub after: String,
}

/// An override of an input's input.
#[derive(Clone, Debug, Serialize)]
pub struct OverrideRow {
    /// Path below the input, `nixpkgs` or `a/nixpkgs`.
    pub path: String,
    /// Input path it follows, `""` where it is cut off; `None` for an override by URL.
    pub follows: Option<String>,
    /// Anchor: the overridden input's name.
    pub at: Span,
    /// Whether the locked input has such an input; `None` without a lock.
    pub exists: Option<bool>,
}

/// A top-level output name.
#[derive(Clone, Debug, Serialize)]
pub struct KindRow {
    /// Name.
    pub name: String,
    /// Number of outputs.
    pub outputs: u32,
    /// Whether Nix or the ecosystem knows the name.
    pub known: bool,
    /// Whether the second level is systems.
    pub per_system: bool,
    /// Whether its value is wrapped in `lib.warn` or `throw`: an alias kept for the old name.
    pub deprecation_alias: bool,
    /// Anchor: the name where it is written; `None` where a framework makes it.
    pub at: Option<Span>,
}

/// How sure an output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// It is there.
    Known,
    /// It is there under a condition that cannot be decided.
    Conditional,
    /// It is there, and others beside it may be.
    Partial,
}

/// An output: kind and name with the system taken out.
#[derive(Clone, Debug, Serialize)]
pub struct OutputRow {
    /// Kind (`packages`).
    pub kind: String,
    /// Name; empty where the kind has only systems (`formatter`) or is one value (`overlay`).
    pub name: String,
    /// Systems in order; empty where the kind has none.
    pub systems: Vec<String>,
    /// Concern it belongs to.
    pub concern: String,
    /// Anchor: where its value is written (its name); `None` where a framework makes it.
    pub at: Option<Span>,
    /// The value's code.
    pub value: Option<Span>,
    /// How sure it is.
    pub certainty: Certainty,
    /// Direct inputs that it needs, in order; `None` where it may need any.
    pub inputs: Option<Vec<String>>,
    /// Of a configuration (a NixOS host, a home): the modules it is made from, in the order of their list, those of
    /// inputs left out.
    pub modules: Vec<ModuleRow>,
    /// Its value is written out as a set of attributes that is no derivation.
    pub bare: bool,
}

/// Outputs of a kind that a `//` at the top drops, because both of its sides have the kind.
#[derive(Clone, Debug, Serialize)]
pub struct DroppedRow {
    /// The kind.
    pub kind: String,
    /// What of the left side is not there in the end, below the kind.
    pub lost: Vec<String>,
    /// Anchor: where the right side writes the kind.
    pub at: Span,
    /// Anchor: where the left side writes it.
    pub left: Option<Span>,
}

/// A module that a configuration is made from.
#[derive(Clone, Debug, Serialize)]
pub struct ModuleRow {
    /// Anchor: an inline module's code, else the path that names its file.
    pub at: Span,
    /// The file it is read from; `None` for an inline module.
    pub file: Option<FileId>,
}

/// A part of the inventory that is not known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct UnknownRow {
    /// Attribute path below which the inventory may differ; `""` for the whole.
    pub path: String,
    /// Why.
    pub reason: String,
    /// Anchor: the code that could not be followed.
    pub at: Option<Span>,
    /// All of nixpkgs, or of its library, is passed on there: those names are left out on purpose, and the inventory of
    /// what the flake itself defines is complete all the same.
    pub opaque: bool,
}

/// A concern of a flake: a responsibility that outputs share.
#[derive(Clone, Debug, Serialize)]
pub struct ConcernRow {
    /// Name ("dev shells").
    pub name: String,
    /// Outputs of it.
    pub outputs: u32,
    /// Lines of the flake's own code that its outputs reach, plumbing left out.
    pub reached: u32,
    /// Lines that only this concern reaches.
    pub exclusive: u32,
    /// Lines that another concern reaches too.
    pub shared: u32,
    /// Of the exclusive lines, those in `flake.nix`.
    pub exclusive_in_flake: u32,
    /// Lines of it that `flake.nix` itself defines (exclusive and shared).
    pub defined_in_flake: u32,
    /// Pieces of `flake.nix` that are exclusively its own, in order of place.
    pub pieces: Vec<PieceRow>,
    /// Names that those pieces read and do not define: what a file of their own would take as arguments.
    pub arguments: Vec<String>,
    /// Anchor: its largest piece in `flake.nix`, else its first output.
    pub at: Option<Span>,
}

/// A piece of code that can move on its own: a binding, or an output's value.
#[derive(Clone, Debug, Serialize)]
pub struct PieceRow {
    /// Binding name or attribute path.
    pub name: String,
    /// The whole binding.
    pub span: Span,
    /// First and last line.
    pub first_line: u32,
    /// Last line.
    pub last_line: u32,
}

/// What no output reaches.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UnreachableRow {
    /// Lines that unreachable bindings span, each line once.
    pub lines: u32,
    /// Of those, lines in `flake.nix`.
    pub lines_in_flake: u32,
    /// The outermost unreachable bindings, in order of place.
    pub bindings: Vec<PieceRow>,
}

/// Who reaches a tile's lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TileKind {
    /// One concern.
    Exclusive,
    /// Several concerns.
    Shared,
    /// Inputs, formals, plumbing, and what stands between bindings.
    Wiring,
    /// No output.
    Unreachable,
}

/// Lines of a binding that no tile inside it has.
#[derive(Clone, Debug, Serialize)]
pub struct TileRow {
    /// The file.
    pub file: FileId,
    /// Binding name or dotted attribute path; empty for what stands outside of all.
    pub name: String,
    /// The whole binding.
    pub span: Span,
    /// Who reaches it.
    pub kind: TileKind,
    /// Concerns that reach it, in order of name.
    pub concerns: Vec<String>,
    /// Its lines, those of other tiles inside it left out.
    pub lines: u32,
}

/// Two concerns that share code. Shared bindings and lines leave plumbing out. The Jaccard index is
/// |A ∩ B| / |A ∪ B| over the lines that the two reach (Jaccard 1901).
#[derive(Clone, Debug, Serialize)]
pub struct CouplingRow {
    /// First concern, in order of name.
    pub a: String,
    /// Second concern.
    pub b: String,
    /// Bindings that outputs of both reach.
    pub bindings: u32,
    /// Lines that outputs of both reach.
    pub lines: u32,
    /// Jaccard index of the lines reached, 0 to 1.
    pub jaccard: f64,
    /// The shared bindings, most lines first (at most 5).
    pub names: Vec<String>,
}

/// Cohesion of a flake's own code.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct CohesionRow {
    /// LCOM4 (Hitz & Montazeri 1995): connected components of the graph of outputs and the non-plumbing
    /// bindings they reach. 0 where there are no outputs.
    pub lcom4: u32,
    /// Modularity Q (Newman 2004) of the partition of outputs by concern, over shared bindings; −0.5 to 1.
    /// `None` where no two outputs share a binding.
    pub modularity: Option<f64>,
}

/// How a binding is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum BindingKind {
    /// `let x = …`.
    Let,
    /// `inherit x` or `inherit (s) x` in a `let`.
    Inherit,
    /// An attribute of a set.
    Attribute,
}

/// A binding of a flake's own code.
#[derive(Clone, Debug, Serialize)]
pub struct BindingRow {
    /// Name, or dotted attribute path.
    pub name: String,
    /// How it is written.
    pub kind: BindingKind,
    /// First line (1-based).
    pub first_line: u32,
    /// Lines it spans.
    pub lines: u32,
    /// The whole binding.
    pub span: Span,
    /// Anchor: its name.
    pub at: Span,
    /// Whether it is wiring (`pkgs`, `lib`, `forAllSystems` …), recognised by what it is defined as.
    pub plumbing: bool,
    /// Whether any output reaches it.
    pub reachable: bool,
    /// Whether it is in `flake.nix`.
    pub in_flake: bool,
    /// Output kinds whose outputs reach it, in order.
    pub read_by_kinds: Vec<String>,
    /// Concerns whose outputs reach it, in order.
    pub read_by_concerns: Vec<String>,
    /// Lines of the longest binding inside it; 0 if there is none.
    pub largest_inner: u32,
    /// Names that its code reads and that are bound outside it; for bindings that several concerns read.
    pub arguments: Vec<String>,
}
