//! Which names the files of a workspace mention at all: the last doubt before an input is called unused.

use std::collections::BTreeSet;

use super::eval::World;
use super::flakes::Flake;
use crate::source::is_nix;

use super::ir::{AttrValue, ExprId, Ir, Key, Kind, Part};

/// What is mentioned outside of the declaration of the inputs.
#[derive(Debug, Default)]
pub(super) struct Mentions<'a> {
    /// Names that are selected from something called `inputs`.
    read: BTreeSet<&'a str>,
    /// Names in files that read a lock file.
    selected: BTreeSet<&'a str>,
    /// All names of all kinds.
    names: BTreeSet<&'a str>,
    texts: Vec<&'a str>,
    /// A file lists all inputs, or all nodes of a lock file.
    lists: bool,
}

impl Mentions<'_> {
    /// Whether code reads an input of that name from a set that is called so.
    pub(super) fn read(&self, name: &str) -> bool {
        self.read.contains(name)
    }

    /// Whether code may read an input of that name off a lock file.
    pub(super) fn off_a_lock(&self, name: &str) -> bool {
        self.lists || self.selected.contains(name)
    }

    /// Whether the name occurs at all, in a text too.
    pub(super) fn anywhere(&self, name: &str) -> bool {
        self.names.contains(name) || self.texts.iter().any(|text| text.contains(name))
    }
}

/// Whether a file did not parse in some part.
pub(super) fn is_broken(ir: &Ir) -> bool {
    ir.root.is_none() || ir.exprs.iter().any(|expr| matches!(expr.kind, Kind::Error))
}

/// Whether the outputs are `{ }`.
pub(super) fn is_empty(ir: &Ir, body: ExprId) -> bool {
    matches!(ir.kind(body), Kind::Set(set) if set.attrs.is_empty() && set.dynamic.is_empty())
}

/// All texts and paths that are written out in a file.
pub(super) fn texts(ir: &Ir) -> impl Iterator<Item = &str> {
    let parts = ir.exprs.iter().flat_map(|expr| match &expr.kind {
        Kind::Str(text) => &*text.parts,
        Kind::Path(parts) => parts,
        _ => &[],
    });
    parts.filter_map(|part| match part {
        Part::Text(text) => Some(&**text),
        Part::Expr(_) => None,
    })
}

/// Reads all files of a workspace, without the inputs that flakes declare.
pub(super) fn read<'a>(world: &World<'a>, flakes: &[Flake]) -> Mentions<'a> {
    let mut found = Mentions::default();
    for (id, file) in world.sources.iter() {
        let ir = &world.modules[id.0 as usize];
        // What a file that does not parse reads nobody knows.
        found.lists |= is_nix(&file.path) && is_broken(ir);
        let flake = flakes.iter().find(|flake| flake.file == id);
        let start = flake.map_or(ir.root, |flake| flake.top.outputs);
        let reads_lock = texts(ir).any(|text| text.contains("flake.lock"));
        let mut open: Vec<ExprId> = start.into_iter().collect();
        while let Some(expr) = open.pop() {
            found.one(ir, expr, reads_lock);
            children(ir, expr, &mut open);
        }
    }
    found
}

impl<'a> Mentions<'a> {
    fn one(&mut self, ir: &'a Ir, expr: ExprId, reads_lock: bool) {
        match ir.kind(expr) {
            Kind::Var(name) => {
                self.names.insert(name);
                let lists = ["mapAttrs", "attrNames", "attrValues", "mapAttrsToList", "listToAttrs", "getFlake"];
                self.lists |= reads_lock && lists.contains(&&**name);
            }
            Kind::Select(of, keys, _) | Kind::Has(of, keys) => self.keys(ir, *of, keys, reads_lock),
            Kind::Str(text) => self.parts(&text.parts, reads_lock),
            Kind::Path(parts) => self.parts(parts, reads_lock),
            Kind::Set(set) | Kind::Let(set, _) | Kind::LegacyLet(set) => {
                for attr in &set.attrs {
                    self.names.insert(&attr.name);
                    if let AttrValue::InheritFrom(from) = attr.value
                        && is_inputs(ir, from)
                    {
                        self.read.insert(&attr.name);
                    }
                }
            }
            Kind::Lambda(lambda) => {
                let formals = lambda.formals.iter().flat_map(|formals| &formals.entries);
                self.names.extend(formals.map(|formal| &*formal.name));
            }
            _ => {}
        }
    }

