//! Whether Nix takes a text: its grammar (Nix 2.26, `parser.y`) as a recogniser.
//!
//! Pipe operators are taken, for they only need a setting. A text that goes deeper than the bound is taken too: who
//! does not know does not refuse.

use std::ops::Range;

use super::lexer::{Tok, Token, tokens};

/// Depth at which the recogniser gives up; the guard's bounds on nesting and chains are below it.
const MAX_DEPTH: usize = 20_000;

/// Where and why Nix stops reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::parse) struct Refusal {
    /// The token that does not fit; empty at the end of the file.
    pub(in crate::parse) at: Range<usize>,
    /// What is wrong, where the token itself or its meaning is ("dynamic attributes …").
    pub(in crate::parse) reason: Option<&'static str>,
    /// What could stand there.
    pub(in crate::parse) expected: &'static str,
}

/// The first place at which Nix's parser stops.
pub(in crate::parse) fn refusal(text: &str) -> Option<Refusal> {
    let mut parser = Parser { tokens: tokens(text), at: 0, depth: 0 };
    let end = parser.expr().and_then(|()| parser.expect(Tok::End, "the end of the file"));
    match end {
        Ok(()) | Err(Stop::Deep) => None,
        Err(Stop::Refused(refusal)) => Some(refusal),
    }
}

enum Stop {
    Refused(Refusal),
    Deep,
}

type Parse = Result<(), Stop>;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

const fn c(byte: u8) -> Tok {
    Tok::Char(byte)
}

/// Precedence of `!` and of `-` before an operand, and of `?`.
const NOT: u8 = 7;
const HAS: u8 = 11;
const NEGATE: u8 = 12;

fn precedence(tok: Tok) -> Option<u8> {
    match tok {
        Tok::Operator(level) => Some(level),
        Tok::Char(b'<' | b'>') => Some(5),
        Tok::Char(b'+' | b'-') => Some(8),
        Tok::Char(b'*' | b'/') => Some(9),
        Tok::Char(b'?') => Some(HAS),
        _ => None,
    }
}

fn begins_operand(tok: Tok) -> bool {
    matches!(
        tok,
        Tok::Id
            | Tok::Number
            | Tok::Quote
            | Tok::IndOpen
            | Tok::Path
            | Tok::Search
            | Tok::Uri
            | Tok::Let
            | Tok::Rec
            | Tok::Char(b'(' | b'{' | b'[')
    )
}

impl Parser {
    fn peek(&self, ahead: usize) -> Tok {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get((self.at + ahead).min(last)).map_or(Tok::End, |token| token.tok)
    }

    fn stop<T>(&self, expected: &'static str) -> Result<T, Stop> {
        let token = self.tokens.get(self.at.min(self.tokens.len().saturating_sub(1)));
        let reason = match token.map(|token| token.tok) {
            Some(Tok::Bad(reason)) => Some(reason),
            _ => None,
        };
        let at = token.map_or(0..0, |token| token.at.clone());
        Err(Stop::Refused(Refusal { at, reason, expected }))
    }

    /// Refuses what stands between two tokens for what it means.
    fn refuse(&self, from: usize, to: usize, reason: &'static str) -> Parse {
        let at = self.tokens[from].at.start..self.tokens[to].at.end;
        Err(Stop::Refused(Refusal { at, reason: Some(reason), expected: "" }))
    }

    fn take(&mut self, tok: Tok) -> bool {
        let taken = self.peek(0) == tok;
        self.at += usize::from(taken && tok != Tok::End);
        taken
    }

    fn expect(&mut self, tok: Tok, expected: &'static str) -> Parse {
        if self.take(tok) { Ok(()) } else { self.stop(expected) }
    }

