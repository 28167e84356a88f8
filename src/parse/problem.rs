//! The first syntax error, at its cause and in words.
//!
//! A parser reports where it noticed; a person wants to know where it went wrong. Nothing is reported that Nix's
//! grammar does not refuse.

use std::ops::Range;

use rnix::SyntaxKind::{
    self, NODE_ATTRPATH, NODE_ATTRPATH_VALUE, TOKEN_ASSIGN, TOKEN_DOT, TOKEN_IDENT, TOKEN_INHERIT, TOKEN_INTERPOL_END,
    TOKEN_INTERPOL_START, TOKEN_L_PAREN, TOKEN_R_BRACE, TOKEN_R_BRACK, TOKEN_R_PAREN, TOKEN_SEMICOLON,
    TOKEN_STRING_CONTENT, TOKEN_STRING_END, TOKEN_STRING_START,
};
use rnix::{ParseError, SyntaxNode, TextRange};
use rowan::GreenNode;

use super::guard::Token;
use super::nix::Refusal;
use super::{Edit, Problem, brackets, early, guard, words};

/// Tokens that count, with their places.
pub(super) struct Tokens<'a> {
    text: &'a str,
    rows: Vec<(SyntaxKind, Range<usize>)>,
    line_starts: Vec<usize>,
}

/// Indentation beyond this many bytes is not told apart.
const MAX_INDENT: usize = 1_000;

impl<'a> Tokens<'a> {
    fn new(text: &'a str, tokens: &[Token<'_>]) -> Self {
        let mut at = 0;
        let mut rows = Vec::new();
        for (kind, token) in tokens {
            if !kind.is_trivia() {
                rows.push((*kind, at..at + token.len()));
            }
            at += token.len();
        }
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
        Self { text, rows, line_starts }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn kind(&self, number: usize) -> SyntaxKind {
        self.rows.get(number).map_or(SyntaxKind::TOKEN_ERROR, |row| row.0)
    }

    fn range(&self, number: usize) -> Range<usize> {
        self.rows.get(number).map_or(self.text.len()..self.text.len(), |row| row.1.clone())
    }

    fn text(&self, number: usize) -> &'a str {
        &self.text[self.range(number)]
    }

    /// The first token that ends after an offset.
    fn at(&self, offset: usize) -> usize {
        self.rows.partition_point(|row| row.1.end <= offset)
    }

    pub(super) fn line_start(&self, number: usize) -> usize {
        let start = self.range(number).start;
        let line = self.line_starts.partition_point(|line| *line <= start);
        self.line_starts.get(line.wrapping_sub(1)).copied().unwrap_or(0)
    }

    /// Indentation in bytes of the line a token is on.
    pub(super) fn line_indent(&self, number: usize) -> usize {
        let line = &self.text.as_bytes()[self.line_start(number)..];
        line.iter().take(MAX_INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
    }

    /// Indentation of a token that is the first on its line.
    pub(super) fn leading(&self, number: usize) -> Option<usize> {
        let first = number == 0 || self.range(number - 1).end <= self.line_start(number);
        first.then(|| self.line_indent(number))
    }

    fn found(&self, number: usize) -> String {
        if number >= self.len() {
            return "the end of the file".to_owned();
        }
        words::found(self.kind(number), self.text(number))
    }

    /// The last character of a token.
    fn last_char(&self, number: usize) -> Range<usize> {
        let range = self.range(number);
        let last = self.text[range.clone()].chars().next_back().map_or(0, char::len_utf8);
        range.end - last..range.end
    }
}

const CLOSED_EARLY: &str = "indented string closed early by `''`";
const OPENER: &str = "the indented string begins here";

struct Cause {
    message: String,
    at: Range<usize>,
    opener: Option<(Range<usize>, String)>,
    /// The `''` that ended an indented string early.
    early: Option<Range<usize>>,
}

impl Cause {
    fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        Self { message: message.into(), at, opener: None, early: None }
    }
}

