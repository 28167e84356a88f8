//! The JSON contract, schema 1: keys are added, never renamed, removed or given another meaning.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Confidence, Level};
use crate::measure::{Builder, Certainty, Evidence, HubRow, NeedRow, Orphan, Reached, Role, SelfEdgeRow, Unit, Used};
use crate::plan::Plan;
use crate::source::Lines;

/// An audit of a tree of Nix files. Paths are relative to the root, with `/`. Lines and columns are 1-based; columns count Unicode scalar values.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "flake-audit report")]
pub(super) struct Report {
    /// Version of this contract.
    #[schemars(extend("const" = 1))]
    pub schema: u32,
    pub tool: Tool,
    /// Name of the directory that was audited.
    pub root: String,
    pub workspace: Workspace,
    /// Every directory with a `flake.nix`, the root's first.
    pub flakes: Vec<Flake>,
    /// Every Nix file, in order of path.
    pub files: Vec<File>,
    /// What is wrong, in order of place.
    pub findings: Vec<Finding>,
    /// Findings that a comment in the code suppressed.
    pub suppressed: u32,
    /// One plan a flake.
    pub plan: Vec<Plan>,
    /// What changed since a revision, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What was left out because it was known, where only new findings were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

/// What changed since a revision.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Comparison {
    /// As it was asked for.
    pub revision: String,
    /// The commit that was read.
    pub commit: String,
    /// Whether that is the commit from which `HEAD` and the revision part.
    pub merge_base: bool,
    /// Numbers that are not the same.
    pub metrics: Vec<MetricChange>,
    /// Fingerprints of the findings that were not there, or were less grave.
    pub new: Vec<String>,
    /// Findings that are there no more.
    pub gone: Vec<Gone>,
    /// Number of findings that were there and are there.
    pub stayed: u32,
    /// Number of findings that were there, of files that no longer parse.
    pub unjudged: u32,
}

/// A number that is not the same.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MetricChange {
    /// Directory of the flake; empty for the tree.
    pub flake: String,
    /// Name of the metric.
    pub metric: String,
    /// Null where there was nothing to count.
    pub before: Option<u32>,
    /// Null where there is nothing to count.
    pub after: Option<u32>,
    /// Null where neither is better.
    pub better: Option<bool>,
}

/// A finding that is there no more.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Gone {
    pub code: String,
    pub rule: String,
    pub level: Level,
    pub message: String,
    /// Its file then.
    pub path: String,
    /// Its line then.
    pub line: u32,
    pub subject: String,
}

/// What was known.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Held {
    /// Findings that were left out.
    pub known: u32,
    /// Entries of the baseline that stand for more findings than there are.
    pub stale: Vec<Stale>,
}

/// An entry of the baseline.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Stale {
    pub path: String,
    pub code: String,
    pub subject: String,
    /// Findings that it stands for.
    pub count: u32,
    /// Findings that there are.
    pub found: u32,
}

/// The program that wrote the report.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tool {
    pub name: String,
    pub version: String,
}

/// The tree as a whole.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Workspace {
    /// Nix files that were read.
    pub nix_files: u32,
    /// Lines of all of them.
    pub lines: Lines,
    /// What was not analysed.
    pub skipped: Vec<Skipped>,
}

/// Something that was not analysed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Skipped {
    pub path: String,
    pub reason: String,
    /// Whether the audit is incomplete because of it (exit code 3 of `check`).
    pub counts: bool,
}

/// A flake.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Flake {
    /// Directory; `.` for the root.
    pub path: String,
    pub role: Role,
    /// Whether `flake.nix` parses.
    pub parsed: bool,
    /// Frameworks that build its outputs.
    pub frameworks: Vec<String>,
    /// Whether the inventory of outputs has no unknown part.
    pub complete: bool,
    /// Lines of `flake.nix`.
    pub lines: Lines,
    /// Lines of `flake.nix` and of the files that it imports.
    pub own_lines: Lines,
    /// Number of those files.
    pub own_files: u32,
    /// Lines of the inputs, the outputs' formals and plumbing in `flake.nix`.
    pub wiring_lines: u32,
    /// The same over all of the flake's own code.
    pub own_wiring_lines: u32,
    pub inputs: Vec<Input>,
    /// Top-level output names, also those that hold nothing.
    pub kinds: Vec<String>,
    pub outputs: Vec<Output>,
    /// Where the inventory may differ from the truth.
    pub unknown: Vec<Unknown>,
    pub concerns: Vec<Concern>,
    pub unreachable: Unreachable,
    pub coupling: Vec<Coupling>,
    pub cohesion: Cohesion,
    /// Pieces of `flake.nix` that can move on their own, in order of place.
    pub units: Vec<UnitOf>,
    /// Groups of those pieces inside the concerns.
    pub groups: Vec<Group>,
    /// Helpers that at least three concerns read.
    pub hubs: Vec<HubRow>,
    /// Inputs of each concern.
    pub needs: Vec<NeedRow>,
    /// Concerns that name outputs of another through `self`.
    pub self_edges: Vec<SelfEdgeRow>,
    /// Modularity Q (Newman 2004) of the bindings by file, as the files are; null where no binding reads another.
    pub file_modularity: Option<f64>,
    /// The lock file; null where there is none.
    pub lock: Option<Lock>,
    /// Why the lock file could not be used; null where it could.
    pub lock_error: Option<String>,
}

