//! Nix's own tokens (Nix 2.26, `lexer.l`): the longest match wins, and what a character means hangs on the stack of
//! strings, paths and braces around it.
//!
//! rnix cuts a few texts otherwise (unquoted URLs, paths, a lone carriage return, integers out of range), so that
//! its tokens cannot tell whether Nix would take a file.

use std::ops::Range;

/// Kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tok {
    If,
    Then,
    Else,
    Assert,
    With,
    Let,
    In,
    Rec,
    Inherit,
    Or,
    Ellipsis,
    /// A binary operator of two characters, or `->`; its place in the table of precedence.
    Operator(u8),
    PipeFrom,
    PipeInto,
    Id,
    Number,
    /// `${`.
    Dollar,
    Quote,
    /// Text of a string or path.
    Text,
    IndOpen,
    IndClose,
    Path,
    PathEnd,
    Search,
    Uri,
    /// Any other character.
    Char(u8),
    /// What Nix refuses in the midst of reading a token.
    Bad(Fault),
    End,
}

/// What Nix refuses in the midst of reading a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    OpenComment,
    Nul,
    PathEndsInSlash,
    LargeInteger,
    Number,
}

impl Fault {
    /// In words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::OpenComment => "a comment that is never closed",
            Self::Nul => "a NUL byte cannot stand in a string",
            Self::PathEndsInSlash => "a path cannot end in `/`",
            Self::LargeInteger => "an integer this large",
            Self::Number => "a number out of range",
        }
    }
}

/// A token and its place. Texts are smaller than 4 GiB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) tok: Tok,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    pub(super) fn at(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Initial,
    Default,
    Quoted,
    Indented,
    Path,
    /// In a path, after a `/`: something must follow.
    PathSlash,
}

/// Cuts a text. The last token is [`Tok::End`] or [`Tok::Bad`].
pub(super) fn tokens(text: &str) -> Vec<Token> {
    with_comments(text).0
}

/// The same, and the places of comments.
pub(super) fn with_comments(text: &str) -> (Vec<Token>, Vec<Range<u32>>) {
    let bytes = text.as_bytes();
    let mut lexer = Lexer {
        bytes,
        at: 0,
        states: vec![State::Initial],
        out: Vec::new(),
        comments: Vec::new(),
        path: Run::default(),
        scheme: Run::default(),
    };
    lexer.out.reserve(text.len() / 4);
    while lexer.step() {}
    (lexer.out, lexer.comments)
}

/// The end of the run of bytes last looked at: a token looks ahead over the whole run, and the next one within it
/// need not do so again.
#[derive(Default)]
struct Run {
    end: usize,
}

impl Run {
    /// Where the run of such bytes ends that goes on at a place.
    fn end(&mut self, bytes: &[u8], at: usize, within: impl Fn(u8) -> bool) -> usize {
        if self.end <= at {
            self.end = at + run(&bytes[at..], within);
        }
        self.end
    }
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    states: Vec<State>,
    out: Vec<Token>,
    comments: Vec<Range<u32>>,
    /// Of characters of a path.
    path: Run,
    /// Of characters of a URL's scheme.
    scheme: Run,
}

fn path_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-+".contains(&byte)
}

fn run(bytes: &[u8], within: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| within(**byte)).count()
}

