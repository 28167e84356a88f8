//! Proof 1: the written tree, read back and with every written file put in place of its `import`, is the old tree.
//!
//! Both trees are unfolded side by side (a bisimulation: Milner 1989, ch. 4; for cyclic terms Courcelle 1983): two
//! thunks are equal when their heads are and their parts are equal, where a pair that was met before is taken as equal.
//! Layout, the order of attributes, names of arguments and bindings that nothing reads do not matter.

use std::collections::{BTreeMap, BTreeSet};

use super::merge::{self, Module};
use super::path;
use super::reduce::{Code, Env, Head, Side, ThunkId};
use crate::resolve::ir::{ExprId, Formal, Formals, Ir, Key, Kind, Lambda, Loc, Name, Part, Set};

/// Why two trees are not shown to be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// What differs, in words.
    pub(super) reason: String,
    /// Where, in the old tree.
    pub(super) at: Option<(String, Loc)>,
}

pub(super) type Outcome = Result<(), &'static str>;

pub(super) const OTHER_SET: &str = "a set would have other attributes";

pub(super) struct Proof<'a> {
    pub(super) old: Side<'a>,
    pub(super) new: Side<'a>,
    /// Sets of the new tree that are flake-parts modules.
    pub(super) modules: BTreeMap<(u32, ExprId), Module>,
    seen: BTreeSet<(ThunkId, ThunkId)>,
    /// Expressions that were compared. A function's body names the function by another thunk each time it is entered:
    /// what ends the unfolding is that its expression and scope are the same.
    met: BTreeSet<(Code, Code)>,
    pub(super) todo: Vec<(ThunkId, ThunkId)>,
    symbols: u32,
    /// Arguments that flake-parts gives to who asks for them, by file and place in the old tree: they may be gone.
    given: BTreeSet<(u32, u32)>,
}

/// Shows that every file of `changed` has the same value in both trees. `created` says of each new file whether it takes
/// arguments, `made` which of them are flake-parts modules.
pub(super) fn prove<'a>(
    old: impl Iterator<Item = (&'a str, &'a Ir)>,
    new: impl Iterator<Item = (&'a str, &'a Ir)>,
    changed: &BTreeSet<String>,
    (created, made): (&BTreeMap<String, bool>, &BTreeSet<String>),
) -> Result<(), Difference> {
    let old = Side::new(old, &BTreeMap::new(), &BTreeSet::new());
    let new = Side::new(new, created, made);
    let modules = if made.is_empty() {
        BTreeMap::new()
    } else {
        let of = |(file, ir): (u32, &Ir)| merge::modules(ir).into_iter().map(move |(at, module)| ((file, at), module));
        new.irs().flat_map(of).collect()
    };
    let given = old.irs().flat_map(|(file, ir)| merge::given(ir).into_iter().map(move |at| (file, at))).collect();
    let (seen, met) = (BTreeSet::new(), BTreeSet::new());
    let mut proof = Proof { old, new, modules, seen, met, todo: Vec::new(), symbols: 0, given };
    for path in changed {
        let (Some(a), Some(b)) = (proof.old.root(path), proof.new.root(path)) else {
            return Err(Difference { reason: format!("{path} holds no expression"), at: None });
        };
        proof.todo.push((a, b));
    }
    proof.run()
}

