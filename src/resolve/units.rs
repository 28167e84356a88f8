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
    /// Whether it is the whole value of a binding.
    pub(crate) bound: bool,
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

/// A set that a flake-parts module is written as, `{ … }` or `{ pkgs, … }: { … }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ModuleSet {
    /// From brace to brace.
    pub(crate) at: Loc,
    /// The formals of its function, with their braces.
    pub(crate) formals: Option<Loc>,
    /// The value of its `imports`.
    pub(crate) imports: Option<Loc>,
    /// Whether that is a list that is written out.
    pub(crate) listed: bool,
    /// Where the first binding begins.
    pub(crate) first: u32,
}

/// Where a binding stands in the module that `mkFlake` of flake-parts is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModulePlace {
    /// The binding; the one around it where that holds nothing else.
    pub(crate) span: Loc,
    /// The names around it, within the innermost of the sets.
    pub(crate) above: Vec<Name>,
    /// The binding whose value is the set that it is written in, where that is no module, and how many bindings that
    /// set has.
    pub(crate) around: Option<(Loc, usize)>,
    /// The set of `perSystem`, where it stands there.
    pub(crate) system: Option<ModuleSet>,
    /// The set of the whole.
    pub(crate) top: ModuleSet,
    /// What `mkFlake` gets besides the module.
    pub(crate) given: Loc,
}

/// The layout of one file.
pub(crate) struct Layout {
    cuts: Cuts<'static>,
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
        let bound = whole.parent().is_some_and(|parent| parent.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
        Some(Piece { whole: loc(&whole), item, bound })
    }

    /// Where a binding stands in a module of flake-parts.
    ///
    /// # Errors
    /// In words, why it is not one that can move to a module of its own.
    pub(crate) fn module_place(&self, span: Loc) -> Result<ModulePlace, &'static str> {
        module_place(self.around(span.start).find(|node| loc(node) == span))
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

    /// What goes with the formals of one pattern whose names start at `places`; empty where that is not known.
    pub(crate) fn formals(&self, places: &BTreeSet<u32>) -> Edits {
        self.cuts.formals(places)
    }
}

/// The node that an expression is the value of, parentheses, `let … in` and `with …;` around it left out.
fn holder_of(node: &SyntaxNode) -> Option<SyntaxNode> {
    let mut at = node.clone();
    loop {
        let parent = at.parent()?;
        let passed = match parent.kind() {
            SyntaxKind::NODE_PAREN => true,
            SyntaxKind::NODE_LET_IN => ast::LetIn::cast(parent.clone())?.body()?.syntax() == &at,
            SyntaxKind::NODE_WITH => ast::With::cast(parent.clone())?.body()?.syntax() == &at,
            _ => false,
        };
        if !passed {
            return Some(parent);
        }
        at = parent;
    }
}

fn binding_path(node: &SyntaxNode) -> Option<Vec<Name>> {
    let path = ast::AttrpathValue::cast(node.clone())?.attrpath()?;
    path.attrs().map(|attr| static_name(&attr)).collect()
}

fn module_set(set: &SyntaxNode, lambda: Option<&ast::Lambda>) -> Option<ModuleSet> {
    let bindings = || set.children().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    let imports =
        bindings().find(|node| binding_path(node).is_some_and(|path| path.len() == 1 && &*path[0] == "imports"));
    let imports = imports.and_then(ast::AttrpathValue::cast).and_then(|entry| entry.value());
    let formals = match lambda {
        Some(lambda) => Some(loc(lambda.param()?.syntax())),
        None => None,
    };
    let first = set.children().map(|node| loc(&node).start).min();
    Some(ModuleSet {
        at: loc(set),
        formals,
        listed: imports.as_ref().is_some_and(|value| value.syntax().kind() == SyntaxKind::NODE_LIST),
        imports: imports.map(|value| loc(value.syntax())),
        first: first.unwrap_or(loc(set).end - 1),
    })
}

/// What `mkFlake` of flake-parts gets besides a module that is its last argument.
fn mk_flake(call: &SyntaxNode, module: &SyntaxNode) -> Option<Loc> {
    let call = ast::Apply::cast(call.clone())?;
    let mut argument = call.argument()?.syntax().clone();
    while let Some(paren) = ast::Paren::cast(argument.clone()) {
        argument = paren.expr()?.syntax().clone();
    }
    let ast::Expr::Apply(inner) = call.lambda()? else { return None };
    let callee = inner.lambda()?.syntax().text().to_string();
    let words: String = callee.split_whitespace().collect();
    let own = words.ends_with(".lib.mkFlake") && words.contains("flake-parts");
    (own && argument.text_range().contains_range(module.text_range()))
        .then(|| inner.argument().map(|one| loc(one.syntax())))?
}

/// See [`Layout::module_place`].
fn module_place(node: Option<SyntaxNode>) -> Result<ModulePlace, &'static str> {
    const OUTSIDE: &str = "this is no option of a flake-parts module, so it cannot be a module of its own";
    let mut node = node.filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE).ok_or(OUTSIDE)?;
    let mut span = loc(&node);
    let (mut above, mut system) = (Vec::new(), None);
    let mut raising = true;
    let mut around = None;
    let mut innermost = true;
    loop {
        let set = node.parent().and_then(ast::AttrSet::cast).ok_or(OUTSIDE)?;
        if set.rec_token().is_some() {
            return Err("its neighbours in a `rec` set may name it, and a module of its own is no part of that set");
        }
        let alone = set.syntax().children().count() == 1;
        let outer = holder_of(set.syntax()).ok_or(OUTSIDE)?;
        let direct = outer.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && set.syntax().parent().as_ref() == Some(&outer);
        if outer.kind() == SyntaxKind::NODE_ATTRPATH_VALUE {
            let path = binding_path(&outer).ok_or("a name around it is computed")?;
            if path.len() == 1 && &*path[0] == "perSystem" && system.is_none() {
                system = Some(module_set(set.syntax(), None).ok_or(OUTSIDE)?);
                (raising, innermost) = (false, false);
            } else {
                raising &= alone && direct && &*path[0] != "flake" && &*path[0] != "perSystem";
                if raising {
                    span = loc(&outer);
                } else {
                    let option = &*path[0] != "flake" || path.len() > 1;
                    if innermost && direct && option {
                        around = Some((loc(&outer), set.syntax().children().count()));
                    }
                    innermost = false;
                    above.splice(0..0, path);
                }
            }
            node = outer;
            continue;
        }
        let (lambda, call) = match ast::Lambda::cast(outer.clone()) {
            Some(lambda) => (Some(lambda), holder_of(&outer).ok_or(OUTSIDE)?),
            None => (None, outer.clone()),
        };
        let own = module_set(set.syntax(), lambda.as_ref()).ok_or(OUTSIDE)?;
        innermost = false;
        if call.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && system.is_none() {
            if binding_path(&call).is_none_or(|path| path.len() != 1 || &*path[0] != "perSystem") {
                return Err(OUTSIDE);
            }
            system = Some(own);
            raising = false;
            node = call;
            continue;
        }
        let given = mk_flake(&call, set.syntax()).ok_or(OUTSIDE)?;
        return Ok(ModulePlace { span, above, around, system, top: own, given });
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
