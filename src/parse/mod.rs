//! rnix behind a guard: texts in, green trees and the first syntax error out. Never fails, never panics.
//!
//! rnix and rowan overflow the stack or take minutes on texts that nobody writes (deep lists, long
//! operator chains, endless `a.a.a`). [`guard`] refuses those before they are parsed; what is
//! refused still has its lines counted.

mod brackets;
mod classes;
mod early;
mod guard;
mod lines;
mod nix;
mod problem;
mod scan;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Lines;
use guard::Tree;

pub use classes::{Class, classes};
pub use guard::{MAX_CHAIN, MAX_NESTING};

/// Why a text that Nix takes is left out all the same.
const UNREAD: &str = "Nix accepts this code, but the parser of this tool does not";

/// The first syntax error of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in words, without capital and full stop.
    pub message: String,
    /// UTF-8 byte offsets of the place.
    pub at: Range<u32>,
    /// Attribute or binding name(s) it sits in, dotted, from the outermost.
    pub within: Option<String>,
    /// What ends it, where an indented string was closed early; empty otherwise.
    pub edits: Vec<Edit>,
    /// The opener that was never closed (or another place that explains) and what to say of it.
    pub opener: Option<(Range<u32>, String)>,
}

/// A piece of text and what should stand in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// UTF-8 byte offsets of the place.
    pub at: Range<u32>,
    /// The new text.
    pub text: &'static str,
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
///
/// Safe on any text and on a thread with a 2 MiB stack: what is deep is parsed on a stack of its own.
pub fn parse(original: &str) -> Parsed {
    let text = &*line_ends(original);
    let tokens = match guard::tokens(text) {
        Ok(tokens) => tokens,
        Err(reason) => return refused(original, reason),
    };
    let mut at = 0;
    let (lines, directives) = lines::count(tokens.iter().map(|(kind, token)| {
        let piece = &original[at..at + token.len()];
        at += token.len();
        (lines::kind(*kind, token), piece)
    }));
    match guard::tree(text, &tokens) {
        Ok(Tree { green, errors, refusal: None }) if errors.iter().any(is_syntax) => {
            drop(green);
            Parsed { green: None, problem: None, refused: Some(UNREAD.to_owned()), lines, directives }
        }
        Ok(Tree { green, errors, refusal }) => {
            let error = errors.iter().find(|error| is_syntax(error));
            let problem = refusal.map(|refusal| problem::explain(text, &tokens, &green, error, &refusal));
            Parsed { green: Some(green), problem, refused: None, lines, directives }
        }
        Err(reason) => Parsed { green: None, problem: None, refused: Some(reason), lines, directives },
    }
}

/// An argument that is declared twice has a tree, and is found among the names.
fn is_syntax(error: &rnix::ParseError) -> bool {
    !matches!(error, rnix::ParseError::DuplicatedArgs(..))
}

/// A lone carriage return ends a line for Nix, and a comment with it, but not for rnix.
fn line_ends(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !(0..bytes.len()).any(lone) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.char_indices().map(|(at, c)| if lone(at) { '\n' } else { c }).collect())
}

fn refused(text: &str, reason: String) -> Parsed {
    let pieces = scan::scan(text);
    let (lines, directives) = lines::count(pieces.into_iter());
    Parsed { green: None, problem: None, refused: Some(reason), lines, directives }
}

/// What stands for a file that is not Nix.
pub fn nothing() -> Parsed {
    Parsed { green: None, problem: None, refused: None, lines: Lines::default(), directives: Vec::new() }
}