impl Proof<'_> {
    fn run(&mut self) -> Result<(), Difference> {
        while let Some((a, b)) = self.todo.pop() {
            if !self.seen.insert((a, b)) {
                continue;
            }
            let outcome = if self.old.is_full() || self.new.is_full() {
                Err("more code than the bound on a proof allows")
            } else {
                let heads = (self.old.head(a), self.new.head(b));
                self.heads(heads)
            };
            if let Err(reason) = outcome {
                let at = self.old.written(a).map(|code| {
                    let loc = self.old.ir(code.file).expr(code.expr).loc;
                    (self.old.path(code.file).to_owned(), loc)
                });
                return Err(Difference { reason: reason.to_owned(), at });
            }
        }
        Ok(())
    }

    fn heads(&mut self, heads: (Head, Head)) -> Outcome {
        match heads {
            (Head::Stuck(reason), _) | (_, Head::Stuck(reason)) => Err(reason),
            (Head::Value(a), Head::Value(b)) if self.met.insert((a, b)) => self.values(a, b),
            (Head::Value(_), Head::Value(_)) => Ok(()),
            (Head::Symbol(a), Head::Symbol(b)) if a == b => Ok(()),
            (Head::Global(a), Head::Global(b)) if a == b => Ok(()),
            (Head::Member(a, key), Head::Member(b, other)) if key == other => {
                self.todo.push((a, b));
                Ok(())
            }
            (Head::With(a, withs), Head::With(b, others)) if a == b && withs.len() == others.len() => {
                self.todo.extend(withs.into_iter().zip(others));
                Ok(())
            }
            (Head::With(..), _) | (_, Head::With(..)) => Err("a name that a `with` gives would mean something else"),
            _ => Err("a name would mean something else"),
        }
    }

    pub(super) fn both(&mut self, a: (Code, ExprId), b: (Code, ExprId)) {
        let a = self.old.code(a.0.file, a.1, a.0.env);
        let b = self.new.code(b.0.file, b.1, b.0.env);
        self.todo.push((a, b));
    }

    #[expect(clippy::many_single_char_names, reason = "pairs of parts, each as short as the next")]
    fn values(&mut self, a: Code, b: Code) -> Outcome {
        let kinds = (self.old.ir(a.file).kind(a.expr), self.new.ir(b.file).kind(b.expr));
        let mut both = |pairs: &[(ExprId, ExprId)]| pairs.iter().for_each(|(x, y)| self.both((a, *x), (b, *y)));
        match kinds {
            (Kind::Int(x), Kind::Int(y)) => same(x == y),
            (Kind::Float(x), Kind::Float(y)) => same(x.to_bits() == y.to_bits()),
            (Kind::Search(x), Kind::Search(y)) => same(x == y),
            (Kind::CurPos, _) | (_, Kind::CurPos) => Err("`__curPos` says where it is written"),
            (Kind::List(x), Kind::List(y)) if x.len() == y.len() => {
                both(&x.iter().copied().zip(y.iter().copied()).collect::<Vec<_>>());
                Ok(())
            }
            (Kind::If(x, y, z), Kind::If(u, v, w)) => {
                both(&[(*x, *u), (*y, *v), (*z, *w)]);
                Ok(())
            }
            (Kind::Apply(x, y), Kind::Apply(u, v)) | (Kind::Assert(x, y), Kind::Assert(u, v)) => {
                both(&[(*x, *u), (*y, *v)]);
                Ok(())
            }
            (Kind::Binary(left, x, y), Kind::Binary(right, u, v)) if left == right => {
                both(&[(*x, *u), (*y, *v)]);
                Ok(())
            }
            (Kind::Not(x), Kind::Not(y)) | (Kind::Negate(x), Kind::Negate(y)) => {
                both(&[(*x, *y)]);
                Ok(())
            }
            (Kind::Has(x, keys), Kind::Has(y, others)) => {
                both(&[(*x, *y)]);
                self.keys((a, keys), (b, others))
            }
            (Kind::Select(x, keys, default), Kind::Select(y, others, other)) => {
                both(&[(*x, *y)]);
                match (default, other) {
                    (Some(x), Some(y)) => both(&[(*x, *y)]),
                    (None, None) => {}
                    _ => return same(false),
                }
                self.keys((a, keys), (b, others))
            }
            (Kind::Str(x), Kind::Str(y)) => self.parts((a, &x.parts), (b, &y.parts), false),
            (Kind::Path(x), Kind::Path(y)) => self.parts((a, x), (b, y), true),
            (Kind::Set(x), Kind::Set(y)) => match self.module((a, x), (b, y)) {
                Some(outcome) => outcome,
                None => self.sets((a, x), (b, y)),
            },
            (Kind::Lambda(x), Kind::Lambda(y)) => self.lambdas((a, x), (b, y)),
            _ => Err("an expression would be another one"),
        }
    }

    pub(super) fn symbol(&mut self) -> u32 {
        self.symbols += 1;
        self.symbols - 1
    }

    fn keys(&mut self, a: (Code, &[Key]), b: (Code, &[Key])) -> Outcome {
        same(a.1.len() == b.1.len())?;
        for (x, y) in a.1.iter().zip(b.1) {
            match (x, y) {
                (Key::Static(x, _), Key::Static(y, _)) => same(x == y)?,
                (Key::Dynamic(x), Key::Dynamic(y)) => self.both((a.0, *x), (b.0, *y)),
                _ => return same(false),
            }
        }
        Ok(())
    }

    fn parts(&mut self, a: (Code, &[Part]), b: (Code, &[Part]), paths: bool) -> Outcome {
        let old = joined(a.1, paths.then(|| self.old.path(a.0.file)));
        let new = joined(b.1, paths.then(|| self.new.path(b.0.file)));
        let different = if paths { "a path would lead elsewhere" } else { "the text of a string would change" };
        if old.len() != new.len() {
            return Err(different);
        }
        for pair in old.into_iter().zip(new) {
            match pair {
                (Piece::Text(x), Piece::Text(y)) if x == y => {}
                (Piece::Expr(x), Piece::Expr(y)) => self.both((a.0, x), (b.0, y)),
                _ => return Err(different),
            }
        }
        Ok(())
    }

    fn sets(&mut self, a: (Code, &Set), b: (Code, &Set)) -> Outcome {
        let ((at, x), (to, y)) = (a, b);
        if x.attrs.len() != y.attrs.len() || x.dynamic.len() != y.dynamic.len() {
            return Err(OTHER_SET);
        }
        if !x.duplicates.is_empty() || !y.duplicates.is_empty() {
            return Err("an attribute that is written twice");
        }
        let legacy = |set: &Set| set.recursive && super::reduce::attribute(set, "__overrides").is_some();
        if legacy(x) || legacy(y) {
            return Err("`__overrides` changes what names mean");
        }
        let (old, new) = (self.old.inside(at, x), self.new.inside(to, y));
        for (x, y) in x.by_name.iter().zip(&y.by_name).map(|(i, j)| (&x.attrs[*i as usize], &y.attrs[*j as usize])) {
            if x.name != y.name {
                return Err(OTHER_SET);
            }
            let a = self.old.attr(at.file, x, old, at.env);
            let b = self.new.attr(to.file, y, new, to.env);
            self.todo.push((a, b));
        }
        let inner = |code: Code, env: Env| Code { env, ..code };
        for (x, y) in x.dynamic.iter().zip(&y.dynamic) {
            self.both((inner(at, old), x.key), (inner(to, new), y.key));
            self.both((inner(at, old), x.value), (inner(to, new), y.value));
        }
        Ok(())
    }

    fn lambdas(&mut self, a: (Code, &Lambda), b: (Code, &Lambda)) -> Outcome {
        const OTHER: &str = "a function would take other arguments";
        let ((at, x), (to, y)) = (a, b);
        let whole = self.symbol();
        let mut symbols = BTreeMap::new();
        let mut defaults = Vec::new();
        match (&x.formals, &y.formals) {
            (None, None) => {}
            (Some(old), Some(new)) => {
                let twice = old.by_name.len() != old.entries.len() || new.by_name.len() != new.entries.len();
                let left = self.kept(at.file, old, new);
                if twice || old.ellipsis != new.ellipsis || left.len() != new.entries.len() {
                    return Err(OTHER);
                }
                for (x, j) in left.into_iter().zip(&new.by_name) {
                    let y = &new.entries[*j as usize];
                    match (x.default, y.default) {
                        (Some(x), Some(y)) => defaults.push((x, y)),
                        (None, None) => {}
                        _ => return Err(OTHER),
                    }
                    if x.name != y.name {
                        return Err(OTHER);
                    }
                    let symbol = self.symbol();
                    symbols.insert(x.name.clone(), symbol);
                }
            }
            _ => return Err(OTHER),
        }
        let old = Code { env: self.old.abstracted(at, x, &symbols, whole), ..at };
        let new = Code { env: self.new.abstracted(to, y, &symbols, whole), ..to };
        defaults.push((x.body, y.body));
        for (x, y) in defaults {
            self.both((old, x), (new, y));
        }
        Ok(())
    }
}

