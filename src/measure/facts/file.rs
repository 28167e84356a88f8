//! Rows of single files, of the names and the path literals in them.

use serde::Serialize;

use crate::source::{FileId, Lines, Span};

/// What is wrong with a path literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PathFault {
    /// Nothing is there.
    Nothing,
    /// A directory without `default.nix`.
    NoDefault,
    /// A file that git does not track.
    Untracked,
    /// Outside of the repository.
    Outside,
    /// Three or more directories up.
    Far,
    /// An absolute path that is read.
    Machine,
    /// A path in somebody's home.
    Home,
    /// The file itself, whose value it is to be.
    Itself,
}

/// A path literal that a rule may speak of.
#[derive(Clone, Debug, Serialize)]
pub struct PathRow {
    /// Anchor: the literal.
    pub at: Span,
    /// As written.
    pub text: String,
    /// Root-relative path that it means; empty where it leaves the tree.
    pub target: String,
    /// What is wrong.
    pub fault: PathFault,
    /// Whether a flake leads to the file it is written in.
    pub by_flake: bool,
}

/// How a file is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Reached {
    /// It is an entry point itself (`flake.nix`, `default.nix`, `shell.nix` …).
    Entry,
    /// An entry point leads to it through path literals.
    Imported,
    /// A directory loader or a framework reads its directory.
    Discovered,
    /// Nothing leads to it.
    Orphan,
    /// Cannot be known (something reads paths that are computed).
    #[default]
    Unknown,
}

/// How sure it is that nothing reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Orphan {
    /// No path leads to it, nothing lists its directory, and no other file says its name.
    Proven,
    /// No path leads to it, but a person may start at it, a text says its name, or not all outputs are known.
    Likely,
}

/// A Nix file.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "a row of facts, not a state")]
pub struct FileRow {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Lines by kind.
    pub lines: Lines,
    /// Whether it parses.
    pub parsed: bool,
    /// The first syntax error.
    pub syntax_error: Option<SyntaxErrorRow>,
    /// Names that Nix refuses.
    pub names: crate::measure::NamesRow,
    /// What it defines and does not use.
    pub unused: crate::measure::UnusedRow,
    /// How it is reached.
    pub reached: Reached,
    /// Whether it is a flake's `flake.nix`.
    pub is_flake: bool,
    /// Whether a flake leads to it, or is it; other entry points (`default.nix`, `shell.nix`) do not count.
    pub by_flake: bool,
    /// How sure it is that nothing reads it; set where `reached` is `Orphan`.
    pub orphan: Option<Orphan>,
    /// Imports from the nearest flake to this file, the shortest way; `None` where no path literals lead to it.
    pub depth: Option<u32>,
    /// Whether git's index holds it; `None` without a repository.
    pub tracked: Option<bool>,
    /// Whether it says that it is generated, or is of a kind that programs write.
    pub generated: bool,
    /// Whether it is a template, fixture, test or example by its folder.
    pub fixture: bool,
    /// Whether a flake that is no fixture imports it, by paths that are written out: then it is not there to be wrong.
    pub imported: bool,
    /// Anchor: the first code of the file (one line).
    pub head: Span,
    /// `with` expressions that may be too wide.
    pub withs: Vec<WithRow>,
    /// Impure reads (`builtins.currentSystem`, `builtins.getEnv`, `<nixpkgs>`), defaults of formals left out.
    pub impure: Vec<ImpureRow>,
    /// Comments that hold the text `flake-audit:`, in order of place.
    pub directives: Vec<Span>,
}

/// The one syntax error of a file that is reported.
#[derive(Clone, Debug, Serialize)]
pub struct SyntaxErrorRow {
    /// What is wrong, in words ("expected `;`").
    pub message: String,
    /// Anchor: where.
    pub at: Span,
    /// The binding it sits in, dotted.
    pub within: Option<String>,
    /// Anchor: the opener that was never closed, or another place that explains.
    pub opener: Option<(Span, String)>,
    /// Where an indented string was closed early: what to write in which places.
    pub edits: Vec<(Span, String)>,
}

/// A `with` expression.
#[derive(Clone, Debug, Serialize)]
pub struct WithRow {
    /// Anchor: `with X;`.
    pub at: Span,
    /// The namespace as written.
    pub namespace: String,
    /// Lines its body spans.
    pub body_lines: u32,
    /// Whether another `with` of the same file encloses it.
    pub nested: bool,
    /// Whether it encloses the whole output set of a flake.
    pub outputs_root: bool,
    /// Whether its body is a list of names (`with pkgs; [ git jq ]`).
    pub lists_names: bool,
}

/// An impure read.
#[derive(Clone, Debug, Serialize)]
pub struct ImpureRow {
    /// Anchor.
    pub at: Span,
    /// `builtins.currentSystem`, `builtins.getEnv`, `<nixpkgs>` …
    pub what: String,
    /// Whether it stands in a branch of an `if`: it may never be read.
    pub chosen: bool,
}
