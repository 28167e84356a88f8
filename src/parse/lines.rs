//! Lines by kind, and the comments that speak to this program, in one pass over the pieces of a text.

use std::ops::Range;

use rnix::SyntaxKind;

use crate::source::Lines;

/// What a piece of text is, as far as lines are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Code, white space, or (part of) a string.
    Code,
    /// A comment.
    Comment,
}

/// The kind of a token. A block comment that is never closed is an error token to rnix.
pub(super) fn kind(token: SyntaxKind, text: &str) -> Kind {
    let open_comment = token == SyntaxKind::TOKEN_ERROR && text.starts_with("/*");
    if token == SyntaxKind::TOKEN_COMMENT || open_comment { Kind::Comment } else { Kind::Code }
}

/// The pieces of a text of which the comments are known.
pub(super) fn pieces<'a>(text: &'a str, comments: &'a [Range<u32>]) -> impl Iterator<Item = (Kind, &'a str)> {
    let ends = comments.iter().map(|comment| comment.end as usize);
    let starts = comments.iter().map(|comment| comment.start as usize).chain([text.len()]);
    let code = std::iter::once(0).chain(ends).zip(starts).map(|(from, to)| (Kind::Code, &text[from..to]));
    let comments = comments.iter().map(|comment| (Kind::Comment, &text[comment.start as usize..comment.end as usize]));
    code.zip(comments.map(Some).chain([None]))
        .flat_map(|(code, comment)| [Some(code), comment])
        .flatten()
}

#[derive(Default)]
struct Count {
    lines: Lines,
    code: bool,
    comment: bool,
}

impl Count {
    fn end_line(&mut self) {
        self.lines.total += 1;
        match (self.code, self.comment) {
            (true, _) => self.lines.code += 1,
            (false, true) => self.lines.comment += 1,
            (false, false) => self.lines.blank += 1,
        }
        (self.code, self.comment) = (false, false);
    }
}

/// Counts the lines of a text that is given in pieces without gaps, and finds its directives.
pub(super) fn count<'a>(pieces: impl Iterator<Item = (Kind, &'a str)>) -> (Lines, Vec<Range<u32>>) {
    let mut count = Count::default();
    let mut directives = Vec::new();
    let mut offset = 0;
    let mut open = false;
    for (kind, piece) in pieces {
        for (nth, line) in piece.split('\n').enumerate() {
            if nth > 0 {
                count.end_line();
                open = false;
            }
            match kind {
                // An empty line within a block comment is part of it.
                Kind::Comment => count.comment |= nth > 0 || !line.is_empty(),
                Kind::Code => count.code |= !line.trim().is_empty(),
            }
            open |= !line.is_empty();
        }
        if kind == Kind::Comment && piece.contains("flake-audit:") {
            directives.push(offset as u32..(offset + piece.len()) as u32);
        }
        offset += piece.len();
    }
    if open {
        count.end_line();
    }
    (count.lines, directives)
}