/// Explains the first error of a text. `error` is what rnix says, if it noticed at all.
pub(super) fn explain(
    text: &str,
    tokens: &[Token<'_>],
    green: &GreenNode,
    error: Option<&ParseError>,
    refusal: &Refusal,
) -> Problem {
    let tokens = Tokens::new(text, tokens);
    let small = |range: Range<usize>| range.start as u32..range.end as u32;
    if refusal.reason.is_none()
        && let Some(early) = early::find(text, refusal.at.start)
        && let Some(first) = early.edits.first().cloned()
    {
        return Problem {
            within: within(green, first.start),
            message: CLOSED_EARLY.to_owned(),
            at: small(first),
            opener: Some((small(early.opener), OPENER.to_owned())),
            edits: early.edits.into_iter().map(|at| Edit { at: small(at), text: "'''" }).collect(),
        };
    }
    let cause = evident(text, refusal.at.start)
        .or_else(|| unclosed_by_next(&tokens, refusal))
        .unwrap_or_else(|| cause(&tokens, error, refusal));
    Problem {
        within: within(green, cause.at.start),
        message: cause.message,
        at: small(cause.at),
        opener: cause.opener.map(|(range, words)| (small(range), words)),
        edits: cause.early.map(|first| repair(text, first)).unwrap_or_default(),
    }
}

/// What the text at the place of the error says by itself: what a merge left behind, a comment without its end.
fn evident(text: &str, refused: usize) -> Option<Cause> {
    let rest = text.get(refused..)?;
    if rest.starts_with("/*") {
        return Some(Cause::new("comment that begins with `/*` is never closed", refused..refused + 2));
    }
    let start = text[..refused].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].lines().next().unwrap_or("");
    let marker = ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> "]
        .into_iter()
        .find(|marker| line.starts_with(marker))?;
    let whole = marker.ends_with(' ') || line.trim_end() == marker;
    whole.then(|| Cause::new(format!("`{}` is left of a merge", marker.trim_end()), start..start + 7))
}

/// Most places of a file that one fix mends, and the size up to which more than one is looked for.
const MAX_EDITS: usize = 50;
const MAX_MENDED: usize = 4 * 1024 * 1024;

/// Writes `'''` for the `''` that ended a string early, and again where the next one does the same.
fn repair(text: &str, first: Range<usize>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut mended = text.to_owned();
    let mut next = Some(first);
    while let Some(at) = next.take() {
        // Every edit before this one made the text a byte longer.
        let offset = edits.len();
        edits.push(Edit { at: (at.start - offset) as u32..(at.end - offset) as u32, text: "'''" });
        mended.insert(at.end, '\'');
        if edits.len() == MAX_EDITS || text.len() > MAX_MENDED {
            break;
        }
        let Ok(tokens) = guard::tokens(&mended) else { break };
        let Some(refusal) = guard::refusal(&mended, &tokens) else { break };
        let tokens = Tokens::new(&mended, &tokens);
        let refused = tokens.at(refusal.at.start);
        let early = closed_early(&tokens, refused).and_then(|cause| cause.early);
        next = early.filter(|early| early.start > at.end);
    }
    edits
}

fn cause(tokens: &Tokens<'_>, error: Option<&ParseError>, refusal: &Refusal) -> Cause {
    let refused = tokens.at(refusal.at.start);
    let noticed = error.map_or(refused, |error| noticed(tokens, error));
    // The first place counts, whoever sees it. A token that rnix cuts otherwise is where Nix stops within it.
    if noticed <= refused
        && let Some(error) = error
    {
        return unclosed_string(tokens, error)
            .or_else(|| closed_early(tokens, noticed))
            .or_else(|| unclosed_bracket(tokens, noticed))
            .or_else(|| unended_inherit(tokens, noticed))
            .unwrap_or_else(|| plain(tokens, noticed, error));
    }
    let at = refusal.at.clone();
    if let Some(reason) = refusal.reason {
        return Cause::new(reason, at);
    }
    closed_early(tokens, refused).or_else(|| unclosed_bracket(tokens, refused)).unwrap_or_else(|| {
        if refusal.expected == "`;`" {
            return semicolon(tokens, refused);
        }
        if let Some(cause) = unended_inherit(tokens, refused) {
            return cause;
        }
        let at = if at.is_empty() { tokens.last_char(tokens.len().saturating_sub(1)) } else { at };
        Cause::new(format!("expected {}, found {}", refusal.expected, tokens.found(refused)), at)
    })
}

