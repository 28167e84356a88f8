//! What Nix's own parser takes and refuses.
//!
//! rnix gives the tree and most of the words of an error, but it is more lenient in some places and stricter in
//! others. The verdict is Nix's grammar's alone.

mod grammar;
mod lexer;

pub(super) use grammar::{Refusal, refusal};

use std::ops::Range;

use super::classes::Class;
use lexer::Tok;

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
        (token.at, class)
    })
}

/// Indented strings that are closed, in order of their ends: the quotes that open and close them.
pub(super) fn indented(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    for token in lexer::tokens(text) {
        match token.tok {
            Tok::IndOpen => open.push(token.at),
            Tok::IndClose => found.extend(open.pop().map(|opener| (opener, token.at))),
            _ => {}
        }
    }
    found
}
