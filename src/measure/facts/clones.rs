//! Rows of code that is written more than once.

use serde::Serialize;

use crate::source::Span;

/// What is written more than once in files that somebody wrote and that are meant for use.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ClonesRow {
    /// Equal subtrees, in order of place; none lies within another's.
    pub copies: Vec<CopiesRow>,
    /// Values written once for each system, in order of place.
    pub systems: Vec<PerSystemRow>,
    /// Hosts that are much alike, in order of place.
    pub hosts: Vec<HostsRow>,
}

/// Subtrees that are equal, or equal but for some literals.
#[derive(Clone, Debug, Serialize)]
pub struct CopiesRow {
    /// Each place with the attribute or binding whose value it is, in order; two at least.
    pub places: Vec<(Span, Option<String>)>,
    /// Lines of the longest.
    pub lines: u32,
    /// Expressions of one.
    pub nodes: u32,
    /// Whether they are files as a whole.
    pub whole: bool,
    /// The literals that differ, by the attributes around them: what a function of it would take. Empty where
    /// nothing differs.
    pub parameters: Vec<String>,
}

/// A value written once for each system.
#[derive(Clone, Debug, Serialize)]
pub struct PerSystemRow {
    /// The attribute that holds the systems.
    pub name: Option<String>,
    /// Each system, with its name's place; two at least.
    pub systems: Vec<(String, Span)>,
    /// Lines of their values.
    pub lines: u32,
    /// Systems there with another value.
    pub others: u32,
}

/// Hosts of one set that are much alike.
#[derive(Clone, Debug, Serialize)]
pub struct HostsRow {
    /// `nixosConfigurations` …
    pub kind: String,
    /// Each host, with its name's place; two at least.
    pub hosts: Vec<(String, Span)>,
    /// Lines of their values.
    pub lines: u32,
    /// Attributes that differ.
    pub differs: Vec<String>,
    /// The function that makes each.
    pub maker: String,
}
