//! Texts in, code and the first syntax error out. Never fails, never panics.
//!
//! What Nix takes and nests as code does comes as a [`tape`], which our own reading of Nix's grammar writes. All else
//! comes as rnix's tree, for its words on what is wrong; and that is to be had of any text, to cut things out of it.
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
mod remarks;
mod scan;
pub mod tape;
mod words;

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Lines;
use guard::Tree;

pub use classes::{Class, classes};
pub use guard::{Bounds, MAX_CHAIN, MAX_NESTING};
pub use remarks::Remarks;

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

/// The code of a file.
#[derive(Clone, Debug, Default)]
pub enum Code {
    /// The guard refused it, or it is not Nix.
    #[default]
    None,
    /// Code that Nix takes.
    Tape(Vec<tape::Step>),
    /// The rest, also where there were errors.
    Tree(rowan::GreenNode),
}

/// One parsed file.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// What was read, also where there were errors.
    pub code: Code,
    /// The first error; `None` where the file parses.
    pub problem: Option<Problem>,
    /// Why the guard refused the file.
    pub refused: Option<String>,
    /// Lines by kind.
    pub lines: Lines,
    /// Byte ranges of comments that hold `flake-audit:`.
    pub directives: Vec<Range<u32>>,
    /// What else the text says.
    pub remarks: Remarks,
}

/// Parses a text.
///
/// Safe on any text and on a thread with a 2 MiB stack: what is deep is parsed on a stack of its own.
pub fn parse(original: &str) -> Parsed {
    Parsed { remarks: remarks::remarks(original), ..code(original) }
}

/// Parses a text that must be within bounds which are narrower than those of every text.
pub fn parse_within(original: &str, bounds: Bounds) -> Parsed {
    match bounds.ask(original) {
        Ok(()) => parse(original),
        Err(reason) => Parsed { remarks: remarks::remarks(original), ..refused(original, reason) },
    }
}

/// Parses a text for its code; what it says besides is left out.
pub(crate) fn code(original: &str) -> Parsed {
    if let Some(plain) = nix::plain(original) {
        let (lines, directives) = lines::count(lines::pieces(original, &plain.comments));
        return Parsed { code: Code::Tape(plain.steps), lines, directives, ..Parsed::default() };
    }
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
    let parsed = Parsed { lines, directives, ..Parsed::default() };
    match guard::tree(text, &tokens) {
        Ok(Tree { green, errors, refusal: None }) if errors.iter().any(is_syntax) => {
            drop(green);
            Parsed { refused: Some(UNREAD.to_owned()), ..parsed }
        }
        Ok(Tree { green, errors, refusal }) => {
            let error = errors.iter().find(|error| is_syntax(error));
            let problem = refusal.map(|refusal| problem::explain(text, &tokens, &green, error, &refusal));
            Parsed { code: Code::Tree(green), problem, ..parsed }
        }
        Err(reason) => Parsed { refused: Some(reason), ..parsed },
    }
}

/// rnix's tree of a text, for those who want to cut something out of it; none where the guard refuses the text, or
/// where rnix does not read what Nix does. With `plain`, the text is known to have a tape.
pub fn tree(original: &str, plain: bool) -> Option<rowan::GreenNode> {
    let text = &*line_ends(original);
    let tokens = guard::tokens(text).ok()?;
    let made = if plain { guard::plain_tree(text, &tokens) } else { guard::tree(text, &tokens) };
    let Tree { green, errors, refusal } = made.ok()?;
    (refusal.is_some() || !errors.iter().any(is_syntax)).then_some(green)
}

/// An argument that is declared twice has a tree, and is found among the names.
fn is_syntax(error: &rnix::ParseError) -> bool {
    !matches!(error, rnix::ParseError::DuplicatedArgs(..))
}

/// Whether there is a carriage return that is not part of a line end of two bytes.
fn is_lone_return(bytes: &[u8], at: usize) -> bool {
    bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n')
}

fn has_lone_return(text: &str) -> bool {
    text.match_indices('\r').any(|(at, _)| is_lone_return(text.as_bytes(), at))
}

/// A lone carriage return ends a line for Nix, and a comment with it, but not for rnix.
fn line_ends(text: &str) -> Cow<'_, str> {
    if !has_lone_return(text) {
        return Cow::Borrowed(text);
    }
    let lone = |at: usize| is_lone_return(text.as_bytes(), at);
    Cow::Owned(text.char_indices().map(|(at, c)| if lone(at) { '\n' } else { c }).collect())
}

fn refused(text: &str, reason: String) -> Parsed {
    let pieces = scan::scan(text);
    let (lines, directives) = lines::count(pieces.into_iter());
    Parsed { refused: Some(reason), lines, directives, ..Parsed::default() }
}
