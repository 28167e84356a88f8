//! Subtrees that may be written more than once, as hashes (Baxter et al., "Clone detection using abstract syntax
//! trees", 1998). Type 1 clones have the same *exact* hash; type 2 clones (Roy & Cordy's terms) the same *shape*, in
//! which short literals do not count. Names do: two lists of different packages are no copy of each other.
//!
//! One pass over the lowered file, whose children come before their parents: linear, without recursion.

use std::cell::OnceCell;

use super::ir::{AttrValue, Expr, ExprId, Ir, Key, Kind, Loc, Name, Part, Set};
use super::per_system::{self, PerSystem};
use super::siblings::{self, Hosts};

/// Subtrees with fewer expressions are not looked at: below, what is alike is mostly idiom.
const MIN_NODES: u32 = 40;
/// Lines of a copy: `NiCad`'s least (Roy & Cordy, 2008); shorter ones are mostly idiom.
const MIN_LINES: usize = 10;
/// Expressions of it that are neither literals nor what holds them, in number and as one of so many: a table of data
/// that looks like another one is no copy.
const MIN_CODE: u32 = 15;
const MIN_CODE_SHARE: u32 = 3;
/// Stands for the name of whatever system.
const ANY_SYSTEM: u64 = 0;
/// Literals with more bytes, and those of several lines, are code of their own (scripts): they count in a shape.
const MAX_LITERAL: usize = 200;

/// What of a file may be written more than once.
#[derive(Clone, Debug, Default)]
pub struct Clones {
    /// Subtrees that are long enough to be told of, children before parents.
    pub trees: Vec<Tree>,
    /// Literals in them that a shape leaves out, in order of expression.
    pub literals: Vec<Literal>,
    /// Expressions of the file: the last one is the file's own.
    pub exprs: u32,
    /// Values written once for each system.
    pub systems: Vec<PerSystem>,
    /// Hosts that are much alike.
    pub hosts: Vec<Hosts>,
}

/// A subtree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Its place.
    pub at: Loc,
    /// Its first and its last expression.
    pub first: u32,
    /// See `first`.
    pub last: u32,
    /// Hash of all but white space, comments and parentheses.
    pub exact: u64,
    /// Hash without short literals.
    pub shape: u64,
    /// Expressions in it.
    pub nodes: u32,
    /// Those that are neither literals nor sets and lists to hold them.
    pub code: u32,
    /// The attribute or binding that it is the value of.
    pub name: Option<Name>,
}

/// A literal that a shape leaves out.
#[derive(Clone, Debug)]
pub struct Literal {
    /// Its expression.
    pub expr: u32,
    /// Its place.
    pub at: Loc,
    /// Hash of its value.
    pub value: u64,
    /// The nearest attribute or binding around it.
    pub name: Option<Name>,
}

/// Hashes and sizes of one subtree.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Digest {
    pub(super) exact: u64,
    pub(super) shape: u64,
    /// Like `exact`, but the names of systems are all one.
    pub(super) by_system: u64,
    /// Which systems are named: bits in the order of `per_system::SYSTEMS`.
    pub(super) systems: u32,
    pub(super) nodes: u32,
    pub(super) code: u32,
    pub(super) first: u32,
}

impl Clones {
    /// Whether a subtree is the whole file.
    pub fn is_whole(&self, tree: &Tree) -> bool {
        tree.last + 1 == self.exprs
    }

    /// Those subtrees that are in no other: their first and last expressions, in order.
    fn outermost(&self) -> Vec<(u32, u32)> {
        // Parents come after their children: from the end, what is not in the last outermost one is outside of all.
        let mut outer: Vec<(u32, u32)> = Vec::new();
        for tree in self.trees.iter().rev() {
            if outer.last().is_none_or(|(first, _)| tree.last < *first) {
                outer.push((tree.first, tree.last));
            }
        }
        outer.reverse();
        outer
    }
}

/// Whether there is enough code in a subtree to be told of.
fn is_much(digest: &Digest) -> bool {
    digest.nodes >= MIN_NODES && digest.code >= MIN_CODE && digest.code.saturating_mul(MIN_CODE_SHARE) >= digest.nodes
}

