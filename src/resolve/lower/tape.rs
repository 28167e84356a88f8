//! A tape lowered: the calculator that it is written for.

use std::sync::Arc;

use super::super::ir::{AttrValue, ExprId, Formal, Formals, Ir, Key, Kind, Lambda, Loc, Name, Part, Set, Text};
use super::super::text::Raw;
use super::{Builder, Building, Lowerer, add, by_name, cooked, insert};
use crate::parse::tape::{Op, Step};

/// Lowers the tape of a text.
pub(super) fn lower(steps: &[Step], text: &str) -> Ir {
    let mut lowerer = Lowerer::default();
    lowerer.exprs.reserve(steps.len() / 2);
    let mut reader = Reader { text, lowerer, stack: Vec::new() };
    for step in steps {
        reader.take(*step);
    }
    reader.settle();
    let root = match reader.stack.pop() {
        Some(Item::Expr(root)) => Some(root),
        _ => None,
    };
    Ir { exprs: reader.lowerer.exprs, root }
}

/// What lies on the stack.
enum Item {
    Expr(ExprId),
    /// A set literal, open until it is known that nothing merges with it: `a = { … }; a.b = …;`.
    Open(Box<Builder>),
    /// Literal text, as it is written.
    Text(Loc),
    Key(Key),
    From(ExprId),
    /// One name, as most have.
    BindName(Key, Building, Loc),
    Bind(Vec<Key>, Building, Loc),
    Scope(Box<Set>),
    Inherit(Option<ExprId>, Vec<Key>),
    Formal(Formal),
    Ellipsis,
    Pattern(Option<(Name, Loc)>, Formals),
}

struct Reader<'a> {
    text: &'a str,
    lowerer: Lowerer,
    stack: Vec<Item>,
}

