//! Which bracket was never closed: tokens, and where those do not tell, indentation.

use rnix::SyntaxKind::{
    self, TOKEN_ASSERT, TOKEN_IN, TOKEN_INTERPOL_END, TOKEN_INTERPOL_START, TOKEN_L_BRACE, TOKEN_L_BRACK,
    TOKEN_L_PAREN, TOKEN_LET, TOKEN_R_BRACE, TOKEN_R_BRACK, TOKEN_R_PAREN, TOKEN_SEMICOLON, TOKEN_WITH,
};

use super::problem::Tokens;

/// A bracket that was opened and not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// Number of the opener's token.
    pub(super) opener: usize,
    /// Number of the token that shows it.
    pub(super) shown_by: Option<usize>,
}

struct Open {
    token: usize,
    kind: SyntaxKind,
    /// `with`, `assert` and `let` in it whose `;` or `in` is still to come.
    prefixes: u32,
    lets: u32,
}

/// The bracket that the tokens up to `last` (inclusive) show to be unclosed.
pub(super) fn unclosed(tokens: &Tokens<'_>, last: usize) -> Option<Unclosed> {
    let mut open: Vec<Open> = Vec::new();
    let mut suspect: Option<Unclosed> = None;
    for number in 0..=last.min(tokens.len().saturating_sub(1)) {
        let kind = tokens.kind(number);
        match kind {
            TOKEN_L_PAREN | TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_INTERPOL_START => {
                open.push(Open { token: number, kind, prefixes: 0, lets: 0 });
            }
            TOKEN_R_PAREN | TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_INTERPOL_END => {
                let Some(top) = open.last() else { return suspect };
                if closer(top.kind) != kind {
                    return Some(suspect.unwrap_or(Unclosed { opener: top.token, shown_by: Some(number) }));
                }
                suspect = suspect.or_else(|| outdented(tokens, &open, number));
                open.pop();
            }
            _ => {
                if let Some(top) = open.last_mut()
                    && top.ends_early(kind)
                    && !closes_later(tokens, number)
                {
                    return Some(Unclosed { opener: top.token, shown_by: Some(number) });
                }
            }
        }
    }
    if last + 1 < tokens.len() {
        return None;
    }
    let innermost = open.last().map(|top| Unclosed { opener: top.token, shown_by: None });
    if innermost.is_some() { suspect.or(innermost) } else { None }
}

/// The closer at `last` or before it, if no bracket of its kind is open there: a `)` or `]` too many.
pub(super) fn stray(tokens: &Tokens<'_>, last: usize) -> Option<usize> {
    let mut open = Vec::new();
    for number in 0..=last.min(tokens.len().saturating_sub(1)) {
        match tokens.kind(number) {
            kind @ (TOKEN_L_PAREN | TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_INTERPOL_START) => open.push(kind),
            kind @ (TOKEN_R_PAREN | TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_INTERPOL_END) => {
                let top = *open.last()?;
                if closer(top) != kind {
                    let is_list = matches!(kind, TOKEN_R_PAREN | TOKEN_R_BRACK);
                    return (is_list && !open.iter().any(|other| closer(*other) == kind)).then_some(number);
                }
                open.pop();
            }
            _ => {}
        }
    }
    None
}

impl Open {
    /// Whether a token cannot stand in this bracket: a `;` in parentheses or a list that belongs to
    /// no `with`, `assert` or `let`.
    fn ends_early(&mut self, kind: SyntaxKind) -> bool {
        match kind {
            TOKEN_WITH | TOKEN_ASSERT => self.prefixes += 1,
            TOKEN_LET => self.lets += 1,
            TOKEN_IN => self.lets = self.lets.saturating_sub(1),
            TOKEN_SEMICOLON if self.prefixes > 0 => self.prefixes -= 1,
            TOKEN_SEMICOLON => return self.lets == 0 && matches!(self.kind, TOKEN_L_PAREN | TOKEN_L_BRACK),
            _ => {}
        }
        false
    }
}

fn closer(opener: SyntaxKind) -> SyntaxKind {
    match opener {
        TOKEN_L_PAREN => TOKEN_R_PAREN,
        TOKEN_L_BRACK => TOKEN_R_BRACK,
        TOKEN_INTERPOL_START => TOKEN_INTERPOL_END,
        _ => TOKEN_R_BRACE,
    }
}

/// Whether the bracket around a token is closed further on, before another bracket around it is.
fn closes_later(tokens: &Tokens<'_>, from: usize) -> bool {
    let mut depth = 0u32;
    for number in from..tokens.len() {
        match tokens.kind(number) {
            TOKEN_L_PAREN | TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_INTERPOL_START => depth += 1,
            TOKEN_R_PAREN | TOKEN_R_BRACK if depth == 0 => return true,
            TOKEN_R_BRACE | TOKEN_INTERPOL_END if depth == 0 => return false,
            TOKEN_R_PAREN | TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_INTERPOL_END => depth -= 1,
            _ => {}
        }
    }
    false
}

/// A closer that begins its line further out than its opener's line does, and as far out as the line
/// of an outer bracket of the same kind: the inner one lacks its closer.
fn outdented(tokens: &Tokens<'_>, open: &[Open], number: usize) -> Option<Unclosed> {
    let top = open.last()?;
    let indent = tokens.leading(number)?;
    let inner = tokens.line_indent(top.token);
    let outer = open[..open.len() - 1].iter().rev().find(|outer| outer.kind == top.kind)?;
    let shown = indent < inner && tokens.line_indent(outer.token) == indent;
    shown.then_some(Unclosed { opener: top.token, shown_by: Some(number) })
}