/// A direct input.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Input {
    pub name: String,
    /// As declared; null where only the formals of `outputs` name it, or it only follows another.
    pub url: Option<String>,
    /// Input paths below this one with what they follow (`""` cuts them off); the empty key is the input itself.
    pub follows: BTreeMap<String, String>,
    /// False where `flake = false`.
    pub flake: bool,
    /// Line of its name.
    pub line: u32,
    pub used: Used,
    /// Lock nodes that it brings, itself included.
    pub nodes: u32,
    /// Lock nodes that only it brings.
    pub own_nodes: u32,
}

/// An output with the system taken out.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Output {
    pub kind: String,
    /// Empty where the kind has only systems or is one value.
    pub name: String,
    pub systems: Vec<String>,
    pub concern: String,
    /// File it is written in; null where a framework makes it.
    pub path: Option<String>,
    /// Line of its name; null where a framework makes it.
    pub line: Option<u32>,
    pub certainty: Certainty,
    /// Of a configuration (a NixOS host, a home): the modules it is made from, those of inputs left out. Of a module or an
    /// overlay that is a file of its own: that file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Module>,
}

/// A module that a configuration is made from.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Module {
    /// The file that holds it.
    pub path: String,
    /// First line: of an inline module's code, else 1.
    pub line: u32,
    /// Last line of an inline module; null for a file.
    pub end_line: Option<u32>,
    /// Whether it is written in the list itself.
    pub inline: bool,
}

/// A part of the inventory that is not known.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Unknown {
    /// Attribute path below which the inventory may differ; empty for the whole.
    pub path: String,
    pub reason: String,
    pub file: Option<String>,
    pub line: Option<u32>,
    /// All of nixpkgs, or of its library, is passed on there. Its names are left out on purpose, and `complete` does not
    /// mind.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
}

/// A responsibility that outputs share.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Concern {
    pub name: String,
    pub outputs: u32,
    pub lines: ConcernLines,
}

/// Lines of the flake's own code, plumbing left out.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ConcernLines {
    /// Lines that its outputs reach.
    pub reached: u32,
    /// Lines that no other concern reaches.
    pub exclusive: u32,
    /// Lines that another concern reaches too.
    pub shared: u32,
}

/// What no output reaches.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Unreachable {
    /// Lines that those bindings span, each line once.
    pub lines: u32,
    /// The outermost ones.
    pub bindings: Vec<Binding>,
}

/// A binding.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Binding {
    pub name: String,
    pub path: String,
    pub line: u32,
    pub end_line: u32,
}

/// Two concerns that share code, plumbing left out.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Coupling {
    pub a: String,
    pub b: String,
    pub bindings: u32,
    pub lines: u32,
    /// Jaccard index of the lines reached, 0 to 1.
    pub jaccard: f64,
    /// The shared bindings with most lines, at most five.
    pub names: Vec<String>,
}

/// How well the outputs hang together.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Cohesion {
    /// Connected components of outputs and the bindings they reach (Hitz & Montazeri 1995).
    pub lcom4: u32,
    /// Modularity Q of the outputs by concern (Newman 2004); null where no two outputs share a binding.
    pub modularity: Option<f64>,
}

/// A piece of `flake.nix` that can move on its own.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UnitOf {
    /// Binding name, or attribute path below `outputs`.
    pub name: String,
    pub unit: Unit,
    pub makes: Builder,
    pub path: String,
    pub line: u32,
    pub end_line: u32,
    pub concerns: Vec<String>,
    /// Names of the units that it reads.
    pub reads: Vec<String>,
    /// Places outside of it that name it.
    pub call_sites: u32,
    /// Names that it reads and that are bound outside of it.
    pub arguments: Vec<String>,
}

/// Units that belong together.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Group {
    /// What it is one of, in the user's words where names tell.
    pub family: String,
    pub name: String,
    /// What it was found by.
    pub by: Evidence,
    pub lines: u32,
    /// Names of its units.
    pub units: Vec<String>,
}

/// The lock file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Lock {
    /// Nodes without the root.
    pub nodes: u32,
    /// Sources with two or more nodes.
    pub duplicates: Vec<Duplicate>,
}

/// A source that is locked more than once.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Duplicate {
    /// `forge:owner/repo` in lower case, or the URL without ref and revision.
    pub source: String,
    /// Node names.
    pub nodes: Vec<String>,
    /// Number of distinct revisions.
    pub revisions: u32,
    /// Direct inputs that bring the surplus nodes.
    pub brought_by: Vec<String>,
}

/// A Nix file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct File {
    pub path: String,
    pub lines: Lines,
    pub parsed: bool,
    pub reached: Reached,
    /// How sure it is that nothing reads it, where `reached` is `orphan`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orphan: Option<Orphan>,
}

/// A fault at a place.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Finding {
    /// `FA101`.
    pub code: String,
    /// `oversized-flake`.
    pub rule: String,
    pub level: Level,
    pub confidence: Confidence,
    pub message: String,
    pub path: String,
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// What the finding is about; stable while lines move.
    pub subject: String,
    /// The same for the same finding on another day.
    pub fingerprint: String,
    /// What is said beside the underlined code.
    pub label: String,
    pub notes: Vec<String>,
    pub related: Vec<Related>,
    /// A change that ends it; null where none is known.
    pub fix: Option<Fix>,
}

/// A place.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Position {
    /// 1-based.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// 1-based, in Unicode scalar values.
    #[schemars(range(min = 1))]
    pub column: u32,
}

/// A further place of a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Related {
    pub text: String,
    pub path: String,
    pub start: Position,
    pub end: Position,
}

/// A change that ends a finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Fix {
    pub title: String,
    /// Whether what gets built stays the same.
    pub safe: bool,
    pub edits: Vec<Edit>,
}

/// A replacement of text.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Edit {
    pub path: String,
    pub start: Position,
    pub end: Position,
    pub text: String,
}
