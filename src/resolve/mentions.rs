//! Which names the files of a workspace mention at all: the last doubt before an input is called unused.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::flakes::Flake;
use super::ir::{AttrValue, ExprId, Ir, Key, Kind, Name, Part};
use super::stored::Stored;
use crate::source::{FileId, SourceFile, Sources, is_nix};

/// The file that Nix keeps the locked inputs in.
const LOCK_FILE: &str = "flake.lock";
/// What flakes and flake-parts call the set of all inputs, the latter with a `'` behind it.
const SET_OF_INPUTS: &str = "inputs";
/// Occurrences of names in a text that are looked at besides one a byte.
const SLACK: usize = 64;
/// Functions that read all names of a set, or another flake.
const LISTERS: &[&str] = &["mapAttrs", "attrNames", "attrValues", "mapAttrsToList", "listToAttrs", "getFlake"];

/// How some names are mentioned outside of the declaration of the inputs.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    /// Names that are selected from something called `inputs`.
    read: BTreeSet<Name>,
    /// Names in files that read a lock file.
    selected: BTreeSet<Name>,
    /// Names that occur at all, in a text too.
    anywhere: BTreeSet<Name>,
    /// A file lists all inputs, or all nodes of a lock file.
    lists: bool,
}

impl Mentions {
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
        self.anywhere.contains(name)
    }

    fn plus(mut self, other: Self) -> Self {
        self.read.extend(other.read);
        self.selected.extend(other.selected);
        self.anywhere.extend(other.anywhere);
        self.lists |= other.lists;
        self
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

/// Looks for names in all files of a workspace, without the inputs that flakes declare; whether those of `passed_on`
/// occur at all is asked where nothing reads them. Code is looked into only where its text holds what could tell
/// something: most of the time is that of making it again.
pub(super) fn read(
    sources: &Sources,
    stored: &Stored,
    flakes: &[Flake],
    wanted: &BTreeSet<Name>,
    passed_on: &BTreeSet<Name>,
) -> Mentions {
    let names: Vec<&Name> = wanted.iter().collect();
    let patterns = names.iter().map(|name| &***name).chain([LOCK_FILE, SET_OF_INPUTS]);
    let Some(search) = AhoCorasick::new(patterns).ok().filter(|_| !names.is_empty()) else {
        // Without a search nothing is known not to be mentioned.
        return Mentions { lists: true, ..Mentions::default() };
    };
    let roots: BTreeMap<FileId, Option<ExprId>> = flakes.iter().map(|flake| (flake.file, flake.top.outputs)).collect();
    let through = |id: FileId| {
        let mut look = Look { names: &names, search: &search, reads_lock: false, found: Mentions::default() };
        stored.glance(id, |ir| look.through(ir, roots.get(&id).map_or(ir.root, |outputs| *outputs)));
        look.found
    };
    let files: Vec<(FileId, &SourceFile)> = sources.iter().filter(|(_, file)| is_nix(&file.path)).collect();
    let in_file = |(id, file): (FileId, &SourceFile)| {
        let held = Held::by(&file.glance(), &search, names.len());
        // What a file that does not parse reads nobody knows.
        let lists = stored.outline(id).is_broken;
        if held.lock || held.inputs && !held.names.is_empty() {
            let found = through(id);
            return (Mentions { lists: lists | found.lists, ..found }, None);
        }
        (Mentions { lists, ..Mentions::default() }, Some((id, held)))
    };
    let looked: Vec<(Mentions, Option<(FileId, Held)>)> = files.into_par_iter().map(in_file).collect();
    let (mut found, mut rest) = (Mentions::default(), Vec::new());
    for (mentions, later) in looked {
        found = found.plus(mentions);
        rest.extend(later);
    }
    // A name is sought until it was found once.
    let is_sought = |name: &Name| {
        !found.lists
            && passed_on.contains(name)
            && !found.read(name)
            && !found.off_a_lock(name)
            && !found.anywhere(name)
    };
    let open: Vec<AtomicBool> = names.iter().map(|name| AtomicBool::new(is_sought(name))).collect();
    let is_open = |at: &usize| open[*at].load(Ordering::Relaxed);
    rest.into_par_iter().filter(|(_, held)| held.names.iter().any(is_open)).for_each(|(id, held)| {
        let seen = through(id);
        let here = held.names.iter().filter(|at| seen.anywhere(names[**at]));
        here.for_each(|at| open[*at].store(false, Ordering::Relaxed));
    });
    // Which files were skipped depends on their order, which names are found in some file does not.
    let sought = names.iter().zip(&open).filter(|(name, open)| is_sought(name) && !open.load(Ordering::Relaxed));
    let sought: Vec<Name> = sought.map(|(name, _)| (**name).clone()).collect();
    found.anywhere.extend(sought);
    found
}

/// What a text holds, be it only within a word.
struct Held {
    /// Places of names among those that are sought.
    names: BTreeSet<usize>,
    /// The name of the lock file.
    lock: bool,
    /// What the set of all inputs is called.
    inputs: bool,
}

impl Held {
    /// `search` finds the names, and after them those of the lock file and of the set of all inputs.
    fn by(text: &str, search: &AhoCorasick, names: usize) -> Self {
        let mut found = occurring(text, search);
        let (lock, inputs) = (found.remove(&names), found.remove(&(names + 1)));
        Self { names: found, lock, inputs }
    }
}

/// Which patterns occur in a text. Patterns that hold each other (`a`, `aa`, …) may occur more often than the text is long:
/// then all are said to.
pub(super) fn occurring(text: &str, search: &AhoCorasick) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut last = usize::MAX;
    for (seen, place) in search.find_overlapping_iter(text).enumerate() {
        if seen > text.len() + SLACK {
            return (0..search.patterns_len()).collect();
        }
        let pattern = place.pattern().as_usize();
        if std::mem::replace(&mut last, pattern) != pattern {
            found.insert(pattern);
        }
    }
    found
}

