//! What keeps rnix and rowan from hanging and from overflowing the stack.
//!
//! Four things go wrong in rnix 0.15 and rowan 0.17, none of which `catch_unwind` can contain:
//! - the tokenizer looks ahead over every run of path characters at every token (quadratic);
//! - the parser recurses without a limit on lists, unary operators, right-associative operators and `or`;
//! - rowan's node cache hashes chains of small nodes again and again (quadratic, and recursive);
//! - dropping a tree recurses as deep as the tree is.
//!
//! Against them: tokens are drawn with a budget of work, nesting and chains are estimated from the
//! tokens, and a text that is not small and shallow is parsed on a stack that would suffice
//! if every token nested: an estimate that is too low does no harm.

use rnix::SyntaxKind::{
    self, TOKEN_ADD, TOKEN_AND_AND, TOKEN_ASSERT, TOKEN_ASSIGN, TOKEN_COLON, TOKEN_COMMA, TOKEN_COMMENT, TOKEN_CONCAT,
    TOKEN_DIV, TOKEN_DOT, TOKEN_IF, TOKEN_IMPLICATION, TOKEN_IN, TOKEN_INTERPOL_END, TOKEN_INTERPOL_START,
    TOKEN_INVERT, TOKEN_L_BRACE, TOKEN_L_BRACK, TOKEN_L_PAREN, TOKEN_LET, TOKEN_MUL, TOKEN_OR, TOKEN_OR_OR,
    TOKEN_PIPE_LEFT, TOKEN_PIPE_RIGHT, TOKEN_QUESTION, TOKEN_R_BRACE, TOKEN_R_BRACK, TOKEN_R_PAREN, TOKEN_SEMICOLON,
    TOKEN_STRING_CONTENT, TOKEN_STRING_END, TOKEN_SUB, TOKEN_UPDATE, TOKEN_WHITESPACE, TOKEN_WITH,
};
use rnix::{NodeOrToken, ParseError, Root};
use rowan::GreenNode;

use super::nix;

/// Largest text, in bytes.
pub(super) const MAX_BYTES: usize = 20 * 1024 * 1024;
/// Deepest nesting of brackets and of expressions (rnix's own limit; nixpkgs peaks at 251).
pub const MAX_NESTING: usize = 512;
/// Longest chain of operators, arguments or `or` defaults along one path through the nesting (real
/// code: 181).
pub const MAX_CHAIN: usize = 4_000;
/// What is asked of a text before it is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Deepest nesting of brackets.
    pub nesting: usize,
    /// Longest chain of operators, arguments or `or` defaults.
    pub chain: usize,
    /// Longest run of characters that a path may be made of, in bytes.
    pub path_run: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { nesting: MAX_NESTING, chain: MAX_CHAIN, path_run: usize::MAX }
    }
}

impl Bounds {
    /// Asks a text for these bounds; for those that every text is asked for, its parsing asks.
    ///
    /// # Errors
    /// What the text is beyond.
    pub fn ask(self, text: &str) -> Result<(), String> {
        let tokens = tokens(text)?;
        let mut run = 0;
        for (kind, token) in &tokens {
            let goes_on =
                is_code(*kind) && token.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.+-/~<>".contains(&b));
            run = if goes_on { run + token.len() } else { 0 };
            if run > self.path_run {
                return Err(format!("a path or a run of operators of more than {} bytes", self.path_run));
            }
        }
        estimate(&tokens, self).map(|_| ())
    }
}

/// Steps that the tokenizer may spend on looking ahead, beyond those that every text costs.
const LOOK_AHEAD: usize = 1 << 23;
/// Sum of squares of the lengths of chains: rowan's node cache is quadratic in them.
const CHAIN_WORK: usize = 1 << 27;
/// Estimated depth, and number of tokens, up to which a text is parsed on the caller's thread.
const SMALL: (usize, usize) = (64, if cfg!(debug_assertions) { 500 } else { 4_000 });
/// Stack in bytes that one level of nesting takes, at most, while it is parsed or dropped (release
/// builds were measured at 175 and 80).
const LEVEL: usize = if cfg!(debug_assertions) { 2_048 } else { 320 };