    /// `expr_function`: everything that reaches as far to the right as it can.
    fn expr(&mut self) -> Parse {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop::Deep);
        }
        loop {
            match self.peek(0) {
                Tok::Id if self.peek(1) == c(b':') => self.at += 2,
                Tok::Id if self.peek(1) == c(b'@') => {
                    self.at += 2;
                    self.formals()?;
                    self.expect(c(b':'), "`:`")?;
                }
                Tok::Char(b'{') if self.is_formals() => {
                    self.formals()?;
                    if self.take(c(b'@')) {
                        self.expect(Tok::Id, "a name")?;
                    }
                    self.expect(c(b':'), "`:`")?;
                }
                Tok::Assert | Tok::With => {
                    self.at += 1;
                    self.expr()?;
                    self.expect(c(b';'), "`;`")?;
                }
                Tok::Let if self.peek(1) != c(b'{') => {
                    self.at += 1;
                    self.binds(true)?;
                    self.expect(Tok::In, "`in`")?;
                }
                Tok::If => {
                    self.at += 1;
                    self.expr()?;
                    self.expect(Tok::Then, "`then`")?;
                    self.expr()?;
                    self.expect(Tok::Else, "`else`")?;
                }
                _ => break,
            }
        }
        self.operators(1)?;
        let pipe = self.peek(0);
        if matches!(pipe, Tok::PipeFrom | Tok::PipeInto) {
            while self.take(pipe) {
                self.operators(1)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Whether a `{` begins the arguments of a function.
    fn is_formals(&self) -> bool {
        match self.peek(1) {
            Tok::Ellipsis => true,
            Tok::Char(b'}') => matches!(self.peek(2), Tok::Char(b':' | b'@')),
            Tok::Id => matches!(self.peek(2), Tok::Char(b',' | b'?' | b'}')),
            _ => false,
        }
    }

    fn formals(&mut self) -> Parse {
        self.expect(c(b'{'), "`{`")?;
        loop {
            if self.take(c(b'}')) {
                return Ok(());
            }
            if self.take(Tok::Ellipsis) {
                return self.expect(c(b'}'), "`}`");
            }
            self.expect(Tok::Id, "an argument name, `...` or `}`")?;
            if self.take(c(b'?')) {
                self.expr()?;
            }
            if !self.take(c(b',')) {
                return self.expect(c(b'}'), "`,` or `}`");
            }
        }
    }

    /// Operators of at least a precedence.
    fn operators(&mut self, least: u8) -> Parse {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Stop::Deep);
        }
        if self.take(c(b'!')) {
            self.operators(NOT + 1)?;
        } else if self.take(c(b'-')) {
            self.operators(NEGATE + 1)?;
        } else {
            self.application()?;
        }
        while let Some(level) = precedence(self.peek(0)).filter(|level| *level >= least) {
            self.at += 1;
            match level {
                HAS => self.attrpath().map(|_| ())?,
                // To the right: `->`, `//`, `++`.
                1 | 6 | 10 => self.operators(level)?,
                4 | 5 => {
                    self.operators(level + 1)?;
                    if precedence(self.peek(0)) == Some(level) {
                        return self.stop("parentheses: comparisons do not chain");
                    }
                }
                _ => self.operators(level + 1)?,
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn application(&mut self) -> Parse {
        self.selection()?;
        while begins_operand(self.peek(0)) {
            self.selection()?;
        }
        Ok(())
    }

    fn selection(&mut self) -> Parse {
        loop {
            self.simple()?;
            if !self.take(c(b'.')) {
                // `f or` is a call with a variable `or`.
                self.take(Tok::Or);
                return Ok(());
            }
            self.attrpath()?;
            if !self.take(Tok::Or) {
                return Ok(());
            }
        }
    }

    fn simple(&mut self) -> Parse {
        let tok = self.peek(0);
        if !begins_operand(tok) {
            return self.stop("an expression");
        }
        self.at += 1;
        match tok {
            Tok::Quote => self.text(Tok::Quote),
            Tok::IndOpen => self.text(Tok::IndClose),
            Tok::Path => {
                if self.peek(0) == Tok::Text && self.peek(1) != Tok::Dollar {
                    self.at += 1;
                    return self.stop("`${`");
                }
                self.text(Tok::PathEnd)
            }
            Tok::Char(b'(') => {
                self.expr()?;
                self.expect(c(b')'), "`)`")
            }
            Tok::Let | Tok::Rec => {
                self.expect(c(b'{'), "`{`")?;
                self.set()
            }
            Tok::Char(b'{') => self.set(),
            Tok::Char(b'[') => {
                while begins_operand(self.peek(0)) {
                    self.selection()?;
                }
                self.expect(c(b']'), "`]`")
            }
            _ => Ok(()),
        }
    }

    fn set(&mut self) -> Parse {
        self.binds(false)?;
        self.expect(c(b'}'), "a binding or `}`")
    }

    fn text(&mut self, end: Tok) -> Parse {
        loop {
            match self.peek(0) {
                Tok::Text => self.at += 1,
                Tok::Dollar => self.interpolation()?,
                _ => return self.expect(end, "the end of the string"),
            }
        }
    }

    fn interpolation(&mut self) -> Parse {
        self.at += 1;
        self.expr()?;
        self.expect(c(b'}'), "`}`")
    }

    fn binds(&mut self, of_let: bool) -> Parse {
        loop {
            if self.take(Tok::Inherit) {
                self.inherit()?;
            } else if matches!(self.peek(0), Tok::Id | Tok::Or | Tok::Quote | Tok::Dollar) {
                let from = self.at;
                let first = self.attrpath()?;
                self.expect(c(b'='), "`=` or `.`")?;
                self.expr()?;
                self.expect(c(b';'), "`;`")?;
                if of_let && let Some(to) = first {
                    return self.refuse(from, to, "a `let` cannot bind a computed name");
                }
            } else {
                return Ok(());
            }
        }
    }

    fn inherit(&mut self) -> Parse {
        if self.take(c(b'(')) {
            self.expr()?;
            self.expect(c(b')'), "`)`")?;
        }
        while matches!(self.peek(0), Tok::Id | Tok::Or | Tok::Quote | Tok::Dollar) {
            let from = self.at;
            if let Some(to) = self.attr()? {
                return self.refuse(from, to, "a computed name cannot be inherited");
            }
        }
        self.expect(c(b';'), "`;`")
    }

    /// Gives the last token of the first name if that is computed.
    fn attrpath(&mut self) -> Result<Option<usize>, Stop> {
        let first = self.attr()?;
        while self.take(c(b'.')) {
            self.attr()?;
        }
        Ok(first)
    }

    /// A name; its last token if it is computed.
    fn attr(&mut self) -> Result<Option<usize>, Stop> {
        let from = self.at;
        let tok = self.peek(0);
        match tok {
            Tok::Id | Tok::Or => self.at += 1,
            Tok::Quote => {
                self.at += 1;
                self.text(Tok::Quote)?;
            }
            Tok::Dollar => self.interpolation()?,
            _ => return self.stop("an attribute name"),
        }
        let inside = &self.tokens[from..self.at];
        let computed = match tok {
            Tok::Quote => inside.iter().any(|token| token.tok == Tok::Dollar),
            Tok::Dollar => !is_literal(&inside[1..inside.len().saturating_sub(1).max(1)]),
            _ => false,
        };
        Ok(computed.then(|| self.at - 1))
    }
}

/// Whether the tokens are a string without interpolations, in any number of parentheses.
fn is_literal(mut tokens: &[Token]) -> bool {
    while let [Token { tok: Tok::Char(b'('), .. }, inner @ .., Token { tok: Tok::Char(b')'), .. }] = tokens {
        tokens = inner;
    }
    let kinds: Vec<Tok> = tokens.iter().take(4).map(|token| token.tok).collect();
    matches!(
        *kinds,
        [Tok::Quote, Tok::Quote]
            | [Tok::Quote, Tok::Text, Tok::Quote]
            | [Tok::IndOpen, Tok::IndClose]
            | [Tok::IndOpen, Tok::Text, Tok::IndClose]
            | [Tok::Uri]
    )
}
