//! The pieces of a file that can move on their own, and the bytes that go with each: what cutting code out and
//! putting it into another file needs to know of the syntax tree. Plain offsets in, plain offsets out.

use std::collections::BTreeSet;
use std::ops::Range;

use rnix::ast;
use rnix::{SyntaxKind, SyntaxNode};
use rowan::NodeOrToken;
use rowan::ast::AstNode;

use super::cuts::{Cuts, Edits};
use super::ir::{Loc, Name};

/// What a binding is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HolderKind {
    /// `let … in …`.
    Let,
    /// `rec { … }`.
    Rec,
    /// `{ … }`.
    Set,
    /// `let { … }`.
    LegacyLet,
}

/// `name = value;` or `a.b = value;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// From the name to the semicolon.
    pub(crate) span: Loc,
    /// The path's keys; `None` where one is computed.
    pub(crate) keys: Vec<Option<Name>>,
    /// Where each key begins.
    pub(crate) starts: Vec<u32>,
    /// Where the path is written.
    pub(crate) path: Loc,
    /// The value, with parentheses around it.
    pub(crate) value: Loc,
    /// The `let` or set that it is written in.
    pub(crate) holder: Loc,
    /// What that is.
    pub(crate) kind: HolderKind,
    /// With the lines that only it and its comments are on, and comment lines directly above.
    pub(crate) lines: Loc,
    /// All entries of the holder that begin with the same name, in order; Nix makes one attribute of them.
    pub(crate) parts: Vec<Loc>,
}

/// An expression that is no binding's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// With parentheses around it.
    pub(crate) whole: Loc,
    /// Whether it is an item of a list.
    pub(crate) item: bool,
}

/// A string that spans lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LongString {
    /// From quote to quote.
    pub(crate) at: Loc,
    /// `''…''`.
    pub(crate) indented: bool,
    /// Its literal text, without interpolations.
    pub(crate) texts: Vec<Loc>,
}

/// The layout of one file.
pub(crate) struct Layout {
    cuts: Cuts,
    root: SyntaxNode,
}

fn loc(node: &SyntaxNode) -> Loc {
    let range = node.text_range();
    Loc { start: range.start().into(), end: range.end().into() }
}

fn range_loc(range: &Range<usize>) -> Loc {
    Loc { start: range.start as u32, end: range.end as u32 }
}

impl Layout {
    /// The layout of a file that parses.
    pub(crate) fn new(green: rowan::GreenNode) -> Self {
        Self { cuts: Cuts::new(green.clone()), root: SyntaxNode::new_root(green) }
    }

    /// Nodes around an offset, from the inside out.
    fn around(&self, offset: u32) -> impl Iterator<Item = SyntaxNode> {
        let at = rowan::TextSize::new(offset).min(self.root.text_range().end());
        let token = self.root.token_at_offset(at).right_biased();
        token.into_iter().flat_map(|token| token.parent_ancestors().collect::<Vec<_>>())
    }

    /// The binding that is written exactly at a place.
    pub(crate) fn entry(&self, span: Loc) -> Option<Entry> {
        let mut found = self.around(span.start).filter(|node| loc(node) == span);
        let node = found.find(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)?;
        let entry = ast::AttrpathValue::cast(node.clone())?;
        let path = entry.attrpath()?;
        let keys: Vec<Option<Name>> = path.attrs().map(|attr| static_name(&attr)).collect();
        let holder = node.parent()?;
        let kind = match holder.kind() {
            SyntaxKind::NODE_LET_IN => HolderKind::Let,
            SyntaxKind::NODE_LEGACY_LET => HolderKind::LegacyLet,
            SyntaxKind::NODE_ATTR_SET if ast::AttrSet::cast(holder.clone())?.rec_token().is_some() => HolderKind::Rec,
            SyntaxKind::NODE_ATTR_SET => HolderKind::Set,
            _ => return None,
        };
        let first = keys.first().cloned().flatten();
        let same = |other: &SyntaxNode| {
            let other = ast::AttrpathValue::cast(other.clone()).and_then(|other| other.attrpath()?.attrs().next());
            first.is_some() && other.is_some_and(|key| static_name(&key) == first)
        };
        let parts = holder.children().filter(same).map(|other| loc(&other)).collect();
        let range = span.start as usize..span.end as usize;
        Some(Entry {
            span,
            keys,
            starts: path.attrs().map(|attr| loc(attr.syntax()).start).collect(),
            path: loc(path.syntax()),
            value: loc(entry.value()?.syntax()),
            holder: loc(&holder),
            kind,
            lines: range_loc(&self.cuts.entry(range)),
            parts,
        })
    }