/// Stack in bytes for a text whose nesting is known: fifty times what the deepest of them needs.
const PLAIN_STACK: usize = 96 * 1024 * 1024;

pub(super) type Token<'a> = (SyntaxKind, &'a str);

/// What two parsers say of a text.
pub(super) struct Tree {
    /// rnix's tree.
    pub(super) green: GreenNode,
    /// rnix's errors.
    pub(super) errors: Vec<ParseError>,
    /// Where Nix's grammar stops.
    pub(super) refusal: Option<nix::Refusal>,
}

/// All tokens of a text.
///
/// # Errors
/// Why the text is refused.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("larger than {} MiB", MAX_BYTES / 1024 / 1024));
    }
    let budget = LOOK_AHEAD + 16 * text.len();
    let mut spent = 0;
    let mut runs = Runs { bytes: text.as_bytes(), plain: 0, search: 0 };
    let mut tokens = Vec::with_capacity(text.len() / 4);
    let mut at = 0;
    for token in rnix::tokenize(text) {
        if is_code(token.0) {
            spent += runs.ahead(at);
        }
        if spent > budget {
            return Err("a path or a run of operators that is too long to be read".to_owned());
        }
        at += token.1.len();
        tokens.push(token);
    }
    Ok(tokens)
}

/// Whether the tokenizer looks ahead at a token.
fn is_code(kind: SyntaxKind) -> bool {
    !matches!(kind, TOKEN_STRING_CONTENT | TOKEN_COMMENT | TOKEN_WHITESPACE)
}

/// How far the tokenizer looks ahead, computed in linear time: the ends of the runs last looked at.
struct Runs<'a> {
    bytes: &'a [u8],
    plain: usize,
    search: usize,
}

impl Runs<'_> {
    fn ahead(&mut self, at: usize) -> usize {
        let searching = self.bytes.get(at) == Some(&b'<');
        let end = if searching { &mut self.search } else { &mut self.plain };
        if *end <= at {
            let within = |b: &&u8| b.is_ascii_alphanumeric() || b"_.+-".contains(b) || (searching && b"</".contains(b));
            *end = at + self.bytes[at..].iter().take_while(within).count();
        }
        *end - at
    }
}

