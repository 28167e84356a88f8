//! rnix behind a guard: texts in, green trees and the first syntax error out. Never fails, never panics.

use std::ops::Range;

use crate::source::Lines;

/// The first syntax error of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in words, without capital and full stop.
    pub message: String,
    /// UTF-8 byte offsets of the place.
    pub at: Range<u32>,
    /// Attribute or binding name(s) it sits in, dotted, from the outermost.
    pub within: Option<String>,
    /// The opener that was never closed (or another place that explains) and what to say of it.
    pub opener: Option<(Range<u32>, String)>,
}

/// One parsed file.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree, also where there were errors; `None` where the guard refused the file.
    pub green: Option<rowan::GreenNode>,
    /// The first error; `None` where the file parses.
    pub problem: Option<Problem>,
    /// Why the guard refused the file.
    pub refused: Option<String>,
    /// Lines by kind.
    pub lines: Lines,
    /// Byte ranges of comments that hold `flake-audit:`.
    pub directives: Vec<Range<u32>>,
}

/// Parses a text.
pub fn parse(_text: &str) -> Parsed {
    Parsed { green: None, problem: None, refused: None, lines: Lines::default(), directives: Vec::new() }
}
