//! What Nix's own parser takes and refuses.
//!
//! rnix gives the tree and most of the words of an error, but it is more lenient in some places and stricter in
//! others. The verdict is Nix's grammar's alone.

mod grammar;
mod lexer;

pub(super) use grammar::Refusal;

use std::ops::Range;

use super::classes::Class;
use super::guard::MAX_BYTES;
use super::has_lone_return;
use super::tape::Step;
use lexer::Tok;

/// Depth up to which a tape is written, chains counted: code beyond it goes the way of what nobody writes. (Of 50,000
/// public files all but a few go less deep; the parser's stack for it is small.)
const DEEPEST: usize = if cfg!(debug_assertions) { 150 } else { 500 };

/// A text as Nix reads it.
pub(super) struct Plain {
    pub(super) steps: Vec<Step>,
    /// Comments in order of place. One that runs to the end of a line goes up to the line feed.
    pub(super) comments: Vec<Range<u32>>,
}

/// Reads a text that Nix takes and that nests as code does. Nothing else is said of any other.
pub(super) fn plain(text: &str) -> Option<Plain> {
    let bytes = text.as_bytes();
    // Where a lone carriage return ends a line, other programs see other lines.
    if bytes.len() > MAX_BYTES || has_lone_return(text) {
        return None;
    }
    let (tokens, mut comments) = lexer::with_comments(text);
    let steps = grammar::tape(text, &tokens, DEEPEST)?;
    for comment in &mut comments {
        comment.end +=
            u32::from(bytes[comment.start as usize] == b'#' && bytes.get(comment.end as usize) == Some(&b'\r'));
    }
    Some(Plain { steps, comments })
}

/// The first place at which Nix's parser stops.
pub(super) fn refusal(text: &str) -> Option<Refusal> {
    grammar::refusal(text, &lexer::tokens(text))
}

/// Every token with what it is; they may leave gaps.
pub(super) fn classes(text: &str) -> impl Iterator<Item = (Range<usize>, Class)> {
    lexer::tokens(text).into_iter().map(|token| {
        let class = match token.tok {
            Tok::If
            | Tok::Then
            | Tok::Else
            | Tok::Assert
            | Tok::With
            | Tok::Let
            | Tok::In
            | Tok::Rec
            | Tok::Inherit
            | Tok::Or => Class::Keyword,
            Tok::Quote | Tok::Text | Tok::IndOpen | Tok::IndClose => Class::Text,
            Tok::Number => Class::Number,
            Tok::Path | Tok::PathEnd | Tok::Search | Tok::Uri => Class::Path,
            _ => Class::Plain,
        };
        (token.at(), class)
    })
}

/// Indented strings that are closed, in order of their ends: the quotes that open and close them.
pub(super) fn indented(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    for token in lexer::tokens(text) {
        match token.tok {
            Tok::IndOpen => open.push(token.at()),
            Tok::IndClose => found.extend(open.pop().map(|opener| (opener, token.at()))),
            _ => {}
        }
    }
    found
}