/// Whether a place of a text with line ends there is long enough to be told of.
fn is_long(at: Loc, line_ends: &[u32]) -> bool {
    let before = |offset: u32| line_ends.partition_point(|end| *end < offset);
    before(at.end.saturating_sub(1)).saturating_sub(before(at.start)) + 1 >= MIN_LINES
}

/// Reads off a lowered file what may be a copy; `text` is what it was read from.
pub(super) fn clones(ir: &Ir, text: &str) -> Clones {
    let ends = || text.match_indices('\n').map(|(at, _)| at as u32).collect::<Vec<u32>>();
    let line_ends = OnceCell::new();
    let mut digests: Vec<Digest> = Vec::with_capacity(ir.exprs.len());
    let mut names: Vec<Option<&Name>> = vec![None; ir.exprs.len()];
    let mut clones = Clones { exprs: ir.exprs.len() as u32, ..Clones::default() };
    for (index, expr) in ir.exprs.iter().enumerate() {
        let digest = digest(expr, index as u32, &digests);
        digests.push(digest);
        for attr in sets(&expr.kind).flat_map(|set| &set.attrs) {
            if let AttrValue::Expr(value) = attr.value {
                names[value.0 as usize] = Some(&attr.name);
            }
        }
    }
    for ((index, expr), digest) in ir.exprs.iter().enumerate().zip(&digests) {
        if is_much(digest) && is_long(expr.loc, line_ends.get_or_init(ends)) {
            clones.trees.push(Tree {
                at: expr.loc,
                first: digest.first,
                last: index as u32,
                exact: digest.exact,
                shape: digest.shape,
                nodes: digest.nodes,
                code: digest.code,
                name: names[index].cloned(),
            });
        }
        if let Kind::Set(set) = &expr.kind {
            clones.systems.extend(per_system::read(ir, set, names[index], &digests));
            clones.hosts.extend(siblings::read(ir, set, &digests));
        }
    }
    clones.literals = literals(ir, &digests, names, &clones.outermost());
    clones.trees.shrink_to_fit();
    clones
}

/// The literals in some ranges of expressions, which are in order.
fn literals(ir: &Ir, digests: &[Digest], mut around: Vec<Option<&Name>>, within: &[(u32, u32)]) -> Vec<Literal> {
    if within.is_empty() {
        return Vec::new();
    }
    // From parents to children: what has no name of its own is within its parent's.
    for (index, expr) in ir.exprs.iter().enumerate().rev() {
        let own = around[index];
        children(&expr.kind, &mut |child| {
            let slot = &mut around[child.0 as usize];
            *slot = slot.or(own);
        });
    }
    let expressions = within.iter().flat_map(|(first, last)| *first..=*last);
    let literal = |expr: u32| {
        let Expr { kind, loc } = ir.expr(ExprId(expr));
        let name = || around[expr as usize].cloned();
        is_literal(kind).then(|| Literal { expr, at: *loc, value: digests[expr as usize].exact, name: name() })
    };
    expressions.filter_map(literal).collect()
}

fn sets(kind: &Kind) -> impl Iterator<Item = &Set> {
    match kind {
        Kind::Set(set) | Kind::Let(set, _) | Kind::LegacyLet(set) => Some(&**set),
        _ => None,
    }
    .into_iter()
}

/// Whether a shape leaves it out.
pub(super) fn is_literal(kind: &Kind) -> bool {
    let short = |text: &Name| text.len() <= MAX_LITERAL && !text.contains('\n');
    match kind {
        Kind::Int(_) | Kind::Float(_) => true,
        Kind::Var(name) => is_constant(name),
        Kind::Str(text) => is_plain(&text.parts, &short),
        Kind::Path(parts) => is_plain(parts, &short),
        _ => false,
    }
}

fn is_plain(parts: &[Part], short: &dyn Fn(&Name) -> bool) -> bool {
    parts.iter().all(|part| matches!(part, Part::Text(text) if short(text)))
}

fn is_constant(name: &str) -> bool {
    matches!(name, "true" | "false" | "null")
}

