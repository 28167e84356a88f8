//! What an expression is once everything that only names things is looked through: `let`, `with`, `inherit`, an
//! attribute of a set that is written out, and `import` of a file that the split wrote, its arguments put in place.
//!
//! This is an account of Nix's scoping of its own, apart from the one that the writer used: it is there to catch the
//! writer's mistakes. Thunks and scopes are numbered and made once, so that equal places have equal numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::path;
use crate::resolve::globals::is_global;
use crate::resolve::ir::{Attr, AttrValue, ExprId, Ir, Key, Kind, Lambda, Name, Part, Set};
use crate::resolve::unused::is_everywhere;

/// Nesting at which a proof is given up.
const MAX_DEPTH: u32 = 1_500;
/// Thunks at which a proof is given up.
const MAX_THUNKS: usize = 4_000_000;

pub(super) type ThunkId = u32;
pub(super) type Env = Option<u32>;

/// A place in a file's expressions with what its names mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Code {
    pub(super) file: u32,
    pub(super) expr: ExprId,
    pub(super) env: Env,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thunk {
    Code(Code),
    Name(Name, Env),
    Member(ThunkId, Name),
    Symbol(u32),
}

#[derive(Clone, Debug)]
enum Frame {
    /// The bindings of a `let` or `rec` set.
    Rec(u32, ExprId),
    /// The arguments of a function.
    Bound(BTreeMap<Name, ThunkId>),
    With(ThunkId),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum EnvKey {
    Rec(Env, u32, ExprId),
    With(Env, ThunkId),
    Call(Code, ThunkId),
    Module(u32, Env),
}

/// What a thunk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An expression that is not looked through.
    Value(Code),
    /// An argument of a function that both sides have.
    Symbol(u32),
    /// A name that only a `with` can give: the namespaces around, from the inside out.
    With(Name, Vec<ThunkId>),
    Global(Name),
    /// An attribute of something whose attributes are not written out.
    Member(ThunkId, Name),
    /// It cannot be told.
    Stuck(&'static str),
}

/// What a name is found to be.
enum Found {
    Thunk(ThunkId),
    Head(Head),
}

/// One of the two trees.
pub(super) struct Side<'a> {
    files: Vec<(&'a str, &'a Ir)>,
    index: BTreeMap<&'a str, u32>,
    created: BTreeSet<u32>,
    /// Those that take arguments. Of another one that is a function, the function is what was moved: calls of it are
    /// the same calls as before.
    headed: BTreeSet<u32>,
    /// Those that are flake-parts modules.
    modules: BTreeSet<u32>,
    thunks: Vec<Thunk>,
    numbers: BTreeMap<Thunk, ThunkId>,
    heads: Vec<Option<Head>>,
    envs: Vec<(Env, Frame)>,
    env_numbers: BTreeMap<EnvKey, u32>,
    depth: u32,
}

/// An attribute of a set by its name.
pub(super) fn attribute<'a>(set: &'a Set, name: &str) -> Option<&'a Attr> {
    let at = set.by_name.binary_search_by(|at| (*set.attrs[*at as usize].name).cmp(name)).ok()?;
    set.attrs.get(set.by_name[at] as usize)
}

impl<'a> Side<'a> {
    /// A tree of files; what is imported from `created` is looked through, and whether such a file takes arguments.
    /// `modules` are those of them that flake-parts puts together.
    pub(super) fn new(
        files: impl Iterator<Item = (&'a str, &'a Ir)>,
        created: &BTreeMap<String, bool>,
        modules: &BTreeSet<String>,
    ) -> Self {
        let files: Vec<(&str, &Ir)> = files.collect();
        let index: BTreeMap<&str, u32> = files.iter().enumerate().map(|(at, (path, _))| (*path, at as u32)).collect();
        let number = |(path, _): (&String, &bool)| index.get(path.as_str()).copied();
        let headed = created.iter().filter(|(_, takes)| **takes).filter_map(number).collect();
        let created = created.iter().filter_map(number).collect();
        let modules = modules.iter().filter_map(|path| index.get(path.as_str()).copied()).collect();
        Self {
            files,
            index,
            created,
            headed,
            modules,
            thunks: Vec::new(),
            numbers: BTreeMap::new(),
            heads: Vec::new(),
            envs: Vec::new(),
            env_numbers: BTreeMap::new(),
            depth: 0,
        }
    }