    fn keys(&mut self, ir: &'a Ir, of: ExprId, keys: &'a [Key], reads_lock: bool) {
        let mut from_inputs = is_inputs(ir, of);
        for key in keys {
            let Key::Static(name, _) = key else {
                from_inputs = false;
                continue;
            };
            self.names.insert(name);
            if from_inputs {
                self.read.insert(name);
            } else if reads_lock {
                self.selected.insert(name);
            }
            let lists = ["mapAttrs", "attrNames", "attrValues", "mapAttrsToList", "listToAttrs", "getFlake"];
            self.lists |= reads_lock && lists.contains(&&**name);
            from_inputs = is_set_of_inputs(name);
        }
    }

    fn parts(&mut self, parts: &'a [Part], reads_lock: bool) {
        for part in parts {
            if let Part::Text(text) = part {
                self.texts.push(text);
                if reads_lock {
                    self.selected.insert(text);
                }
            }
        }
    }
}

/// Whether an expression is called `inputs`, or ends in it.
fn is_inputs(ir: &Ir, expr: ExprId) -> bool {
    match ir.kind(expr) {
        Kind::Var(name) => is_set_of_inputs(name),
        Kind::Select(_, keys, _) => matches!(keys.last(), Some(Key::Static(name, _)) if is_set_of_inputs(name)),
        _ => false,
    }
}

/// What flakes and flake-parts call the set of all inputs.
fn is_set_of_inputs(name: &str) -> bool {
    matches!(name, "inputs" | "inputs'")
}

/// The expressions that an expression is made of.
pub(super) fn children(ir: &Ir, expr: ExprId, into: &mut Vec<ExprId>) {
    let keys = |keys: &[Key], into: &mut Vec<ExprId>| {
        into.extend(keys.iter().filter_map(|key| match key {
            Key::Dynamic(expr) => Some(*expr),
            Key::Static(..) => None,
        }));
    };
    let parts = |parts: &[Part], into: &mut Vec<ExprId>| {
        into.extend(parts.iter().filter_map(|part| match part {
            Part::Expr(expr) => Some(*expr),
            Part::Text(_) => None,
        }));
    };
    match ir.kind(expr) {
        Kind::Error | Kind::Var(_) | Kind::Int(_) | Kind::Float(_) | Kind::Search(_) | Kind::CurPos => {}
        Kind::Str(text) => parts(&text.parts, into),
        Kind::Path(pieces) => parts(pieces, into),
        Kind::List(items) => into.extend(items.iter().copied()),
        Kind::Set(set) | Kind::LegacyLet(set) => set_children(set, into),
        Kind::Let(set, body) => {
            set_children(set, into);
            into.push(*body);
        }
        Kind::If(a, b, c) => into.extend([*a, *b, *c]),
        Kind::Lambda(lambda) => {
            let formals = lambda.formals.iter().flat_map(|formals| &formals.entries);
            into.extend(formals.filter_map(|formal| formal.default));
            into.push(lambda.body);
        }
        Kind::Select(of, steps, default) => {
            into.push(*of);
            keys(steps, into);
            into.extend(*default);
        }
        Kind::Has(of, steps) => {
            into.push(*of);
            keys(steps, into);
        }
        Kind::Not(e) | Kind::Negate(e) => into.push(*e),
        Kind::With(a, b) | Kind::Assert(a, b) | Kind::Apply(a, b) | Kind::Binary(_, a, b) => into.extend([*a, *b]),
    }
}

fn set_children(set: &super::ir::Set, into: &mut Vec<ExprId>) {
    into.extend(set.attrs.iter().filter_map(|attr| match attr.value {
        AttrValue::Expr(value) | AttrValue::InheritFrom(value) => Some(value),
        AttrValue::Inherit => None,
    }));
    for dynamic in &set.dynamic {
        into.extend([dynamic.key, dynamic.value]);
    }
}
