//! Names that Nix refuses, as rows.

use serde::Serialize;

use crate::source::Span;

/// Names of a file that Nix refuses.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NamesRow {
    /// Names that nothing defines, in order of place.
    pub undefined: Vec<UndefinedRow>,
    /// Names that are defined twice, in order of place.
    pub duplicates: Vec<DuplicateNameRow>,
    /// Whether another file, or a library of the workspace, uses `scopedImport`, which can give this one names from
    /// outside.
    pub scoped: bool,
}

/// A name that nothing defines.
#[derive(Clone, Debug, Serialize)]
pub struct UndefinedRow {
    /// The name.
    pub name: String,
    /// Anchor: the use.
    pub at: Span,
    /// Anchor: the names of the set pattern that is nearest around it.
    pub arguments: Option<Span>,
    /// A definition in reach that probably has it as an attribute.
    pub holder: Option<String>,
    /// Whether it stands alone in `${…}` within an indented string, where a shell variable may be meant.
    pub in_text: bool,
}

/// A name that is defined twice.
#[derive(Clone, Debug, Serialize)]
pub struct DuplicateNameRow {
    /// The name.
    pub name: String,
    /// Anchor: the second place.
    pub at: Span,
    /// Anchor: the first place.
    pub first: Span,
    /// Whether it is the name of an argument.
    pub formal: bool,
}