/// An indented string without its end: the quotes that open the next one close it.
fn unclosed_by_next(tokens: &Tokens<'_>, refusal: &Refusal) -> Option<Cause> {
    if refusal.reason.is_some() {
        return None;
    }
    let (open, close) = early::unclosed(tokens.text, refusal.at.start)?;
    let mut cause = Cause::new("indented string that begins with `''` is never closed", open);
    cause.opener = Some((close, "these quotes, which look like the start of the next string, end it".to_owned()));
    Some(cause)
}

/// The token at which the parser noticed.
fn noticed(tokens: &Tokens<'_>, error: &ParseError) -> usize {
    match error {
        ParseError::Unexpected(range)
        | ParseError::UnexpectedExtra(range)
        | ParseError::UnexpectedWanted(_, range, _)
        | ParseError::UnexpectedDoubleBind(range)
        | ParseError::DuplicatedArgs(range, _) => tokens.at(range.start().into()),
        _ => tokens.len(),
    }
}

fn unclosed_string(tokens: &Tokens<'_>, error: &ParseError) -> Option<Cause> {
    let (ParseError::UnexpectedWanted(_, _, wanted) | ParseError::UnexpectedEOFWanted(wanted)) = error else {
        return None;
    };
    wanted.contains(&TOKEN_STRING_CONTENT).then_some(())?;
    let mut open = Vec::new();
    let mut swallowed = None;
    for number in 0..tokens.len() {
        match tokens.kind(number) {
            TOKEN_STRING_START | TOKEN_INTERPOL_START => open.push(number),
            TOKEN_STRING_END => {
                let start = open.pop()?;
                swallowed = swallowed.or_else(|| swallows_next(tokens, start, number).then_some(start));
            }
            TOKEN_INTERPOL_END => {
                open.pop();
            }
            _ => {}
        }
    }
    let mut opener = *open.iter().rev().find(|number| tokens.kind(**number) == TOKEN_STRING_START)?;
    if let Some(cause) = unclosed_interpolation(tokens, &open, opener) {
        return Some(cause);
    }
    if tokens.text(opener) == "\"" {
        opener = swallowed.unwrap_or(opener);
    }
    // What seems to open here may be the end of a string that another quote has closed before.
    if let Some(early) = closed_early(tokens, opener) {
        return Some(early);
    }
    let quote = tokens.text(opener);
    let kind = if quote == "\"" { "string" } else { "indented string" };
    Some(Cause::new(format!("{kind} that begins with `{quote}` is never closed"), tokens.range(opener)))
}

/// Whether a string's end is the quote that was to begin the next one: over the end of a line, and right before a word.
fn swallows_next(tokens: &Tokens<'_>, start: usize, end: usize) -> bool {
    let (from, to) = (tokens.range(start), tokens.range(end));
    let after = tokens.text[to.end..].chars().next();
    tokens.text(start) == "\""
        && tokens.text[from.end..to.start].contains('\n')
        && after.is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | '/' | '.' | '$' | '-'))
}

/// A `${` without its end takes the quotes that close the string around it for the start of another one.
fn unclosed_interpolation(tokens: &Tokens<'_>, open: &[usize], last: usize) -> Option<Cause> {
    let at = open.iter().position(|number| *number == last)?;
    let [outer, hole] = *open.get(at.checked_sub(2)?..at)? else { return None };
    if tokens.kind(hole) != TOKEN_INTERPOL_START || tokens.text(outer) != tokens.text(last) {
        return None;
    }
    let closes = if tokens.text(last) == "\"" {
        tokens.line_start(hole) == tokens.line_start(last)
    } else {
        tokens.leading(last).is_some_and(|indent| indent <= tokens.line_indent(outer))
    };
    let words = "these quotes, which look like the end of the string, are read as part of it".to_owned();
    closes.then(|| Cause {
        message: "`${` is not closed".to_owned(),
        at: tokens.range(hole),
        opener: Some((tokens.range(last), words)),
        early: None,
    })
}

