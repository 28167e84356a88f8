//! Rows of how code leads to code.

use serde::Serialize;

use crate::source::{FileId, Span};

/// How code leads to code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Routes {
    /// Imports that are written out, in order.
    pub imports: Vec<ImportRow>,
    /// Where an input is read, in order of place.
    pub uses: Vec<InputUseRow>,
    /// What each concern leads to, in order of flake and concern.
    pub concerns: Vec<ConcernRouteRow>,
}

impl Routes {
    /// Which file leads to which, each pair once, in order.
    pub fn pairs(&self) -> Vec<(FileId, FileId)> {
        let mut pairs: Vec<_> = self.imports.iter().map(|import| (import.from, import.to)).collect();
        pairs.dedup();
        pairs
    }
}

/// One file leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ImportRow {
    /// From this file.
    pub from: FileId,
    /// To this one.
    pub to: FileId,
    /// Anchor: the path literal.
    pub at: Span,
}

/// A binding reads an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct InputUseRow {
    /// Anchor: the binding's name, or the first code of a file.
    pub at: Span,
    /// Name of the input.
    pub input: String,
}

/// What the outputs of a concern lead to, wiring left out.
#[derive(Clone, Debug, Serialize)]
pub struct ConcernRouteRow {
    /// Directory of the flake.
    pub flake: String,
    /// Name of the concern.
    pub concern: String,
    /// Files that hold its outputs, in order.
    pub starts: Vec<FileId>,
    /// The imports by which it comes to each further file, the shortest way, each behind those that lead to it.
    pub imports: Vec<ImportRow>,
    /// Where its code reads inputs, in order of place.
    pub uses: Vec<InputUseRow>,
}