    /// The value of a file.
    pub(super) fn root(&mut self, path: &str) -> Option<ThunkId> {
        let file = *self.index.get(path)?;
        let expr = self.ir(file).root?;
        Some(self.code(file, expr, None))
    }

    pub(super) fn ir(&self, file: u32) -> &'a Ir {
        self.files[file as usize].1
    }

    pub(super) fn irs(&self) -> impl Iterator<Item = (u32, &'a Ir)> {
        self.files.iter().zip(0..).map(|((_, ir), number)| (number, *ir))
    }

    pub(super) fn is_module(&self, file: u32) -> bool {
        self.modules.contains(&file)
    }

    /// The scope some frames further out.
    pub(super) fn outer(&self, env: Env, frames: u32) -> Env {
        (0..frames).fold(env, |env, _| self.envs[env? as usize].0)
    }

    /// The argument of a name, where the innermost frame is that of a function.
    pub(super) fn bound(&self, env: Env, name: &Name) -> Option<ThunkId> {
        match &self.envs[env? as usize].1 {
            Frame::Bound(names) => names.get(name).copied(),
            _ => None,
        }
    }

    /// The scope inside a module that is imported where `at` is the scope.
    pub(super) fn module_env(&mut self, file: u32, at: Env, bound: BTreeMap<Name, ThunkId>) -> Env {
        self.env(EnvKey::Module(file, at), None, Frame::Bound(bound))
    }

    pub(super) fn path(&self, file: u32) -> &'a str {
        self.files[file as usize].0
    }

    pub(super) fn is_full(&self) -> bool {
        self.thunks.len() > MAX_THUNKS
    }

    /// Where a thunk is written, if it is code.
    pub(super) fn written(&self, thunk: ThunkId) -> Option<Code> {
        match &self.thunks[thunk as usize] {
            Thunk::Code(code) => Some(*code),
            _ => match &self.heads[thunk as usize] {
                Some(Head::Value(code)) => Some(*code),
                _ => None,
            },
        }
    }

    fn thunk(&mut self, thunk: Thunk) -> ThunkId {
        if let Some(number) = self.numbers.get(&thunk) {
            return *number;
        }
        let number = self.thunks.len() as ThunkId;
        self.thunks.push(thunk.clone());
        self.heads.push(None);
        self.numbers.insert(thunk, number);
        number
    }

    pub(super) fn code(&mut self, file: u32, expr: ExprId, env: Env) -> ThunkId {
        self.thunk(Thunk::Code(Code { file, expr, env }))
    }

    pub(super) fn member(&mut self, of: ThunkId, key: &Name) -> ThunkId {
        self.thunk(Thunk::Member(of, key.clone()))
    }

    #[expect(clippy::unnecessary_wraps, reason = "no scope is a scope too")]
    fn env(&mut self, key: EnvKey, parent: Env, frame: Frame) -> Env {
        if let Some(number) = self.env_numbers.get(&key) {
            return Some(*number);
        }
        self.envs.push((parent, frame));
        let number = self.envs.len() as u32 - 1;
        self.env_numbers.insert(key, number);
        Some(number)
    }

    /// The scope inside a `let` or set.
    pub(super) fn inside(&mut self, code: Code, set: &Set) -> Env {
        if !set.recursive {
            return code.env;
        }
        let Code { file, expr, env } = code;
        self.env(EnvKey::Rec(env, file, expr), env, Frame::Rec(file, expr))
    }

    /// The scope inside a function whose arguments are symbols: `first`, and one more each.
    #[expect(clippy::unnecessary_wraps, reason = "no scope is a scope too")]
    pub(super) fn abstracted(&mut self, code: Code, lambda: &Lambda, symbols: &BTreeMap<Name, u32>, whole: u32) -> Env {
        let mut bound = BTreeMap::new();
        if let Some((name, _)) = &lambda.param {
            bound.insert(name.clone(), self.thunk(Thunk::Symbol(whole)));
        }
        for (name, symbol) in symbols {
            bound.insert(name.clone(), self.thunk(Thunk::Symbol(*symbol)));
        }
        self.envs.push((code.env, Frame::Bound(bound)));
        Some(self.envs.len() as u32 - 1)
    }

    /// The value of an attribute of a `let` or set.
    pub(super) fn attr(&mut self, file: u32, attr: &Attr, inner: Env, outer: Env) -> ThunkId {
        match attr.value {
            AttrValue::Expr(expr) => self.code(file, expr, inner),
            AttrValue::Inherit => self.thunk(Thunk::Name(attr.name.clone(), outer)),
            AttrValue::InheritFrom(from) => {
                let of = self.code(file, from, inner);
                self.member(of, &attr.name)
            }
        }
    }

    fn lookup(&mut self, name: &Name, env: Env) -> Found {
        let mut next = env;
        let mut withs = Vec::new();
        while let Some(at) = next {
            let (parent, frame) = &self.envs[at as usize];
            let parent = *parent;
            match frame {
                Frame::Bound(names) => {
                    if let Some(thunk) = names.get(name) {
                        return Found::Thunk(*thunk);
                    }
                }
                Frame::Rec(file, expr) => {
                    let (file, expr) = (*file, *expr);
                    if let Kind::Set(set) | Kind::Let(set, _) | Kind::LegacyLet(set) = self.ir(file).kind(expr)
                        && let Some(attr) = attribute(set, name)
                    {
                        return Found::Thunk(self.attr(file, attr, Some(at), parent));
                    }
                }
                Frame::With(namespace) => withs.push(*namespace),
            }
            next = parent;
        }
        Found::Head(match (is_global(name), withs.is_empty()) {
            (true, true) => Head::Global(name.clone()),
            (true, false) if is_everywhere(name) => Head::Global(name.clone()),
            (false, true) => Head::Stuck("a name that nothing defines"),
            _ => Head::With(name.clone(), withs),
        })
    }

    /// What a thunk is.
    pub(super) fn head(&mut self, thunk: ThunkId) -> Head {
        if let Some(head) = &self.heads[thunk as usize] {
            return head.clone();
        }
        if self.depth > MAX_DEPTH {
            return Head::Stuck("code that is nested too deeply");
        }
        // What is met again while it is looked at has no value.
        self.heads[thunk as usize] = Some(Head::Stuck("a name that is defined by itself"));
        self.depth += 1;
        let head = match self.thunks[thunk as usize].clone() {
            Thunk::Symbol(symbol) => Head::Symbol(symbol),
            Thunk::Code(code) => self.head_of_code(code),
            Thunk::Name(name, env) => self.head_of_name(&name, env),
            Thunk::Member(of, key) => self.head_of_member(of, &key),
        };
        self.depth -= 1;
        self.heads[thunk as usize] = Some(head.clone());
        head
    }

    fn head_of_name(&mut self, name: &Name, env: Env) -> Head {
        match self.lookup(name, env) {
            Found::Thunk(thunk) => self.head(thunk),
            Found::Head(head) => head,
        }
    }

    fn head_of_member(&mut self, of: ThunkId, key: &Name) -> Head {
        if let Head::Value(code) = self.head(of)
            && let Kind::Set(set) = self.ir(code.file).kind(code.expr)
            && let Some(attr) = attribute(set, key)
        {
            let inner = self.inside(code, set);
            let thunk = self.attr(code.file, attr, inner, code.env);
            return self.head(thunk);
        }
        // The one built-in function that a split writes, by its other name.
        if &**key == "import" && self.head(of) == Head::Global("builtins".into()) {
            return Head::Global(key.clone());
        }
        Head::Member(of, key.clone())
    }

    fn head_of_code(&mut self, code: Code) -> Head {
        let Code { file, expr, env } = code;
        match self.ir(file).kind(expr) {
            Kind::Var(name) => self.head_of_name(name, env),
            Kind::Let(set, body) => {
                let inner = self.inside(code, set);
                let body = self.code(file, *body, inner);
                self.head(body)
            }
            Kind::LegacyLet(set) => {
                let inner = self.inside(code, set);
                let Some(body) = attribute(set, "body") else { return Head::Value(code) };
                let body = self.attr(file, body, inner, env);
                self.head(body)
            }
            Kind::With(namespace, body) => {
                let namespace = self.code(file, *namespace, env);
                let inner = self.env(EnvKey::With(env, namespace), env, Frame::With(namespace));
                let body = self.code(file, *body, inner);
                self.head(body)
            }
            Kind::Select(of, keys, None) if keys.iter().all(|key| matches!(key, Key::Static(..))) => {
                let mut thunk = self.code(file, *of, env);
                for key in keys {
                    if let Key::Static(name, _) = key {
                        thunk = self.member(thunk, name);
                    }
                }
                self.head(thunk)
            }
            Kind::Apply(function, argument) => self.call(code, *function, *argument).unwrap_or(Head::Value(code)),
            _ => Head::Value(code),
        }
    }

    /// A call that is looked through: `import` of a file that was written, and what such a file gives.
    fn call(&mut self, code: Code, function: ExprId, argument: ExprId) -> Option<Head> {
        if self.created.is_empty() {
            return None;
        }
        let function = self.code(code.file, function, code.env);
        let argument = self.code(code.file, argument, code.env);
        match self.head(function) {
            Head::Global(name) if &*name == "import" => {
                let file = self.imported(argument)?;
                let root = self.ir(file).root?;
                let root = self.code(file, root, None);
                Some(self.head(root))
            }
            Head::Value(target) if self.headed.contains(&target.file) && target.env.is_none() => {
                let ir = self.ir(target.file);
                let Kind::Lambda(lambda) = ir.kind(target.expr) else { return None };
                if ir.root != Some(target.expr) {
                    return None;
                }
                let bound = self.arguments(lambda, argument)?;
                let inner = self.env(EnvKey::Call(target, argument), None, Frame::Bound(bound));
                let body = self.code(target.file, lambda.body, inner);
                Some(self.head(body))
            }
            _ => None,
        }
    }

    /// The written file that a path leads to.
    pub(super) fn imported(&mut self, argument: ThunkId) -> Option<u32> {
        let Head::Value(code) = self.head(argument) else { return None };
        let Kind::Path(parts) = self.ir(code.file).kind(code.expr) else { return None };
        let [Part::Text(text)] = &**parts else { return None };
        let path = path::canonical(self.path(code.file), text);
        let file = self.index.get(path.as_str()).or_else(|| self.index.get(format!("{path}/default.nix").as_str()));
        file.copied().filter(|file| self.created.contains(file))
    }

    /// Exactly the arguments that a function takes, out of a set that is written out.
    fn arguments(&mut self, lambda: &Lambda, argument: ThunkId) -> Option<BTreeMap<Name, ThunkId>> {
        let mut bound = BTreeMap::new();
        if let Some((name, _)) = &lambda.param {
            bound.insert(name.clone(), argument);
        }
        let Some(formals) = &lambda.formals else { return Some(bound) };
        let Head::Value(code) = self.head(argument) else { return None };
        let Kind::Set(set) = self.ir(code.file).kind(code.expr) else { return None };
        let simple = set.dynamic.is_empty() && set.duplicates.is_empty() && !formals.ellipsis;
        if !simple || set.attrs.len() != formals.entries.len() {
            return None;
        }
        let inner = self.inside(code, set);
        for formal in &formals.entries {
            let attr = attribute(set, &formal.name)?;
            let thunk = self.attr(code.file, attr, inner, code.env);
            bound.insert(formal.name.clone(), thunk);
        }
        Some(bound)
    }
}