impl Reader<'_> {
    fn take(&mut self, step: Step) {
        if step.op != Op::Bind {
            self.settle();
        }
        let at = Loc { start: step.start, end: step.end };
        let count = step.count as usize;
        let item = match step.op {
            Op::Text => Item::Text(at),
            Op::Key => Item::Key(Key::Static(self.name(at), at)),
            Op::QuotedKey => {
                let kind = Kind::Str(self.string(count, false));
                let id = self.lowerer.push(kind, at);
                Item::Key(self.lowerer.static_string(id, at))
            }
            Op::ComputedKey => {
                let inner = self.expr();
                Item::Key(self.lowerer.static_string(inner, at))
            }
            Op::From => Item::From(self.expr()),
            Op::Inherit | Op::InheritFrom => {
                let keys = self.keys(count);
                let from = (step.op == Op::InheritFrom).then(|| self.stack.pop());
                let from = from.flatten().and_then(|item| if let Item::From(from) = item { Some(from) } else { None });
                Item::Inherit(from, keys)
            }
            Op::Bind => {
                let value = match self.stack.pop() {
                    Some(Item::Open(builder)) => Building::Nested(builder),
                    Some(Item::Expr(value)) => Building::Done(AttrValue::Expr(value)),
                    _ => Building::Done(AttrValue::Expr(self.lowerer.push(Kind::Error, at))),
                };
                match self.stack.pop() {
                    Some(Item::Key(key)) if count == 1 => Item::BindName(key, value, at),
                    other => {
                        self.stack.extend(other);
                        Item::Bind(self.keys(count), value, at)
                    }
                }
            }
            Op::Set | Op::RecursiveSet => {
                let builder = self.entries(count, at, step.op == Op::RecursiveSet);
                Item::Open(Box::new(builder))
            }
            Op::Scope => Item::Scope(Box::new(self.scope(count, at))),
            Op::Formal => {
                let (name, at) = self.ident();
                Item::Formal(Formal { name, at, default: None })
            }
            Op::DefaultFormal => {
                let default = Some(self.expr());
                let (name, at) = self.ident();
                Item::Formal(Formal { name, at, default })
            }
            Op::Ellipsis => Item::Ellipsis,
            Op::Pattern | Op::NamedPattern => {
                let param = (step.op == Op::NamedPattern).then(|| self.ident());
                Item::Pattern(param, self.formals(count))
            }
            _ => {
                let kind = self.kind(step.op, count, at);
                Item::Expr(self.lowerer.push(kind, at))
            }
        };
        self.stack.push(item);
    }

    /// The expression that a step makes.
    fn kind(&mut self, op: Op, count: usize, at: Loc) -> Kind {
        match op {
            Op::Name if self.slice(at) == "__curPos" => Kind::CurPos,
            Op::Name => Kind::Var(self.name(at)),
            Op::Number => {
                let text = self.slice(at);
                let float = || text.parse().map_or(Kind::Error, Kind::Float);
                text.parse().map_or_else(|_| float(), Kind::Int)
            }
            Op::Url => {
                let parts = Box::new([Part::Text(Arc::from(self.slice(at)))]);
                Kind::Str(Text { parts, indented: false })
            }
            Op::Search => {
                let inside = Loc { start: at.start + 1, end: at.end - 1 };
                Kind::Search(self.name(inside))
            }
            Op::Quoted | Op::Indented => Kind::Str(self.string(count, op == Op::Indented)),
            Op::Path => Kind::Path(self.path(count)),
            Op::List => Kind::List(self.exprs(count).into()),
            Op::Let => {
                let body = self.expr();
                let Some(Item::Scope(set)) = self.stack.pop() else { return Kind::Error };
                Kind::Let(set, body)
            }
            Op::LegacyLet => Kind::LegacyLet(Box::new(self.scope(count, at))),
            Op::With => self.two(Kind::With),
            Op::Assert => self.two(Kind::Assert),
            Op::Apply => self.two(Kind::Apply),
            Op::Binary(op) => self.two(|left, right| Kind::Binary(op, left, right)),
            Op::If => {
                let otherwise = self.expr();
                self.two(|condition, then| Kind::If(condition, then, otherwise))
            }
            Op::Function => {
                let body = self.expr();
                let param = Some(self.ident());
                Kind::Lambda(Box::new(Lambda { param, formals: None, body }))
            }
            Op::PatternFunction => {
                let body = self.expr();
                let Some(Item::Pattern(param, formals)) = self.stack.pop() else { return Kind::Error };
                Kind::Lambda(Box::new(Lambda { param, formals: Some(formals), body }))
            }
            Op::Select => {
                let keys = self.keys(count);
                Kind::Select(self.expr(), keys.into(), None)
            }
            Op::SelectOr => {
                let default = Some(self.expr());
                let keys = self.keys(count);
                Kind::Select(self.expr(), keys.into(), default)
            }
            Op::Has => {
                let keys = self.keys(count);
                Kind::Has(self.expr(), keys.into())
            }
            Op::Not => Kind::Not(self.expr()),
            Op::Negate => Kind::Negate(self.expr()),
            _ => Kind::Error,
        }
    }

    /// Closes a set that lies on top.
    fn settle(&mut self) {
        if let Some(Item::Open(_)) = self.stack.last()
            && let Some(Item::Open(builder)) = self.stack.pop()
        {
            let at = builder.loc.unwrap_or_default();
            let id = self.lowerer.nested(*builder, at);
            self.stack.push(Item::Expr(id));
        }
    }

    fn slice(&self, at: Loc) -> &str {
        self.text.get(at.start as usize..at.end as usize).unwrap_or_default()
    }

    fn name(&mut self, at: Loc) -> Name {
        let text = self.text.get(at.start as usize..at.end as usize).unwrap_or_default();
        self.lowerer.name(text)
    }

    /// The expression on top; the parser writes nothing else there.
    fn expr(&mut self) -> ExprId {
        match self.stack.pop() {
            Some(Item::Expr(id)) => id,
            _ => self.lowerer.push(Kind::Error, Loc::default()),
        }
    }

    fn two(&mut self, kind: impl FnOnce(ExprId, ExprId) -> Kind) -> Kind {
        let second = self.expr();
        let first = self.expr();
        kind(first, second)
    }

    /// The uppermost items, the lowest first.
    fn items(&mut self, count: usize) -> std::vec::Drain<'_, Item> {
        let from = self.stack.len().saturating_sub(count);
        self.stack.drain(from..)
    }

    fn exprs(&mut self, count: usize) -> Vec<ExprId> {
        let found = self.items(count).filter_map(|item| if let Item::Expr(id) = item { Some(id) } else { None });
        found.collect()
    }

    fn keys(&mut self, count: usize) -> Vec<Key> {
        self.items(count)
            .filter_map(|item| if let Item::Key(key) = item { Some(key) } else { None })
            .collect()
    }

    fn ident(&mut self) -> (Name, Loc) {
        match self.stack.pop() {
            Some(Item::Key(Key::Static(name, at))) => (name, at),
            _ => (self.lowerer.name(""), Loc::default()),
        }
    }

    fn string(&mut self, count: usize, indented: bool) -> Text {
        let text = self.text;
        let slice = |at: Loc| text.get(at.start as usize..at.end as usize).unwrap_or_default();
        // Most strings mean what they say.
        if let (1, false, Some(Item::Text(at))) = (count, indented, self.stack.last()) {
            let plain = slice(*at);
            if !plain.contains(['\\', '\r']) {
                self.stack.pop();
                return Text { parts: Box::new([Part::Text(Arc::from(plain))]), indented };
            }
        }
        let raw = self.items(count).filter_map(|item| match item {
            Item::Text(at) => Some(Raw::Text(slice(at).to_owned())),
            Item::Expr(id) => Some(Raw::Expr(id)),
            _ => None,
        });
        let raw = raw.collect();
        cooked(raw, indented)
    }

    fn path(&mut self, count: usize) -> Box<[Part]> {
        let items: Vec<Item> = self.items(count).collect();
        let parts = items.into_iter().filter_map(|item| match item {
            Item::Text(at) => Some(Part::Text(self.name(at))),
            Item::Expr(id) => Some(Part::Expr(id)),
            _ => None,
        });
        parts.collect()
    }

    fn formals(&mut self, count: usize) -> Formals {
        let (mut entries, mut ellipsis) = (Vec::with_capacity(count), false);
        for item in self.items(count) {
            match item {
                Item::Formal(formal) => entries.push(formal),
                _ => ellipsis = true,
            }
        }
        let by_name = by_name(&entries, |formal| &formal.name);
        Formals { entries, by_name, ellipsis }
    }

    fn entries(&mut self, count: usize, at: Loc, recursive: bool) -> Builder {
        let attrs = Vec::with_capacity(count);
        let mut builder = Builder { recursive, loc: Some(at), attrs, ..Builder::default() };
        for item in self.items(count) {
            match item {
                Item::BindName(key, value, span) => add(&mut builder, &[key], value, span),
                Item::Bind(keys, value, span) => add(&mut builder, &keys, value, span),
                Item::Inherit(from, keys) => {
                    if keys.is_empty() {
                        builder.bare.extend(from);
                    }
                    for key in keys {
                        let Key::Static(name, at) = key else { continue };
                        let value = from.map_or(AttrValue::Inherit, AttrValue::InheritFrom);
                        insert(&mut builder, name, at, at, Building::Done(value));
                    }
                }
                _ => {}
            }
        }
        builder
    }

    /// The bindings of a `let`.
    fn scope(&mut self, count: usize, at: Loc) -> Set {
        let builder = self.entries(count, at, true);
        self.lowerer.finish(builder)
    }
}