/// Parses a text of which these are the tokens.
///
/// # Errors
/// Why it is refused.
pub(super) fn tree(text: &str, tokens: &[Token<'_>]) -> Result<Tree, String> {
    let depth = estimate(tokens, Bounds::default())?;
    if depth <= SMALL.0 && tokens.len() <= SMALL.1 {
        return parsed(text);
    }
    on_stack(stack_for(tokens.len()), || parsed(text))
}

/// Parses a text that Nix's grammar takes, and that nests no deeper than a tape goes.
///
/// # Errors
/// Why it is refused.
pub(super) fn plain_tree(text: &str, tokens: &[Token<'_>]) -> Result<Tree, String> {
    estimate(tokens, Bounds::default())?;
    // What is nested is known here: the estimate is right, and this is many times as much.
    on_stack(stack_for(tokens.len()).min(PLAIN_STACK), || {
        let parse = Root::parse(text);
        Ok(Tree { green: parse.syntax().green().to_owned(), errors: parse.errors().to_vec(), refusal: None })
    })
}

/// Beside what the tokens need: rnix's own 512 levels of expressions, each through all operators.
fn stack_for(tokens: usize) -> usize {
    16 * 1024 * 1024 + tokens * LEVEL
}

/// Grows on a thread that has less: a worker of the audit has it, a test's thread has not. Memory that is not there ends
/// the program, so it is asked for before.
fn on_stack<T>(stack: usize, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let missing = stacker::remaining_stack().is_none_or(|left| left < stack);
    if missing && Vec::<u8>::new().try_reserve_exact(stack + stack / 8).is_err() {
        return Err("there is not enough memory to read it".to_owned());
    }
    stacker::maybe_grow(stack, stack, work)
}

/// Where Nix's grammar stops, of a text of which these are the tokens.
pub(super) fn refusal(text: &str, tokens: &[Token<'_>]) -> Option<nix::Refusal> {
    estimate(tokens, Bounds::default()).ok()?;
    on_stack(stack_for(tokens.len()), || Ok(nix::refusal(text))).ok()?
}

/// Parses; drops here what the caller could not drop.
fn parsed(text: &str) -> Result<Tree, String> {
    let parse = Root::parse(text);
    let errors = parse.errors().to_vec();
    let green = parse.syntax().green().to_owned();
    let limited = errors.iter().any(|error| matches!(error, ParseError::RecursionLimitExceeded));
    if limited || deeper_than(&green, 2 * MAX_CHAIN) {
        return Err(format!("nesting deeper than {MAX_NESTING}"));
    }
    Ok(Tree { green, errors, refusal: nix::refusal(text) })
}

fn deeper_than(green: &GreenNode, limit: usize) -> bool {
    let mut open = vec![green.children()];
    while let Some(children) = open.last_mut() {
        match children.next() {
            Some(NodeOrToken::Node(node)) => open.push(node.children()),
            Some(NodeOrToken::Token(_)) => {}
            None => {
                open.pop();
            }
        }
        if open.len() > limit {
            return true;
        }
    }
    false
}

/// What an expression stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// `(`, `{`, `[`, `${`.
    Bracket(SyntaxKind),
    /// `let` before its `in`.
    Let,
    /// `with` or `assert` before its `;`.
    Prefix,
    /// A body (of a function, `let`, `with`) within an expression that goes on around it.
    Body,
}

/// Depth of nesting, estimated: every open frame counts one and the chain in it.
struct Depth {
    frames: Vec<(Frame, usize)>,
    chain: usize,
    /// Sum of the chains of `frames`.
    held: usize,
    brackets: usize,
    work: usize,
    deepest: usize,
}

/// Estimates how deep the parser and the tree will go.
fn estimate(tokens: &[Token<'_>], bounds: Bounds) -> Result<usize, String> {
    let mut depth = Depth { frames: Vec::new(), chain: 0, held: 0, brackets: 0, work: 0, deepest: 0 };
    let mut operand = false;
    let mut dots = 0;
    for (kind, _) in tokens {
        if kind.is_trivia() {
            continue;
        }
        // Every part of the path of an attribute is a set in a set.
        dots = match kind {
            TOKEN_DOT => dots + 1,
            TOKEN_ASSIGN | TOKEN_SEMICOLON | TOKEN_L_BRACE | TOKEN_R_BRACE | TOKEN_L_BRACK | TOKEN_R_BRACK
            | TOKEN_L_PAREN | TOKEN_R_PAREN => 0,
            TOKEN_STRING_CONTENT | TOKEN_STRING_END | TOKEN_INTERPOL_END => dots,
            _ if operand => 0,
            _ => dots,
        };
        if dots > MAX_NESTING {
            return Err(format!("an attribute path of more than {MAX_NESTING} names"));
        }
        operand = depth.take(*kind, operand);
        depth.deepest = depth.deepest.max(depth.frames.len() + depth.held + depth.chain);
        if depth.brackets > bounds.nesting {
            return Err(format!("brackets nested deeper than {}", bounds.nesting));
        }
        if depth.held + depth.chain > bounds.chain || depth.work > CHAIN_WORK {
            return Err(format!("a chain of operators or arguments longer than {}", bounds.chain));
        }
    }
    Ok(depth.deepest)
}

impl Depth {
    /// Takes a token; `operand` and the result tell whether the last one ended an operand.
    fn take(&mut self, kind: SyntaxKind, operand: bool) -> bool {
        match kind {
            TOKEN_L_PAREN | TOKEN_L_BRACE | TOKEN_L_BRACK | TOKEN_INTERPOL_START => {
                self.juxtapose(operand);
                self.brackets += 1;
                self.push(Frame::Bracket(kind));
            }
            TOKEN_R_PAREN => return self.close(TOKEN_L_PAREN),
            TOKEN_R_BRACE => return self.close(TOKEN_L_BRACE),
            TOKEN_R_BRACK => return self.close(TOKEN_L_BRACK),
            TOKEN_INTERPOL_END => return self.close(TOKEN_INTERPOL_START),
            TOKEN_LET => self.push(Frame::Let),
            TOKEN_WITH | TOKEN_ASSERT => self.push(Frame::Prefix),
            TOKEN_IN => self.body(Frame::Let),
            TOKEN_SEMICOLON => return self.semicolon(),
            TOKEN_COMMA | TOKEN_ASSIGN => self.unwind(),
            TOKEN_COLON => self.push(Frame::Body),
            TOKEN_OR | TOKEN_ADD | TOKEN_SUB | TOKEN_MUL | TOKEN_DIV | TOKEN_CONCAT | TOKEN_UPDATE | TOKEN_AND_AND
            | TOKEN_OR_OR | TOKEN_IMPLICATION | TOKEN_PIPE_LEFT | TOKEN_PIPE_RIGHT | TOKEN_INVERT | TOKEN_QUESTION
            | TOKEN_IF => {
                self.chain += 1;
            }
            TOKEN_DOT => {}
            _ => {
                self.juxtapose(operand);
                return true;
            }
        }
        false
    }

    /// Two operands side by side: an application, or two elements of a list.
    fn juxtapose(&mut self, operand: bool) {
        if !operand {
            return;
        }
        if matches!(self.frames.last(), Some((Frame::Bracket(TOKEN_L_BRACK), _))) {
            self.end_chain();
        } else {
            self.chain += 1;
        }
    }

    fn end_chain(&mut self) {
        self.work += self.chain * self.chain;
        self.chain = 0;
    }

    fn push(&mut self, frame: Frame) {
        self.frames.push((frame, self.chain));
        self.held += self.chain;
        self.chain = 0;
    }

    fn pop(&mut self) {
        if let Some((frame, chain)) = self.frames.pop() {
            self.brackets -= usize::from(matches!(frame, Frame::Bracket(_)));
            self.end_chain();
            self.held -= chain;
            self.chain = chain;
        }
    }

    /// Leaves bodies, up to the bracket or `let` that holds the binding or element.
    fn unwind(&mut self) {
        while matches!(self.frames.last(), Some((Frame::Body, _))) {
            self.pop();
        }
        self.end_chain();
    }

    /// Whether what stood before goes on as an operand.
    fn semicolon(&mut self) -> bool {
        if self
            .frames
            .iter()
            .rev()
            .find(|(frame, _)| *frame != Frame::Body)
            .is_some_and(|f| f.0 == Frame::Prefix)
        {
            self.body(Frame::Prefix);
            return false;
        }
        self.unwind();
        // rnix takes any token for the `)` of an open parenthesis.
        let closes = matches!(self.frames.last(), Some((Frame::Bracket(TOKEN_L_PAREN), _)));
        if closes {
            self.pop();
        }
        closes
    }

    /// The head of `let` or `with` ends, and its body begins in the same place.
    fn body(&mut self, head: Frame) {
        let unfinished = self.frames.iter().rev().take_while(|(frame, _)| !matches!(frame, Frame::Bracket(_)));
        let Some(above) = unfinished.into_iter().position(|(frame, _)| *frame == head) else { return };
        for _ in 0..above {
            self.pop();
        }
        self.end_chain();
        if let Some(last) = self.frames.last_mut() {
            last.0 = Frame::Body;
        }
    }

    fn close(&mut self, opener: SyntaxKind) -> bool {
        let inside = self.frames.iter().rev().position(|(frame, _)| matches!(frame, Frame::Bracket(_)));
        let Some(above) = inside else { return true };
        let at = self.frames.len() - 1 - above;
        let matches = self.frames[at].0 == Frame::Bracket(opener) || self.frames[at].0 == Frame::Bracket(TOKEN_L_PAREN);
        while matches && self.frames.len() > at {
            self.pop();
        }
        true
    }
}
