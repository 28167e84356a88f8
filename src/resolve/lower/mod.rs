//! Code in, [`Ir`] out: from a tape, or from a syntax tree where there is none (broken or very deep code).

mod tape;
mod tree;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::ir::{Attr, AttrValue, DynamicAttr, Expr, ExprId, FEW, Ir, Key, Kind, Loc, Name, Part, Set, Text, is_same};
use super::text;
use crate::parse::{self, Code};

/// Lowers a file of which this is the code; `text` is what it was read from.
pub(crate) fn lower(code: Code, text: &str) -> Ir {
    match code {
        Code::Tape(steps) => tape::lower(&steps, text),
        Code::Tree(green) => tree::lower(green),
        Code::None => Ir::default(),
    }
}

/// Lowers a text.
pub(crate) fn of_text(text: &str) -> Ir {
    lower(parse::code(text).code, text)
}

#[derive(Default)]
struct Lowerer {
    exprs: Vec<Expr>,
    depth: u32,
    /// One text for one name of the file.
    names: HashSet<Name, foldhash::fast::RandomState>,
}

/// A set under construction: nested paths are still open for merging.
#[derive(Default)]
struct Builder {
    recursive: bool,
    loc: Option<Loc>,
    attrs: Vec<(Name, Loc, Loc, Building)>,
    /// Places in `attrs` by name, where there are more than [`FEW`].
    index: BTreeMap<Name, usize>,
    dynamic: Vec<(ExprId, Loc, Building)>,
    bare: Vec<ExprId>,
    duplicates: Vec<(Name, Loc)>,
}

impl Builder {
    /// Where an attribute is, if it is there already.
    fn place(&mut self, name: &Name) -> Option<usize> {
        if self.attrs.len() <= FEW {
            return self.attrs.iter().position(|(known, ..)| is_same(known, name));
        }
        let new = self.attrs.iter().enumerate().skip(self.index.len());
        self.index.extend(new.map(|(at, (name, ..))| (name.clone(), at)));
        self.index.get(name).copied()
    }
}

enum Building {
    Done(AttrValue),
    Nested(Box<Builder>),
}

impl Lowerer {
    fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.names.get(text) {
            return name.clone();
        }
        let name: Name = Arc::from(text);
        self.names.insert(name.clone());
        name
    }

    fn push(&mut self, kind: Kind, loc: Loc) -> ExprId {
        self.exprs.push(Expr { kind, loc });
        ExprId(self.exprs.len() as u32 - 1)
    }

    /// `"name"` and `${"name"}` are written-out names.
    fn static_string(&mut self, id: ExprId, at: Loc) -> Key {
        if let Kind::Str(text) = self.exprs[id.0 as usize].kind.clone() {
            match &*text.parts {
                [] => return Key::Static(self.name(""), at),
                // One text for one name: names are told apart by address first.
                [Part::Text(t)] => return Key::Static(self.name(t), at),
                _ => {}
            }
        }
        Key::Dynamic(id)
    }

    fn finish(&mut self, builder: Builder) -> Set {
        let Builder { recursive, duplicates, bare, .. } = builder;
        let attrs = Vec::with_capacity(builder.attrs.len());
        let mut set = Set { recursive, attrs, bare, duplicates, ..Set::default() };
        for (name, at, span, building) in builder.attrs {
            let value = match building {
                Building::Done(value) => value,
                Building::Nested(nested) => AttrValue::Expr(self.nested(*nested, span)),
            };
            set.attrs.push(Attr { name, at, span, value });
        }
        for (key, span, building) in builder.dynamic {
            let value = match building {
                Building::Done(AttrValue::Expr(value)) => value,
                Building::Done(_) => self.push(Kind::Error, span),
                Building::Nested(nested) => self.nested(*nested, span),
            };
            set.dynamic.push(DynamicAttr { key, value, span });
        }
        set.by_name = by_name(&set.attrs, |a| &a.name);
        set
    }

    fn nested(&mut self, nested: Builder, span: Loc) -> ExprId {
        let at = nested.loc.unwrap_or(span);
        let set = self.finish(nested);
        self.push(Kind::Set(Box::new(set)), at)
    }
}

/// A string of these pieces, as they are written.
fn cooked(raw: Vec<text::Raw>, indented: bool) -> Text {
    let parts = text::cook(raw, indented).into_iter().map(|p| match p {
        text::Raw::Text(t) => Part::Text(Arc::from(t.as_str())),
        text::Raw::Expr(e) => Part::Expr(e),
    });
    Text { parts: parts.collect(), indented }
}

/// Places of the items in order of name, each name once.
fn by_name<T>(items: &[T], name: impl Fn(&T) -> &Name) -> Box<[u32]> {
    let mut order: Vec<u32> = (0..items.len() as u32).collect();
    order.sort_by(|a, b| name(&items[*a as usize]).cmp(name(&items[*b as usize])));
    order.dedup_by(|a, b| name(&items[*a as usize]) == name(&items[*b as usize]));
    order.into()
}

/// Adds `keys = value` below `builder`, opening nested sets on the way.
fn add(builder: &mut Builder, keys: &[Key], value: Building, span: Loc) {
    match keys {
        [] => {}
        [Key::Static(name, at)] => insert(builder, name.clone(), *at, span, value),
        [Key::Dynamic(key)] => builder.dynamic.push((*key, span, value)),
        [Key::Static(name, at), rest @ ..] => {
            let mut inner = Builder::default();
            add(&mut inner, rest, value, span);
            insert(builder, name.clone(), *at, span, Building::Nested(Box::new(inner)));
        }
        [Key::Dynamic(key), rest @ ..] => {
            let mut inner = Builder::default();
            add(&mut inner, rest, value, span);
            builder.dynamic.push((*key, span, Building::Nested(Box::new(inner))));
        }
    }
}

fn insert(builder: &mut Builder, name: Name, at: Loc, span: Loc, value: Building) {
    let Some(index) = builder.place(&name) else {
        builder.attrs.push((name, at, span, value));
        return;
    };
    match (&mut builder.attrs[index].3, value) {
        (Building::Nested(old), Building::Nested(new)) => merge(old, *new),
        (_, value) => {
            builder.duplicates.push((name, at));
            keep(value, &mut builder.bare);
        }
    }
}

/// What a second definition reads is read all the same: Nix binds the names of a file before it refuses it.
fn keep(value: Building, kept: &mut Vec<ExprId>) {
    match value {
        Building::Done(AttrValue::Expr(value)) => kept.push(value),
        Building::Nested(set) if !set.recursive => {
            kept.extend(set.bare);
            set.attrs.into_iter().for_each(|(.., value)| keep(value, kept));
            for (key, _, value) in set.dynamic {
                kept.push(key);
                keep(value, kept);
            }
        }
        // Its names are those of a scope that is gone.
        Building::Nested(_) | Building::Done(_) => {}
    }
}

fn merge(old: &mut Builder, new: Builder) {
    old.loc = old.loc.or(new.loc);
    old.duplicates.extend(new.duplicates);
    for (name, at, span, value) in new.attrs {
        insert(old, name, at, span, value);
    }
    old.dynamic.extend(new.dynamic);
    old.bare.extend(new.bare);
}

#[cfg(test)]
mod tests;