/// A look into one file.
struct Look<'a> {
    names: &'a [&'a Name],
    /// Finds the names, and after them those of the lock file and of the set of all inputs.
    search: &'a AhoCorasick,
    reads_lock: bool,
    found: Mentions,
}

impl Look<'_> {
    fn through(&mut self, ir: &Ir, start: Option<ExprId>) {
        self.reads_lock = texts(ir).any(|text| text.contains(LOCK_FILE));
        let mut open: Vec<ExprId> = start.into_iter().collect();
        while let Some(expr) = open.pop() {
            self.one(ir, expr);
            children(ir, expr, &mut open);
        }
    }

    fn wants(&self, name: &Name) -> bool {
        self.names.binary_search(&name).is_ok()
    }

    /// A name of the code.
    fn name(&mut self, name: &Name) {
        if self.wants(name) {
            self.found.anywhere.insert(name.clone());
        }
    }

    fn one(&mut self, ir: &Ir, expr: ExprId) {
        match ir.kind(expr) {
            Kind::Var(name) => {
                self.name(name);
                self.found.lists |= self.reads_lock && LISTERS.contains(&&**name);
            }
            Kind::Select(of, keys, _) | Kind::Has(of, keys) => self.keys(ir, *of, keys),
            Kind::Str(text) => self.parts(&text.parts),
            Kind::Path(parts) => self.parts(parts),
            Kind::Set(set) | Kind::Let(set, _) | Kind::LegacyLet(set) => {
                for attr in &set.attrs {
                    self.name(&attr.name);
                    if let AttrValue::InheritFrom(from) = attr.value
                        && is_inputs(ir, from)
                        && self.wants(&attr.name)
                    {
                        self.found.read.insert(attr.name.clone());
                    }
                }
            }
            Kind::Lambda(lambda) => {
                lambda
                    .formals
                    .iter()
                    .flat_map(|formals| &formals.entries)
                    .for_each(|formal| self.name(&formal.name));
            }
            _ => {}
        }
    }

    fn keys(&mut self, ir: &Ir, of: ExprId, keys: &[Key]) {
        let mut from_inputs = is_inputs(ir, of);
        for key in keys {
            let Key::Static(name, _) = key else {
                from_inputs = false;
                continue;
            };
            self.name(name);
            if self.wants(name) {
                if from_inputs {
                    self.found.read.insert(name.clone());
                } else if self.reads_lock {
                    self.found.selected.insert(name.clone());
                }
            }
            self.found.lists |= self.reads_lock && LISTERS.contains(&&**name);
            from_inputs = is_set_of_inputs(name);
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            let Part::Text(text) = part else { continue };
            for at in occurring(text, self.search) {
                if let Some(name) = self.names.get(at) {
                    self.found.anywhere.insert((*name).clone());
                }
            }
            if self.reads_lock && self.wants(text) {
                self.found.selected.insert(text.clone());
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

fn is_set_of_inputs(name: &str) -> bool {
    name.strip_suffix('\'').unwrap_or(name) == SET_OF_INPUTS
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

#[cfg(test)]
mod tests {
    use aho_corasick::AhoCorasick;

    use super::occurring;

    #[test]
    fn of_names_within_names_all_are_said_to_occur_once_there_are_too_many() {
        let names: Vec<String> = (1..400).map(|length| "a".repeat(length)).collect();
        let search = AhoCorasick::new(&names).unwrap();
        assert_eq!(occurring("an apple", &search).len(), 1);
        assert_eq!(occurring(&"a".repeat(4 << 20), &search).len(), names.len());
    }
}