/// The expressions directly below one, in order of place.
pub(crate) fn children(kind: &Kind, visit: &mut dyn FnMut(ExprId)) {
    let keys = |keys: &[Key], visit: &mut dyn FnMut(ExprId)| {
        for key in keys {
            if let Key::Dynamic(expr) = key {
                visit(*expr);
            }
        }
    };
    match kind {
        Kind::Str(text) => parts(&text.parts, visit),
        Kind::Path(of) => parts(of, visit),
        Kind::List(items) => {
            for item in items {
                visit(*item);
            }
        }
        Kind::Set(set) | Kind::LegacyLet(set) => members(set, visit),
        Kind::Let(set, body) => {
            members(set, visit);
            visit(*body);
        }
        Kind::With(a, b) | Kind::Assert(a, b) | Kind::Apply(a, b) | Kind::Binary(_, a, b) => {
            visit(*a);
            visit(*b);
        }
        Kind::If(a, b, c) => {
            for expr in [a, b, c] {
                visit(*expr);
            }
        }
        Kind::Lambda(lambda) => {
            let defaults = lambda.formals.iter().flat_map(|formals| &formals.entries).filter_map(|e| e.default);
            defaults.for_each(&mut *visit);
            visit(lambda.body);
        }
        Kind::Select(of, path, default) => {
            visit(*of);
            keys(path, visit);
            if let Some(expr) = default {
                visit(*expr);
            }
        }
        Kind::Has(of, path) => {
            visit(*of);
            keys(path, visit);
        }
        Kind::Not(expr) | Kind::Negate(expr) => visit(*expr),
        Kind::Error | Kind::Var(_) | Kind::Int(_) | Kind::Float(_) | Kind::Search(_) | Kind::CurPos => {}
    }
}

fn parts(parts: &[Part], visit: &mut dyn FnMut(ExprId)) {
    for part in parts {
        if let Part::Expr(expr) = part {
            visit(*expr);
        }
    }
}

fn members(set: &Set, visit: &mut dyn FnMut(ExprId)) {
    for attr in &set.attrs {
        match attr.value {
            AttrValue::Expr(value) | AttrValue::InheritFrom(value) => visit(value),
            AttrValue::Inherit => {}
        }
    }
    for attr in &set.dynamic {
        visit(attr.key);
        visit(attr.value);
    }
    for source in &set.bare {
        visit(*source);
    }
}

/// The digest of one expression, from those of what is below it.
fn digest(expr: &Expr, index: u32, below: &[Digest]) -> Digest {
    let start = hash(discriminant(&expr.kind), b"");
    // `inherit x;` is a name like any other, though no expression.
    let inherited = |set: &Set| set.attrs.iter().filter(|attr| matches!(attr.value, AttrValue::Inherit)).count() as u32;
    let inherited: u32 = sets(&expr.kind).map(inherited).sum();
    let mut digest = Digest {
        exact: start,
        shape: start,
        by_system: start,
        systems: 0,
        nodes: inherited.saturating_add(1),
        code: u32::from(is_code(&expr.kind)).saturating_add(inherited),
        first: index,
    };
    let literal = is_literal(&expr.kind);
    own(&expr.kind, &mut |bytes| {
        let said = hash(0, bytes);
        digest.exact = mix(digest.exact, said);
        if !literal {
            digest.shape = mix(digest.shape, said);
        }
        let system = per_system::number(bytes);
        digest.systems |= system.map_or(0, |bit| 1 << bit);
        digest.by_system = mix(digest.by_system, if system.is_some() { ANY_SYSTEM } else { said });
    });
    children(&expr.kind, &mut |child| {
        let child = &below[child.0 as usize];
        digest.exact = mix(digest.exact, child.exact);
        digest.shape = mix(digest.shape, child.shape);
        digest.by_system = mix(digest.by_system, child.by_system);
        digest.systems |= child.systems;
        digest.nodes = digest.nodes.saturating_add(child.nodes);
        digest.code = digest.code.saturating_add(child.code);
        digest.first = digest.first.min(child.first);
    });
    if literal {
        // Every literal can stand for every other.
        digest.shape = hash(0, b"<literal>");
    }
    digest
}

/// A hash of what an expression says itself, without what is below it.
pub(crate) fn own_digest(kind: &Kind) -> u64 {
    let mut digest = discriminant(kind);
    own(kind, &mut |bytes| digest = hash(digest, bytes));
    digest
}

