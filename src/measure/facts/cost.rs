//! Rows of what evaluation costs.

use serde::Serialize;

use crate::source::Span;

/// The files that Nix takes as a flake before it evaluates anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TreeRow {
    /// Whether git says which files they are; without git a flake is all of its directory.
    pub git: bool,
    /// Files and symbolic links.
    pub files: u32,
    /// Bytes of their contents.
    pub bytes: u64,
    /// Bytes of the archive that Nix makes of them, hashes, and copies to the store.
    pub nar_bytes: u64,
    /// The largest directories in which Nix code of the flake names nothing, largest first.
    pub unneeded: Vec<DirectoryRow>,
}

/// A directory of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DirectoryRow {
    /// Relative to the workspace.
    pub path: String,
    /// Files below it.
    pub files: u32,
    /// Bytes below it.
    pub bytes: u64,
}

/// What in the code of a flake makes evaluation dear, in order of place.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CostRow {
    /// Imports of what has to be built first.
    pub derivations: Vec<FromDerivationRow>,
    /// `src = …` that is the whole tree of the flake: as written (`self`, `./.`).
    pub whole_trees: Vec<(String, Span)>,
    /// `import nixpkgs { … }`.
    pub instances: Vec<InstanceRow>,
}

/// Something that is built before evaluation can go on.
#[derive(Clone, Debug, Serialize)]
pub struct FromDerivationRow {
    /// The binding that holds it; empty where there is none.
    pub name: String,
    /// The function that makes it (`fetchFromGitHub`).
    pub maker: String,
    /// The function that reads it (`import`).
    pub reader: String,
    /// Anchor: the binding's name, else the call.
    pub at: Span,
    /// Anchor: where it is read.
    pub read_at: Span,
}

/// An evaluation of nixpkgs.
#[derive(Clone, Debug, Serialize)]
pub struct InstanceRow {
    /// The direct input.
    pub input: String,
    /// Whether nothing but the system is set.
    pub plain: bool,
    /// Anchor: the call.
    pub at: Span,
}
