//! Whether Nix takes a text, and what it reads in it: its grammar (Nix 2.26, `parser.y`), which writes a tape.
//!
//! Pipe operators are taken, for they only need a setting. A text that goes deeper than the bound is taken too: who
//! does not know does not refuse.

use std::ops::Range;

use super::super::tape::{Op, Operator, Step};
use super::lexer::{Tok, Token};

/// Depth at which the recogniser gives up; the guard's bounds on nesting and chains are below it.
const MAX_DEPTH: usize = 20_000;

/// An attribute path of more names is long: each of its names is a set in a set.
const LONG_PATH: u32 = 16;
/// Names in long attribute paths that a tape holds, all together.
const MAX_LONG_PATHS: u32 = 20_000;

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
pub(in crate::parse) fn refusal(text: &str, tokens: &[Token]) -> Option<Refusal> {
    match parse(text, tokens, MAX_DEPTH) {
        Err(Stop::Refused(refusal)) => Some(refusal),
        Ok(_) | Err(Stop::Deep) => None,
    }
}

/// The tape of a text that Nix takes and that goes no deeper than `depth`, counting the chains on the way down.
pub(in crate::parse) fn tape(text: &str, tokens: &[Token], depth: usize) -> Option<Vec<Step>> {
    parse(text, tokens, depth).ok()?
}

/// Reads a text; without a tape where it holds something that a tape has no word for.
fn parse(text: &str, tokens: &[Token], deepest: usize) -> Result<Option<Vec<Step>>, Stop> {
    let steps = Vec::with_capacity(tokens.len());
    let mut parser =
        Parser { text: text.as_bytes(), tokens, at: 0, depth: 0, deepest, steps, in_long_paths: 0, odd: false };
    parser.expr()?;
    parser.expect(Tok::End, "the end of the file")?;
    Ok((!parser.odd).then_some(parser.steps))
}

enum Stop {
    Refused(Refusal),
    Deep,
}

type Parse<T = ()> = Result<T, Stop>;

struct Parser<'a> {
    text: &'a [u8],
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    deepest: usize,
    steps: Vec<Step>,
    /// Names in long attribute paths of bindings.
    in_long_paths: u32,
    /// Whether something was met that has no step, or more than a tape holds.
    odd: bool,
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