/// What an expression says itself, without what is below it.
fn own(kind: &Kind, say: &mut dyn FnMut(&[u8])) {
    let mut keys = |keys: &[Key]| {
        for key in keys {
            match key {
                Key::Static(name, _) => say(name.as_bytes()),
                Key::Dynamic(_) => say(b"${}"),
            }
        }
    };
    match kind {
        Kind::Select(_, path, default) => {
            keys(path);
            say(&[u8::from(default.is_some())]);
        }
        Kind::Has(_, path) => keys(path),
        Kind::Var(name) | Kind::Search(name) => say(name.as_bytes()),
        Kind::Int(number) => say(&number.to_le_bytes()),
        Kind::Float(number) => say(&number.to_bits().to_le_bytes()),
        Kind::Str(text) => said(&text.parts, say),
        Kind::Path(of) => said(of, say),
        Kind::List(items) => say(&(items.len() as u64).to_le_bytes()),
        Kind::Set(set) | Kind::LegacyLet(set) | Kind::Let(set, _) => {
            say(&[u8::from(set.recursive)]);
            for attr in &set.attrs {
                say(attr.name.as_bytes());
                say(match attr.value {
                    AttrValue::Expr(_) => b"=",
                    AttrValue::Inherit => b"inherit",
                    AttrValue::InheritFrom(_) => b"inherit from",
                });
            }
            say(&(set.dynamic.len() as u64).to_le_bytes());
        }
        Kind::Lambda(lambda) => {
            say(lambda.param.as_ref().map_or(b"".as_slice(), |(name, _)| name.as_bytes()));
            if let Some(formals) = &lambda.formals {
                say(&[b'{', u8::from(formals.ellipsis)]);
                for entry in &formals.entries {
                    say(entry.name.as_bytes());
                    say(&[u8::from(entry.default.is_some())]);
                }
            }
        }
        Kind::Binary(operator, ..) => say(&[*operator as u8]),
        _ => {}
    }
}

fn said(parts: &[Part], say: &mut dyn FnMut(&[u8])) {
    for part in parts {
        match part {
            Part::Text(text) => say(text.as_bytes()),
            Part::Expr(_) => say(b"${}"),
        }
    }
}

fn is_code(kind: &Kind) -> bool {
    match kind {
        Kind::Var(name) => !is_constant(name),
        Kind::Set(_) | Kind::List(_) | Kind::Int(_) | Kind::Float(_) | Kind::CurPos | Kind::Error => false,
        Kind::Str(_) | Kind::Path(_) => !is_literal(kind),
        _ => true,
    }
}

fn discriminant(kind: &Kind) -> u64 {
    match kind {
        Kind::Error => 1,
        Kind::Var(_) => 2,
        Kind::Int(_) => 3,
        Kind::Float(_) => 4,
        Kind::Str(_) => 5,
        Kind::Path(_) => 6,
        Kind::Search(_) => 7,
        Kind::CurPos => 8,
        Kind::List(_) => 9,
        Kind::Set(_) => 10,
        Kind::Let(..) => 11,
        Kind::LegacyLet(_) => 12,
        Kind::With(..) => 13,
        Kind::Assert(..) => 14,
        Kind::If(..) => 15,
        Kind::Lambda(_) => 16,
        Kind::Apply(..) => 17,
        Kind::Select(..) => 18,
        Kind::Has(..) => 19,
        Kind::Not(_) => 20,
        Kind::Negate(_) => 21,
        Kind::Binary(..) => 22,
    }
}

/// Eight bytes at a time, the length last so that two pieces are not one.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    let mut words = bytes.chunks_exact(8);
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    let all = words.by_ref().fold(seed, |hash, bytes| mix(hash, word(bytes)));
    mix(mix(all, word(words.remainder())), bytes.len() as u64)
}

/// One more word of a hash: a product of 128 bits, folded (Wang Yi, wyhash, 2019). The constants are digits of pi.
fn mix(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash.rotate_left(29) ^ 0x243f_6a88_85a3_08d3) * u128::from(word ^ 0x1319_8a2e_0370_7344);
    product as u64 ^ (product >> 64) as u64
}