impl Lexer<'_> {
    fn push(&mut self, tok: Tok, length: usize) {
        self.out.push(Token { tok, start: self.at as u32, end: (self.at + length) as u32 });
        self.at += length;
    }

    fn pop(&mut self) {
        if self.states.len() > 1 {
            self.states.pop();
        }
    }

    fn enter(&mut self, state: State, tok: Tok, length: usize) {
        self.states.push(state);
        self.push(tok, length);
    }

    /// One step; whether there is more.
    fn step(&mut self) -> bool {
        match self.states.last().copied().unwrap_or(State::Initial) {
            State::Initial | State::Default => self.code(),
            State::Quoted => self.quoted(),
            State::Indented => self.indented(),
            state @ (State::Path | State::PathSlash) => self.path(state),
        }
        !matches!(self.out.last(), Some(Token { tok: Tok::End | Tok::Bad(_), .. }))
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn code(&mut self) {
        let rest = self.rest();
        let Some(&first) = rest.first() else { return self.push(Tok::End, 0) };
        let skipped = blank(rest);
        if skipped > 0 {
            if !first.is_ascii_whitespace() {
                self.comments.push(self.at as u32..(self.at + skipped) as u32);
            }
            self.at += skipped;
            return;
        }
        match first {
            b'"' => return self.enter(State::Quoted, Tok::Quote, 1),
            b'\'' if rest.starts_with(b"''") => return self.enter(State::Indented, Tok::IndOpen, 2),
            b'$' if rest.starts_with(b"${") => return self.enter(State::Default, Tok::Dollar, 2),
            b'{' => return self.enter(State::Default, Tok::Char(b'{'), 1),
            b'}' => {
                self.push(Tok::Char(b'}'), 1);
                return self.pop();
            }
            _ => {}
        }
        if rest.starts_with(b"/*") {
            return self.push(Tok::Bad(Fault::OpenComment), 2);
        }
        if !first.is_ascii() {
            let length = 1 + run(&rest[1..], |b| b & 0xc0 == 0x80);
            return self.push(Tok::Char(first), length);
        }
        let (tok, length) = self.longest(first);
        let rest = self.rest();
        match tok {
            Tok::Path => {
                let slash = rest[length - 1] == b'/';
                self.enter(if slash { State::PathSlash } else { State::Path }, tok, length);
            }
            _ => self.push(tok, length),
        }
    }

    /// The longest token of code here; the first of those that are as long.
    fn longest(&mut self, first: u8) -> (Tok, usize) {
        let rest = &self.bytes[self.at..];
        let mut best = operator(rest).unwrap_or((Tok::Char(first), 1));
        if first.is_ascii_alphabetic() || first == b'_' {
            let length = run(rest, |b| b.is_ascii_alphanumeric() || b"_'-".contains(&b));
            best = (word(&rest[..length]), length);
            // Only then it may be the beginning of something longer.
            if !matches!(rest.get(length), Some(b'.' | b'+' | b'/' | b':' | b'_')) {
                return best;
            }
        }
        let mut offer = |tok, length| {
            if length > best.1 || length == best.1 && matches!(best.0, Tok::Char(_)) {
                best = (tok, length);
            }
        };
        if first.is_ascii_alphabetic() {
            let scheme = self.scheme.end(self.bytes, self.at, |b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
            offer(Tok::Uri, uri_length(rest, scheme - self.at));
        }
        if first.is_ascii_digit() || first == b'.' {
            let (tok, length) = number(rest);
            if length > 0 {
                offer(tok, length);
            }
        }
        if path_char(first) || first == b'/' {
            let start = self.path.end(self.bytes, self.at, path_char) - self.at;
            offer(Tok::Path, path_length(rest, start));
            if rest[start..].starts_with(b"/${") && start + 3 > best.1 {
                return (Tok::Path, start + 1);
            }
        }
        if rest.starts_with(b"~/") {
            let length = path_length(&rest[1..], 0);
            if length > 0 {
                return (Tok::Path, length + 1);
            }
            if rest.starts_with(b"~/${") {
                return (Tok::Path, 2);
            }
        }
        if first == b'<' {
            let length = search_length(rest);
            if length > best.1 {
                return (Tok::Search, length);
            }
        }
        best
    }

    fn quoted(&mut self) {
        let rest = self.rest();
        let mut length = 0;
        loop {
            length += match &rest[length..] {
                [b'$', b'{', ..] | [b'"', ..] => break,
                // A `$` before the closing quote is text.
                [b'$', b'"', ..] => 1,
                [b'$', b'\\', _, ..] => 3,
                // What a string cannot end in.
                [] | [b'\\' | b'$'] | [b'$', b'\\'] => {
                    self.at += length;
                    return self.push(Tok::End, 0);
                }
                [b'\\' | b'$', _, ..] => 2,
                [_, ..] => 1,
            };
        }
        if length > 0 {
            return self.literal(length);
        }
        if rest[0] == b'"' {
            self.push(Tok::Quote, 1);
            return self.pop();
        }
        self.enter(State::Default, Tok::Dollar, 2);
    }

    fn indented(&mut self) {
        let rest = self.rest();
        let mut length = 0;
        loop {
            length += match &rest[length..] {
                [b'\'', b'\'', b'$' | b'\'', ..] => 3,
                [b'\'', b'\'', b'\\', _, ..] => 4,
                [b'\'', b'\'', ..] | [b'$', b'{', ..] | [] => break,
                // Nix reads `'x` and `$x` as two characters of text, so that `$$` hides a `{` behind it.
                [b'\'', b'$', ..] | [b'$', b'\'', ..] => 1,
                [b'\'' | b'$', _, ..] => 2,
                [_, ..] => 1,
            };
        }
        if length > 0 {
            return self.literal(length);
        }
        match rest {
            [] => self.push(Tok::End, 0),
            [b'$', ..] => self.enter(State::Default, Tok::Dollar, 2),
            _ => {
                self.push(Tok::IndClose, 2);
                self.pop();
            }
        }
    }

    fn literal(&mut self, length: usize) {
        match self.rest()[..length].iter().position(|byte| *byte == 0) {
            Some(zero) => {
                self.at += zero;
                self.push(Tok::Bad(Fault::Nul), 1);
            }
            None => self.push(Tok::Text, length),
        }
    }

    fn path(&mut self, state: State) {
        let rest = self.rest();
        if rest.starts_with(b"${") {
            self.pop();
            self.states.push(State::Path);
            return self.enter(State::Default, Tok::Dollar, 2);
        }
        let start = run(rest, path_char);
        let whole = path_length(rest, start);
        let segment = if rest.get(start) == Some(&b'/') { start + 1 } else { start };
        let length = whole.max(segment);
        if length > 0 {
            let slash = rest[length - 1] == b'/';
            self.pop();
            return self.enter(if slash { State::PathSlash } else { State::Path }, Tok::Text, length);
        }
        self.pop();
        match state {
            State::PathSlash => self.push(Tok::Bad(Fault::PathEndsInSlash), 0),
            _ => self.push(Tok::PathEnd, 0),
        }
    }
}

/// Length of white space or a comment.
fn blank(rest: &[u8]) -> usize {
    match rest {
        [b' ' | b'\t' | b'\r' | b'\n', ..] => run(rest, |b| matches!(b, b' ' | b'\t' | b'\r' | b'\n')),
        [b'#', ..] => run(rest, |b| !matches!(b, b'\r' | b'\n')),
        [b'/', b'*', inside @ ..] => inside.windows(2).position(|pair| pair == b"*/").map_or(0, |end| end + 4),
        _ => 0,
    }
}

/// Length of a path literal here, or 0; its first part is as long as said.
fn path_length(rest: &[u8], first: usize) -> usize {
    let mut length = first;
    let mut slashes = 0;
    loop {
        if rest.get(length) != Some(&b'/') {
            break;
        }
        let part = run(&rest[length + 1..], path_char);
        if part == 0 {
            length += usize::from(slashes > 0);
            break;
        }
        slashes += 1;
        length += 1 + part;
    }
    if slashes > 0 { length } else { 0 }
}

/// Length of a URL with a scheme of this length here, or 0.
fn uri_length(rest: &[u8], scheme: usize) -> usize {
    if rest.get(scheme) != Some(&b':') {
        return 0;
    }
    let body = run(&rest[scheme + 1..], |b| b.is_ascii_alphanumeric() || b"%/?:@&=+$,-_.!~*'".contains(&b));
    if body > 0 { scheme + 1 + body } else { 0 }
}

fn search_length(rest: &[u8]) -> usize {
    let inside = &rest[1..];
    let mut length = run(inside, path_char);
    if length == 0 {
        return 0;
    }
    while inside.get(length) == Some(&b'/') {
        let part = run(&inside[length + 1..], path_char);
        if part == 0 {
            return 0;
        }
        length += 1 + part;
    }
    if inside.get(length) == Some(&b'>') { length + 2 } else { 0 }
}

/// An integer or a floating point number; one that is out of range is refused.
fn number(rest: &[u8]) -> (Tok, usize) {
    let digits = run(rest, |b| b.is_ascii_digit());
    let fraction = |from: usize| run(&rest[from..], |b| b.is_ascii_digit());
    let dot = rest.get(digits) == Some(&b'.');
    let float = match digits {
        _ if !dot => 0,
        0 | 1 if digits == 0 || rest[0] == b'0' => match fraction(digits + 1) {
            0 => 0,
            more => digits + 1 + more,
        },
        _ if rest[0] != b'0' => digits + 1 + fraction(digits + 1),
        _ => 0,
    };
    let text = |length: usize| std::str::from_utf8(&rest[..length]).unwrap_or_default();
    if float == 0 {
        let good = digits == 0 || text(digits).parse::<i64>().is_ok();
        return (if good { Tok::Number } else { Tok::Bad(Fault::LargeInteger) }, digits);
    }
    let mut length = float;
    if matches!(rest.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
        let exponent = run(&rest[length + 1 + sign..], |b| b.is_ascii_digit());
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let zero = !rest[..float].iter().any(|b| (b'1'..=b'9').contains(b));
    let good = text(length).parse::<f64>().is_ok_and(|value| zero || value.is_normal());
    (if good { Tok::Number } else { Tok::Bad(Fault::Number) }, length)
}

fn word(text: &[u8]) -> Tok {
    match text {
        b"if" => Tok::If,
        b"then" => Tok::Then,
        b"else" => Tok::Else,
        b"assert" => Tok::Assert,
        b"with" => Tok::With,
        b"let" => Tok::Let,
        b"in" => Tok::In,
        b"rec" => Tok::Rec,
        b"inherit" => Tok::Inherit,
        b"or" => Tok::Or,
        _ => Tok::Id,
    }
}

/// Operators that are longer than a character, with their precedence (`grammar.rs`).
fn operator(rest: &[u8]) -> Option<(Tok, usize)> {
    if rest.starts_with(b"...") {
        return Some((Tok::Ellipsis, 3));
    }
    let tok = match rest.get(..2)? {
        b"->" => Tok::Operator(1),
        b"||" => Tok::Operator(2),
        b"&&" => Tok::Operator(3),
        b"==" | b"!=" => Tok::Operator(4),
        b"<=" | b">=" => Tok::Operator(5),
        b"//" => Tok::Operator(6),
        b"++" => Tok::Operator(10),
        b"<|" => Tok::PipeFrom,
        b"|>" => Tok::PipeInto,
        _ => return None,
    };
    Some((tok, 2))
}