    /// The expression that is written exactly at a place, and stands in a list or as an argument.
    pub(crate) fn piece(&self, span: Loc) -> Option<Piece> {
        let node = self.around(span.start).find(|node| loc(node) == span && ast::Expr::can_cast(node.kind()))?;
        let mut whole = node;
        while let Some(parent) = whole.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_PAREN) {
            whole = parent;
        }
        let item = whole.parent().is_some_and(|parent| parent.kind() == SyntaxKind::NODE_LIST);
        Some(Piece { whole: loc(&whole), item })
    }

    /// Strings that begin within a place and span lines, in order.
    pub(crate) fn long_strings(&self, within: Loc) -> Vec<LongString> {
        let mut found = Vec::new();
        for node in self.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_STRING) {
            let at = loc(&node);
            if at.start < within.start || at.end > within.end {
                continue;
            }
            let indented = node.first_token().is_some_and(|token| token.text() == "''");
            let mut texts = Vec::new();
            let mut long = false;
            for child in node.children_with_tokens() {
                let NodeOrToken::Token(token) = child else { continue };
                if token.kind() == SyntaxKind::TOKEN_STRING_CONTENT {
                    long |= token.text().contains('\n');
                    let range = token.text_range();
                    texts.push(Loc { start: range.start().into(), end: range.end().into() });
                }
            }
            if long {
                found.push(LongString { at, indented, texts });
            }
        }
        found
    }

    /// Comments within a place, in order.
    pub(crate) fn comments(&self, within: Loc) -> Vec<Loc> {
        let tokens = self.root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
        let comments = tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT);
        let at = comments.map(|token| {
            let range = token.text_range();
            Loc { start: range.start().into(), end: range.end().into() }
        });
        at.filter(|at| within.start <= at.start && at.end <= within.end).collect()
    }

    /// All bindings, and all items of lists that are no plain names, in order.
    pub(crate) fn all(&self) -> (Vec<Loc>, Vec<Loc>) {
        let of = |node: &SyntaxNode, kind| node.kind() == kind;
        let entries = self.root.descendants().filter(|node| of(node, SyntaxKind::NODE_ATTRPATH_VALUE));
        let items = self.root.descendants().filter(|node| {
            let plain = matches!(node.kind(), SyntaxKind::NODE_IDENT | SyntaxKind::NODE_LITERAL);
            !plain && node.parent().is_some_and(|parent| of(&parent, SyntaxKind::NODE_LIST))
        });
        let inner = |node: SyntaxNode| {
            let mut node = node;
            while let Some(paren) = ast::Paren::cast(node.clone()) {
                let Some(expr) = paren.expr() else { break };
                node = expr.syntax().clone();
            }
            loc(&node)
        };
        (entries.map(|node| loc(&node)).collect(), items.map(inner).collect())
    }

    /// Places of a name, whatever it is there.
    pub(crate) fn words(&self, name: &str) -> impl Iterator<Item = u32> {
        let tokens = self.root.descendants_with_tokens().filter_map(NodeOrToken::into_token);
        let is_word = |kind| matches!(kind, SyntaxKind::TOKEN_IDENT | SyntaxKind::TOKEN_STRING_CONTENT);
        tokens
            .filter(move |token| is_word(token.kind()) && token.text().trim_start_matches("__") == name)
            .map(|token| token.text_range().start().into())
    }

    /// What goes with the `let` bindings whose names start at `places`; empty where that is not known.
    pub(crate) fn delete(&self, places: &BTreeSet<u32>) -> Edits {
        self.cuts.bindings(places)
    }
}

/// A name that is written out.
fn static_name(attr: &ast::Attr) -> Option<Name> {
    match attr {
        ast::Attr::Ident(ident) => ident.ident_token().map(|token| Name::from(token.text())),
        ast::Attr::Str(string) => {
            let text = string.syntax().text().to_string();
            let plain = text.strip_prefix('"')?.strip_suffix('"')?;
            (!plain.contains(['\\', '$'])).then(|| Name::from(plain))
        }
        ast::Attr::Dynamic(_) => None,
    }
}