impl Parser<'_> {
    fn peek(&self, ahead: usize) -> Tok {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get((self.at + ahead).min(last)).map_or(Tok::End, |token| token.tok)
    }

    fn stop<T>(&self, expected: &'static str) -> Parse<T> {
        let token = self.tokens.get(self.at.min(self.tokens.len().saturating_sub(1)));
        let reason = match token.map(|token| token.tok) {
            Some(Tok::Bad(fault)) => Some(fault.words()),
            _ => None,
        };
        let at = token.map_or(0..0, |token| token.at());
        Err(Stop::Refused(Refusal { at, reason, expected }))
    }

    /// Refuses what stands between two tokens for what it means.
    fn refuse<T>(&self, from: usize, to: usize, reason: &'static str) -> Parse<T> {
        let at = self.tokens[from].at().start..self.tokens[to].at().end;
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

    /// First byte of the next token.
    fn from(&self) -> u32 {
        self.tokens.get(self.at).map_or(0, |token| token.start)
    }

    /// A step that ends with the token last taken.
    fn step(&mut self, op: Op, count: u32, start: u32) {
        let end = self.tokens[self.at.saturating_sub(1)].end;
        self.steps.push(Step { op, count, start, end });
    }

    /// A step for a token alone.
    fn leaf(&mut self, op: Op, at: usize) {
        let Token { start, end, .. } = self.tokens[at];
        self.steps.push(Step { op, count: 0, start, end });
    }

    /// Goes deeper by some levels; to be taken back by the caller.
    fn descend(&mut self, levels: usize) -> Parse {
        self.depth += levels;
        if self.depth > self.deepest { Err(Stop::Deep) } else { Ok(()) }
    }

    /// `expr_function`: everything that reaches as far to the right as it can.
    fn expr(&mut self) -> Parse {
        let before = self.depth;
        // What ends with this expression, outermost first.
        let mut around: Vec<(Op, u32, u32)> = Vec::new();
        self.descend(1)?;
        loop {
            let start = self.from();
            match self.peek(0) {
                Tok::Id if self.peek(1) == c(b':') => {
                    self.leaf(Op::Key, self.at);
                    self.at += 2;
                    around.push((Op::Function, 0, start));
                }
                Tok::Id if self.peek(1) == c(b'@') => {
                    let name = self.at;
                    self.at += 2;
                    let count = self.formals()?;
                    self.leaf(Op::Key, name);
                    self.step(Op::NamedPattern, count, start);
                    self.expect(c(b':'), "`:`")?;
                    around.push((Op::PatternFunction, 0, start));
                }
                Tok::Char(b'{') if self.is_formals() => {
                    let count = self.formals()?;
                    if self.take(c(b'@')) {
                        self.expect(Tok::Id, "a name")?;
                        self.leaf(Op::Key, self.at - 1);
                        self.step(Op::NamedPattern, count, start);
                    } else {
                        self.step(Op::Pattern, count, start);
                    }
                    self.expect(c(b':'), "`:`")?;
                    around.push((Op::PatternFunction, 0, start));
                }
                word @ (Tok::Assert | Tok::With) => {
                    self.at += 1;
                    self.expr()?;
                    self.expect(c(b';'), "`;`")?;
                    around.push((if word == Tok::With { Op::With } else { Op::Assert }, 0, start));
                }
                Tok::Let if self.peek(1) != c(b'{') => {
                    self.at += 1;
                    let count = self.binds(true)?;
                    self.expect(Tok::In, "`in`")?;
                    self.step(Op::Scope, count, start);
                    around.push((Op::Let, 0, start));
                }
                Tok::If => {
                    self.at += 1;
                    self.expr()?;
                    self.expect(Tok::Then, "`then`")?;
                    self.expr()?;
                    self.expect(Tok::Else, "`else`")?;
                    around.push((Op::If, 0, start));
                }
                _ => break,
            }
            self.descend(1)?;
        }
        self.piped()?;
        for (op, count, start) in around.into_iter().rev() {
            self.step(op, count, start);
        }
        self.depth = before;
        Ok(())
    }

    /// `expr_pipe_from` and `expr_pipe_into`: operands with the same pipe between them.
    fn piped(&mut self) -> Parse {
        let start = self.from();
        self.operators(1)?;
        let pipe = self.peek(0);
        if !matches!(pipe, Tok::PipeFrom | Tok::PipeInto) {
            return Ok(());
        }
        let mut starts = vec![start];
        while self.take(pipe) {
            self.descend(1)?;
            starts.push(self.from());
            self.operators(1)?;
            if pipe == Tok::PipeInto {
                self.step(Op::Binary(Operator::PipeRight), 0, start);
            }
        }
        if pipe == Tok::PipeFrom {
            starts.pop();
            for start in starts.into_iter().rev() {
                self.step(Op::Binary(Operator::PipeLeft), 0, start);
            }
        }
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

    /// The arguments of a set pattern; how many items they are.
    fn formals(&mut self) -> Parse<u32> {
        self.expect(c(b'{'), "`{`")?;
        let mut count = 0;
        loop {
            if self.take(c(b'}')) {
                return Ok(count);
            }
            count += 1;
            let start = self.from();
            if self.take(Tok::Ellipsis) {
                self.leaf(Op::Ellipsis, self.at - 1);
                return self.expect(c(b'}'), "`}`").map(|()| count);
            }
            self.expect(Tok::Id, "an argument name, `...` or `}`")?;
            self.leaf(Op::Key, self.at - 1);
            if self.take(c(b'?')) {
                self.expr()?;
                self.step(Op::DefaultFormal, 0, start);
            } else {
                self.step(Op::Formal, 0, start);
            }
            if !self.take(c(b',')) {
                return self.expect(c(b'}'), "`,` or `}`").map(|()| count);
            }
        }
    }

    /// Operators of at least a precedence.
    fn operators(&mut self, least: u8) -> Parse {
        let (before, start) = (self.depth, self.from());
        self.descend(1)?;
        if self.take(c(b'!')) {
            self.operators(NOT + 1)?;
            self.step(Op::Not, 0, start);
        } else if self.take(c(b'-')) {
            self.operators(NEGATE + 1)?;
            self.step(Op::Negate, 0, start);
        } else {
            self.application()?;
        }
        while let Some(level) = precedence(self.peek(0)).filter(|level| *level >= least) {
            let op = self.binary();
            self.at += 1;
            match level {
                HAS => {
                    let (count, _) = self.attrpath()?;
                    self.step(Op::Has, count, start);
                    continue;
                }
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
            self.step(Op::Binary(op), 0, start);
            self.descend(1)?;
        }
        self.depth = before;
        Ok(())
    }

    /// The operator that the next token is; `?` is none.
    fn binary(&self) -> Operator {
        let token = self.tokens.get(self.at).map_or(0..0, |token| token.at());
        match &self.text[token] {
            b"->" => Operator::Implies,
            b"||" => Operator::Or,
            b"&&" => Operator::And,
            b"==" => Operator::Equal,
            b"!=" => Operator::NotEqual,
            b"<=" => Operator::LessEqual,
            b">=" => Operator::MoreEqual,
            b"<" => Operator::Less,
            b">" => Operator::More,
            b"//" => Operator::Update,
            b"++" => Operator::Concat,
            b"+" => Operator::Add,
            b"-" => Operator::Subtract,
            b"*" => Operator::Multiply,
            _ => Operator::Divide,
        }
    }

    fn application(&mut self) -> Parse {
        let (before, start) = (self.depth, self.from());
        self.selection()?;
        while begins_operand(self.peek(0)) {
            self.selection()?;
            self.step(Op::Apply, 0, start);
            self.descend(1)?;
        }
        self.depth = before;
        Ok(())
    }

    fn selection(&mut self) -> Parse {
        // Selections of which the default is being read.
        let mut around: Vec<(u32, u32)> = Vec::new();
        let before = self.depth;
        loop {
            let start = self.from();
            self.simple()?;
            if !self.take(c(b'.')) {
                // `f or` is a call with a variable `or`.
                self.odd |= self.take(Tok::Or);
                break;
            }
            let (count, _) = self.attrpath()?;
            if !self.take(Tok::Or) {
                self.step(Op::Select, count, start);
                break;
            }
            around.push((count, start));
            self.descend(1)?;
        }
        for (count, start) in around.into_iter().rev() {
            self.step(Op::SelectOr, count, start);
        }
        self.depth = before;
        Ok(())
    }

    fn simple(&mut self) -> Parse {
        let (tok, start) = (self.peek(0), self.from());
        if !begins_operand(tok) {
            return self.stop("an expression");
        }
        self.at += 1;
        match tok {
            Tok::Quote => self.text(Tok::Quote, Op::Quoted, start, 0),
            Tok::IndOpen => self.text(Tok::IndClose, Op::Indented, start, 0),
            Tok::Path => {
                self.leaf(Op::Text, self.at - 1);
                if self.peek(0) == Tok::Text && self.peek(1) != Tok::Dollar {
                    self.at += 1;
                    return self.stop("`${`");
                }
                self.text(Tok::PathEnd, Op::Path, start, 1)
            }
            Tok::Char(b'(') => {
                self.expr()?;
                self.expect(c(b')'), "`)`")
            }
            Tok::Let | Tok::Rec => {
                self.expect(c(b'{'), "`{`")?;
                self.set(if tok == Tok::Let { Op::LegacyLet } else { Op::RecursiveSet }, start)
            }
            Tok::Char(b'{') => self.set(Op::Set, start),
            Tok::Char(b'[') => {
                let mut count = 0;
                self.descend(1)?;
                while begins_operand(self.peek(0)) {
                    self.selection()?;
                    count += 1;
                }
                self.depth -= 1;
                self.expect(c(b']'), "`]`")?;
                self.step(Op::List, count, start);
                Ok(())
            }
            _ => {
                let op = match tok {
                    Tok::Number => Op::Number,
                    Tok::Search => Op::Search,
                    Tok::Uri => Op::Url,
                    _ => Op::Name,
                };
                self.leaf(op, self.at - 1);
                Ok(())
            }
        }
    }

    fn set(&mut self, op: Op, start: u32) -> Parse {
        let count = self.binds(false)?;
        self.expect(c(b'}'), "a binding or `}`")?;
        self.step(op, count, start);
        Ok(())
    }

    /// The rest of a string or path of which `count` pieces are read.
    fn text(&mut self, end: Tok, op: Op, start: u32, mut count: u32) -> Parse {
        // Pieces of text without anything between them are one.
        let mut goes_on = count > 0;
        loop {
            match self.peek(0) {
                Tok::Text => {
                    self.at += 1;
                    let token = self.tokens[self.at - 1];
                    match self.steps.last_mut() {
                        Some(last) if goes_on => last.end = token.end,
                        _ => {
                            self.leaf(Op::Text, self.at - 1);
                            count += 1;
                        }
                    }
                    goes_on = true;
                }
                Tok::Dollar => {
                    self.interpolation()?;
                    count += 1;
                    goes_on = false;
                }
                _ => {
                    self.expect(end, "the end of the string")?;
                    self.step(op, count, start);
                    return Ok(());
                }
            }
        }
    }

    fn interpolation(&mut self) -> Parse {
        self.at += 1;
        self.expr()?;
        self.expect(c(b'}'), "`}`")
    }

    /// Bindings; how many they are.
    fn binds(&mut self, of_let: bool) -> Parse<u32> {
        let mut count = 0;
        loop {
            let start = self.from();
            if self.take(Tok::Inherit) {
                self.inherit(start)?;
            } else if matches!(self.peek(0), Tok::Id | Tok::Or | Tok::Quote | Tok::Dollar) {
                let from = self.at;
                let before = self.depth;
                let (keys, first) = self.attrpath()?;
                // Every name of a path is a set in a set.
                self.descend(keys as usize)?;
                self.in_long_paths += if keys > LONG_PATH { keys } else { 0 };
                self.odd |= self.in_long_paths > MAX_LONG_PATHS;
                self.expect(c(b'='), "`=` or `.`")?;
                self.expr()?;
                self.expect(c(b';'), "`;`")?;
                self.depth = before;
                self.step(Op::Bind, keys, start);
                if of_let && let Some(to) = first {
                    return self.refuse(from, to, "a `let` cannot bind a computed name");
                }
            } else {
                return Ok(count);
            }
            count += 1;
        }
    }

    fn inherit(&mut self, start: u32) -> Parse {
        let from_start = self.from();
        let mut op = Op::Inherit;
        if self.take(c(b'(')) {
            self.expr()?;
            self.expect(c(b')'), "`)`")?;
            self.step(Op::From, 0, from_start);
            op = Op::InheritFrom;
        }
        let mut count = 0;
        while matches!(self.peek(0), Tok::Id | Tok::Or | Tok::Quote | Tok::Dollar) {
            let from = self.at;
            if let Some(to) = self.attr()? {
                return self.refuse(from, to, "a computed name cannot be inherited");
            }
            count += 1;
        }
        self.expect(c(b';'), "`;`")?;
        self.step(op, count, start);
        Ok(())
    }

    /// An attribute path: how many names, and the last token of the first name if that is computed.
    fn attrpath(&mut self) -> Parse<(u32, Option<usize>)> {
        let first = self.attr()?;
        let mut count = 1;
        while self.take(c(b'.')) {
            self.attr()?;
            count += 1;
        }
        Ok((count, first))
    }

    /// A name; its last token if it is computed.
    fn attr(&mut self) -> Parse<Option<usize>> {
        let (from, start) = (self.at, self.from());
        let tok = self.peek(0);
        match tok {
            Tok::Id | Tok::Or => {
                self.at += 1;
                self.leaf(Op::Key, from);
                return Ok(None);
            }
            Tok::Quote => {
                self.at += 1;
                self.text(Tok::Quote, Op::QuotedKey, start, 0)?;
            }
            Tok::Dollar => {
                self.interpolation()?;
                self.step(Op::ComputedKey, 0, start);
            }
            _ => return self.stop("an attribute name"),
        }
        let inside = &self.tokens[from..self.at];
        let computed = match tok {
            Tok::Quote => inside.iter().any(|token| token.tok == Tok::Dollar),
            _ => !is_literal(&inside[1..inside.len().saturating_sub(1).max(1)]),
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