/// `inherit a` without its `;`, before `b = 1;`: what is not expected is the `=`.
fn unended_inherit(tokens: &Tokens<'_>, noticed: usize) -> Option<Cause> {
    let name = noticed.checked_sub(1)?;
    let is_binding = tokens.kind(noticed) == TOKEN_ASSIGN && tokens.leading(name).is_some();
    let before = (0..name).rev().find(|number| tokens.kind(*number) != TOKEN_IDENT)?;
    let inherits = match tokens.kind(before) {
        TOKEN_INHERIT => true,
        TOKEN_R_PAREN => {
            let opener = (0..before).rev().find(|number| tokens.kind(*number) == TOKEN_L_PAREN)?;
            opener > 0 && tokens.kind(opener - 1) == TOKEN_INHERIT
        }
        _ => false,
    };
    (is_binding && inherits).then(|| {
        let message = format!("expected `;`, found {}", tokens.found(name));
        Cause::new(message, tokens.last_char(name - 1))
    })
}

/// A `''` inside the text of an indented string ended it: `sed "s/'/''/g"`.
fn closed_early(tokens: &Tokens<'_>, before: usize) -> Option<Cause> {
    let mut open = Vec::new();
    for number in 0..before.min(tokens.len()) {
        match tokens.kind(number) {
            TOKEN_STRING_START => open.push(number),
            TOKEN_STRING_END => {
                let start = open.pop()?;
                if tokens.text(number) == "''" && cuts_text(tokens, start, number) {
                    return Some(Cause {
                        message: CLOSED_EARLY.to_owned(),
                        at: tokens.range(number),
                        opener: Some((tokens.range(start), OPENER.to_owned())),
                        early: Some(tokens.range(number)),
                    });
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether an indented string of several lines ends in the midst of a line, before what cannot
/// follow a string there.
fn cuts_text(tokens: &Tokens<'_>, start: usize, end: usize) -> bool {
    let (from, to) = (tokens.range(start).end, tokens.range(end));
    let inside = &tokens.text[from..to.start];
    let line = inside.rsplit('\n').next().unwrap_or("");
    if !inside.contains('\n') || line.trim().is_empty() {
        return false;
    }
    let rest = &tokens.text[to.end..];
    let after = rest.trim_start_matches([' ', '\t']);
    let glued = after.len() == rest.len();
    let closes =
        after.is_empty() || after.starts_with([';', ')', ']', '}', ',', '+', '\n', '\r', '#', '=', '.', '<', '|']);
    let word = |word: &str| !glued && after.starts_with(word);
    !(closes || word("then") || word("else") || word("in") || word("//") || word("''") || word("/*"))
}

fn unclosed_bracket(tokens: &Tokens<'_>, noticed: usize) -> Option<Cause> {
    if let Some(stray) = brackets::stray(tokens, noticed) {
        return Some(Cause::new(format!("{} closes nothing", tokens.found(stray)), tokens.range(stray)));
    }
    let found = brackets::unclosed(tokens, noticed)?;
    let at = tokens.range(found.opener);
    let bracket = tokens.text(found.opener);
    let Some(shown) = found.shown_by else {
        return Some(Cause::new(format!("`{bracket}` is never closed"), at));
    };
    let by = tokens.found(shown);
    let words = match tokens.kind(shown) {
        TOKEN_SEMICOLON => "a `;` cannot stand inside it".to_owned(),
        _ => format!("this {by} belongs to an outer bracket"),
    };
    Some(Cause {
        message: format!("`{bracket}` is not closed before {by}"),
        at,
        opener: Some((tokens.range(shown), words)),
        early: None,
    })
}

fn plain(tokens: &Tokens<'_>, noticed: usize, error: &ParseError) -> Cause {
    let at = tokens.range(noticed);
    match error {
        ParseError::UnexpectedWanted(_, _, wanted) if **wanted == [TOKEN_SEMICOLON] => semicolon(tokens, noticed),
        ParseError::UnexpectedWanted(_, _, wanted) => {
            Cause::new(format!("expected {}, found {}", words::wanted(wanted), tokens.found(noticed)), at)
        }
        ParseError::UnexpectedEOFWanted(wanted) => {
            let at = tokens.last_char(tokens.len().saturating_sub(1));
            Cause::new(format!("expected {}, found the end of the file", words::wanted(wanted)), at)
        }
        ParseError::UnexpectedExtra(_) => match tokens.kind(noticed) {
            TOKEN_R_BRACE | TOKEN_R_BRACK | TOKEN_R_PAREN => {
                Cause::new(format!("{} closes nothing", tokens.found(noticed)), at)
            }
            _ => Cause::new(format!("expected the end of the file, found {}", tokens.found(noticed)), at),
        },
        ParseError::UnexpectedDoubleBind(range) => {
            Cause::new("`@` names the arguments a second time", usizes(*range, tokens.text))
        }
        ParseError::DuplicatedArgs(range, name) => {
            Cause::new(format!("argument `{name}` is declared twice"), usizes(*range, tokens.text))
        }
        ParseError::Unexpected(_) => Cause::new(format!("{} is not expected here", tokens.found(noticed)), at),
        _ if tokens.len() == 0 => Cause::new("expected an expression, found the end of the file", 0..0),
        _ => {
            let at = tokens.last_char(tokens.len() - 1);
            Cause::new("expected an expression, found the end of the file", at)
        }
    }
}

/// A `;` is missing at the end of what stands before, not where the next line surprises the parser.
fn semicolon(tokens: &Tokens<'_>, noticed: usize) -> Cause {
    let mut next = noticed;
    if tokens.kind(noticed) == TOKEN_ASSIGN {
        // `a = 1 b = 2;`: rnix reads `1 b`, but the `=` says that `b` begins a binding.
        let mut name = noticed;
        while name > 0 && matches!(tokens.kind(name - 1), TOKEN_IDENT | TOKEN_DOT) {
            let joined = tokens.kind(name - 1) == TOKEN_DOT || tokens.kind(name) != TOKEN_IDENT;
            if !joined {
                break;
            }
            name -= 1;
        }
        if name > 0 && tokens.kind(name) == TOKEN_IDENT && tokens.kind(name - 1) != TOKEN_ASSIGN {
            next = name;
        }
    }
    let at = if next == 0 { tokens.range(next) } else { tokens.last_char(next - 1) };
    Cause::new(format!("expected `;`, found {}", tokens.found(next)), at)
}

fn usizes(range: TextRange, text: &str) -> Range<usize> {
    usize::from(range.start()).min(text.len())..usize::from(range.end()).min(text.len())
}

/// Names of the bindings around an offset, dotted.
fn within(green: &GreenNode, offset: usize) -> Option<String> {
    let root = SyntaxNode::new_root(green.clone());
    let last = root.text_range().end();
    let at = rowan::TextSize::new(offset as u32).min(last);
    let token = root.token_at_offset(at).right_biased()?;
    let mut names: Vec<String> = token
        .parent_ancestors()
        .filter(|node| node.kind() == NODE_ATTRPATH_VALUE)
        .filter_map(|node| node.children().find(|child| child.kind() == NODE_ATTRPATH))
        .filter(|path| path.text_range().start() <= at)
        .map(|path| path.text().to_string())
        .filter(|name| {
            name.len() <= 80 && !name.contains('\n') && (!name.contains(['{', ' ']) || name.contains(['"', '$']))
        })
        .collect();
    names.reverse();
    (!names.is_empty()).then(|| names.join("."))
}