impl Proof<'_> {
    /// The formals of the old function in order of name, without those that may be gone and are.
    pub(super) fn kept<'f>(&self, file: u32, old: &'f Formals, new: &Formals) -> Vec<&'f Formal> {
        let gone = |formal: &Formal| !new.takes(&formal.name) && self.given.contains(&(file, formal.at.start));
        let all = old.by_name.iter().map(|at| &old.entries[*at as usize]);
        all.filter(|formal| !gone(formal)).collect()
    }
}

fn same(equal: bool) -> Outcome {
    if equal { Ok(()) } else { Err("an expression would be another one") }
}

enum Piece {
    Text(String),
    Expr(ExprId),
}

/// The pieces of a string, neighbouring texts joined; of a path, its start relative to the root.
fn joined(parts: &[Part], file: Option<&str>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Expr(expr) => out.push(Piece::Expr(*expr)),
            Part::Text(text) => {
                let text: Name = match file {
                    Some(file) if at == 0 && parts.len() == 1 => path::canonical(file, text).into(),
                    Some(file) if at == 0 => path::canonical_start(file, text).into(),
                    _ => text.clone(),
                };
                match out.last_mut() {
                    Some(Piece::Text(before)) => before.push_str(&text),
                    _ if text.is_empty() => {}
                    _ => out.push(Piece::Text(text.to_string())),
                }
            }
        }
    }
    out
}
