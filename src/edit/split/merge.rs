//! The law by which flake-parts puts modules together, for the proof: a module with `imports = [ m ]` is that module
//! with what `m` defines written into it, where each option that is written in both is one that is merged by attribute
//! and no attribute is written twice. Arguments of modules mean the same in each of them.
//!
//! It is used for the options of flake-parts itself, whose types are known (its `modules/`): sets of packages, shells,
//! and so on, in which the order of definitions says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::proof::{OTHER_SET, Outcome, Proof};
use super::reduce::{Code, Head, Side, ThunkId, attribute};
use crate::resolve::ir::{Attr, AttrValue, ExprId, Ir, Key, Kind, Lambda, Name, Set};

/// Options of `perSystem` that are sets of single values.
const PER_SYSTEM: &[&str] = &["apps", "checks", "devShells", "legacyPackages", "packages"];
/// Such options of `flake`.
const FLAKE: &[&str] = &["nixosConfigurations", "overlays"];

const UNKNOWN: &str = "what becomes of an option that several modules define is known of flake-parts' own outputs only";

/// Whether an attribute of a module can be one of another module: its path from `perSystem`, else from the module.
pub(super) fn may_move(system: bool, path: &[Name]) -> Result<(), &'static str> {
    let path: Vec<&str> = path.iter().map(|name| &**name).collect();
    match (system, path.as_slice()) {
        (true, ["formatter"]) => Ok(()),
        (true, [kind] | [kind, _]) if PER_SYSTEM.contains(kind) => Ok(()),
        (false, ["flake", kind] | ["flake", kind, _]) if kind.ends_with("Module") || kind.ends_with("Modules") => {
            Err("a module among the outputs says which file it is from")
        }
        (false, ["flake", _]) => Ok(()),
        (false, ["flake", kind, _]) if FLAKE.contains(kind) => Ok(()),
        (false, ["flake", _, _, ..]) => {
            Err("flake-parts takes it as a part of one value, which two modules cannot define")
        }
        (true, [kind, _, _, ..]) if PER_SYSTEM.contains(kind) => Err("it is a part of one output"),
        _ => Err(UNKNOWN),
    }
}

/// What a set of options is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// A whole module.
    Module,
    /// What `perSystem` gives.
    System,
    /// `flake = { … }`.
    Flake,
    /// A set of single values.
    Values,
}

/// A set that is written as a module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Module {
    level: Level,
    /// `let`s and `with`s outside and inside of the module's function.
    lets: (u32, u32),
    function: bool,
    /// What `mkFlake` gets besides it.
    given: ExprId,
}

/// The modules that `mkFlake` of flake-parts is called with, and their `perSystem`.
pub(super) fn modules(ir: &Ir) -> BTreeMap<ExprId, Module> {
    let mut found = BTreeMap::new();
    for expr in &ir.exprs {
        let Kind::Apply(function, argument) = expr.kind else { continue };
        let Kind::Apply(callee, given) = *ir.kind(function) else { continue };
        if !is_mk_flake(ir, callee) {
            continue;
        }
        let Some((at, module)) = module(ir, argument, Level::Module, given) else { continue };
        found.insert(at, module);
        if let Kind::Set(set) = ir.kind(at)
            && let Some(Attr { value: AttrValue::Expr(value), .. }) = attribute(set, "perSystem")
            && let Some((at, module)) = self::module(ir, *value, Level::System, given)
        {
            found.insert(at, module);
        }
    }
    found
}

/// Where the formals of such modules are written, of those that take more than they list: flake-parts calls a module with
/// what it lists, and nothing else can call it.
pub(super) fn given(ir: &Ir) -> BTreeSet<u32> {
    let modules = modules(ir);
    let mut found = BTreeSet::new();
    for expr in ir.exprs.iter().filter(|_| !modules.is_empty()) {
        let Kind::Lambda(lambda) = &expr.kind else { continue };
        let Some(formals) = &lambda.formals else { continue };
        let mut at = lambda.body;
        while let Kind::Let(_, body) | Kind::With(_, body) = ir.kind(at) {
            at = *body;
        }
        if formals.ellipsis && modules.get(&at).is_some_and(|module| module.function) {
            found.extend(formals.entries.iter().map(|formal| formal.at.start));
        }
    }
    found
}

fn is_mk_flake(ir: &Ir, callee: ExprId) -> bool {
    let Kind::Select(of, keys, None) = ir.kind(callee) else { return false };
    let mut names: Vec<&str> = Vec::new();
    if let Kind::Var(name) = ir.kind(*of) {
        names.push(name);
    }
    for key in keys {
        let Key::Static(name, _) = key else { return false };
        names.push(name);
    }
    names.ends_with(&["flake-parts", "lib", "mkFlake"])
}

fn module(ir: &Ir, argument: ExprId, level: Level, given: ExprId) -> Option<(ExprId, Module)> {
    let mut module = Module { level, lets: (0, 0), function: false, given };
    let mut at = argument;
    loop {
        match ir.kind(at) {
            Kind::Let(..) | Kind::With(..) if module.function => module.lets.1 += 1,
            Kind::Let(..) | Kind::With(..) => module.lets.0 += 1,
            Kind::Lambda(lambda) if !module.function && lambda.formals.is_some() => module.function = true,
            Kind::Set(set) if !set.recursive => return Some((at, module)),
            _ => return None,
        }
        at = match ir.kind(at) {
            Kind::Let(_, body) | Kind::With(_, body) => *body,
            Kind::Lambda(lambda) => lambda.body,
            _ => return None,
        };
    }
}

/// What several modules define an option by, and whether it was there before.
type Bodies = Vec<(Code, bool)>;

/// A set of the new tree, and whether it is the one that was there before.
#[derive(Clone, Copy)]
struct Written<'a> {
    code: Code,
    set: &'a Set,
    main: bool,
}

impl<'a> Proof<'a> {
    /// Compares a module with one whose `imports` lead to modules that were made; `None` where they do not.
    pub(super) fn module(&mut self, a: (Code, &'a Set), b: (Code, &'a Set)) -> Option<Outcome> {
        let module = *self.modules.get(&(b.0.file, b.0.expr))?;
        let main = Written { code: b.0, set: b.1, main: true };
        match self.imported(main, module) {
            Ok((made, _)) if made.is_empty() => None,
            Ok(_) => Some(self.merge(a, vec![main], module.level)),
            Err(reason) => Some(Err(reason)),
        }
    }

    /// The made modules that a set imports, and what else it imports.
    fn imported(
        &mut self,
        main: Written<'a>,
        module: Module,
    ) -> Result<(Vec<Written<'a>>, Vec<ThunkId>), &'static str> {
        let Code { file, env, .. } = main.code;
        let (mut made, mut kept) = (Vec::new(), Vec::new());
        let Some(attr) = attribute(main.set, "imports") else { return Ok((made, kept)) };
        let AttrValue::Expr(list) = attr.value else { return Ok((made, kept)) };
        let Kind::List(items) = self.new.ir(file).kind(list) else { return Ok((made, kept)) };
        for item in items {
            let thunk = self.new.code(file, *item, env);
            let code = match self.new.imported(thunk) {
                Some(other) if self.new.is_module(other) => Some(self.own(other, main.code, module)?),
                _ => match self.new.head(thunk) {
                    Head::Value(code) if self.new.is_module(code.file) => Some(code),
                    _ => None,
                },
            };
            let Some(code) = code else {
                kept.push(thunk);
                continue;
            };
            let Kind::Set(set) = self.new.ir(code.file).kind(code.expr) else { return Err(UNKNOWN) };
            made.push(Written { code, set, main: false });
        }
        Ok((made, kept))
    }

    /// What a module that was made defines, its arguments those of the module that imports it.
    fn own(&mut self, file: u32, at: Code, module: Module) -> Result<Code, &'static str> {
        const OTHER: &str = "a module would take arguments that flake-parts gives no value to here";
        let ir = self.new.ir(file);
        let root = ir.root.ok_or(UNKNOWN)?;
        let Kind::Lambda(lambda) = ir.kind(root) else { return Ok(Code { file, expr: root, env: None }) };
        let open = lambda.param.is_none() && is_open(lambda);
        let formals = lambda.formals.as_ref().filter(|formals| open && formals.ellipsis).ok_or(OTHER)?;
        let mut bound = BTreeMap::new();
        for formal in &formals.entries {
            let function = self.new.outer(at.env, module.lets.1);
            let argument = if module.function { self.new.bound(function, &formal.name) } else { None };
            let thunk = match argument {
                Some(thunk) => thunk,
                None if &*formal.name == "inputs" && module.level == Level::Module => {
                    let env = self.new.outer(function, u32::from(module.function) + module.lets.0);
                    self.given(at.file, module.given, "inputs", env).ok_or(OTHER)?
                }
                None => return Err(OTHER),
            };
            bound.insert(formal.name.clone(), thunk);
        }
        let env = self.new.module_env(file, at.env, bound);
        Ok(Code { file, expr: lambda.body, env })
    }

    /// What `mkFlake` is given by a name.
    fn given(&mut self, file: u32, given: ExprId, name: &str, env: Option<u32>) -> Option<ThunkId> {
        let Kind::Set(set) = self.new.ir(file).kind(given) else { return None };
        let plain = !set.recursive && set.dynamic.is_empty() && attribute(set, "specialArgs").is_none();
        let attr = attribute(set, name).filter(|_| plain)?;
        Some(self.new.attr(file, attr, env, env))
    }

    /// Compares a set of options with several that are put together.
    fn merge(&mut self, (at, old): (Code, &'a Set), mut written: Vec<Written<'a>>, level: Level) -> Outcome {
        let mut kept = None;
        for main in written.clone() {
            if let Some(module) = self.modules.get(&(main.code.file, main.code.expr)).copied() {
                let (made, rest) = self.imported(main, module)?;
                if !made.is_empty() {
                    written.extend(made);
                    kept = Some((main.code, rest));
                }
            }
        }
        let plain = |set: &Set| !set.recursive && set.duplicates.is_empty();
        let dynamic: Vec<_> = written.iter().filter(|one| !one.set.dynamic.is_empty()).copied().collect();
        if !plain(old) || !written.iter().all(|one| plain(one.set)) || dynamic.iter().any(|one| !one.main) {
            return Err(UNKNOWN);
        }
        self.dynamic((at, old), &dynamic)?;
        let mut parts: BTreeMap<&Name, Vec<(ThunkId, bool)>> = BTreeMap::new();
        for one in &written {
            for attr in &one.set.attrs {
                if !one.main && !may_define(level, &attr.name) {
                    return Err(UNKNOWN);
                }
                let thunk = self.new.attr(one.code.file, attr, one.code.env, one.code.env);
                parts.entry(&attr.name).or_default().push((thunk, one.main));
            }
        }
        if let Some((code, rest)) = kept {
            parts.retain(|name, _| &***name != "imports");
            self.rest((at, old), (code, &rest))?;
        }
        let names: BTreeSet<&Name> = old.attrs.iter().map(|attr| &attr.name).collect();
        let expected = names.into_iter().filter(|name| kept_name(name, &parts, level));
        if !expected.eq(parts.keys().copied()) {
            return Err(OTHER_SET);
        }
        for (name, thunks) in parts {
            let Some(attr) = attribute(old, name) else { return Err(OTHER_SET) };
            let a = self.old.attr(at.file, attr, at.env, at.env);
            match thunks.as_slice() {
                [(one, true)] => self.todo.push((a, *one)),
                _ => self.joined(a, &thunks, level, name)?,
            }
        }
        Ok(())
    }

    fn dynamic(&mut self, (at, old): (Code, &'a Set), new: &[Written<'a>]) -> Outcome {
        let found: Vec<_> = new.iter().flat_map(|one| one.set.dynamic.iter().map(|attr| (one.code, attr))).collect();
        if found.len() != old.dynamic.len() {
            return Err(OTHER_SET);
        }
        for (x, (to, y)) in old.dynamic.iter().zip(found) {
            self.both((at, x.key), (to, y.key));
            self.both((at, x.value), (to, y.value));
        }
        Ok(())
    }

    /// What was imported before must be imported still, in the same order.
    fn rest(&mut self, (at, old): (Code, &'a Set), (_, new): (Code, &[ThunkId])) -> Outcome {
        let items: &[ExprId] = match attribute(old, "imports").map(|attr| &attr.value) {
            None => &[],
            Some(AttrValue::Expr(list)) => match self.old.ir(at.file).kind(*list) {
                Kind::List(items) => items,
                _ => return Err(OTHER_SET),
            },
            Some(_) => return Err(OTHER_SET),
        };
        if items.len() != new.len() {
            return Err(OTHER_SET);
        }
        for (item, thunk) in items.iter().zip(new) {
            let a = self.old.code(at.file, *item, at.env);
            self.todo.push((a, *thunk));
        }
        Ok(())
    }

    /// One option that some of the modules define.
    fn joined(&mut self, a: ThunkId, thunks: &[(ThunkId, bool)], level: Level, name: &Name) -> Outcome {
        let next = match (level, &**name) {
            (Level::Module, "perSystem") => Level::System,
            (Level::Module, "flake") => Level::Flake,
            (Level::System, name) if PER_SYSTEM.contains(&name) => Level::Values,
            (Level::Flake, name) if FLAKE.contains(&name) => Level::Values,
            _ => match thunks {
                [(one, _)] => {
                    self.todo.push((a, *one));
                    return Ok(());
                }
                _ => return Err("an option would be defined twice"),
            },
        };
        // A whole option by one module: it is the same value.
        if let [(one, _)] = thunks
            && next == Level::Values
        {
            self.todo.push((a, *one));
            return Ok(());
        }
        let Head::Value(old) = self.old.head(a) else { return Err(UNKNOWN) };
        let mut new = Vec::new();
        for (thunk, main) in thunks {
            let Head::Value(code) = self.new.head(*thunk) else { return Err(UNKNOWN) };
            new.push((code, *main));
        }
        let (old, new) = if next == Level::System { self.called(old, new)? } else { (old, new) };
        let Kind::Set(set) = self.old.ir(old.file).kind(old.expr) else { return Err(UNKNOWN) };
        let mut written = Vec::new();
        for (code, main) in new {
            let Kind::Set(set) = self.new.ir(code.file).kind(code.expr) else { return Err(UNKNOWN) };
            written.push(Written { code, set, main });
        }
        self.merge((old, set), written, next)
    }

    /// The bodies of `perSystem` functions, each argument the same in all of them.
    fn called(&mut self, old: Code, new: Bodies) -> Result<(Code, Bodies), &'static str> {
        const OTHER: &str = "a `perSystem` would take other arguments";
        let mut symbols = BTreeMap::new();
        let whole = self.symbol();
        let (file, mut listed) = (old.file, None);
        let old = match self.old.ir(old.file).kind(old.expr) {
            Kind::Lambda(lambda) => {
                let formals = lambda.formals.as_ref().filter(|_| is_open(lambda)).ok_or(OTHER)?;
                listed = Some(formals);
                for formal in &formals.entries {
                    let symbol = self.symbol();
                    symbols.insert(formal.name.clone(), symbol);
                }
                let env = self.old.abstracted(old, lambda, &symbols, whole);
                body(&mut self.old, Code { expr: lambda.body, env, ..old })?
            }
            _ => old,
        };
        let mut bodies = Vec::new();
        for (code, main) in new {
            let body = match self.new.ir(code.file).kind(code.expr) {
                Kind::Lambda(lambda) => {
                    let formals = lambda.formals.as_ref().filter(|_| is_open(lambda)).ok_or(OTHER)?;
                    let known = |name: &Name| symbols.contains_key(name);
                    let kept = listed.map_or(0, |old| self.kept(file, old, formals).len());
                    if !main && (lambda.param.is_some() || !formals.ellipsis)
                        || !formals.entries.iter().all(|formal| known(&formal.name))
                        || main && formals.entries.len() != kept
                    {
                        return Err(OTHER);
                    }
                    let taken = |name: &Name| formals.entries.iter().any(|formal| formal.name == *name);
                    let own = symbols.iter().filter(|(name, _)| taken(name)).map(|(name, at)| (name.clone(), *at));
                    let env = self.new.abstracted(code, lambda, &own.collect(), whole);
                    body(&mut self.new, Code { expr: lambda.body, env, ..code })?
                }
                _ => code,
            };
            bodies.push((body, main));
        }
        Ok((old, bodies))
    }
}

/// What a function's body is once `let`s around it are looked through.
fn body(side: &mut Side, code: Code) -> Result<Code, &'static str> {
    let thunk = side.code(code.file, code.expr, code.env);
    match side.head(thunk) {
        Head::Value(code) => Ok(code),
        _ => Err(UNKNOWN),
    }
}

/// A function that takes arguments by name, none of them with a default.
fn is_open(lambda: &Lambda) -> bool {
    let plain = |formals: &crate::resolve::ir::Formals| {
        formals.entries.iter().all(|formal| formal.default.is_none()) && formals.by_name.len() == formals.entries.len()
    };
    lambda.formals.as_ref().is_some_and(plain)
}

fn may_define(level: Level, name: &Name) -> bool {
    match level {
        Level::Module => matches!(&**name, "perSystem" | "flake"),
        Level::System => may_move(true, std::slice::from_ref(name)).is_ok(),
        Level::Flake => may_move(false, &["flake".into(), name.clone()]).is_ok(),
        Level::Values => true,
    }
}

/// Whether an attribute of the old set is to be found in the new ones: all but `imports`, which was compared.
fn kept_name(name: &Name, parts: &BTreeMap<&Name, Vec<(ThunkId, bool)>>, level: Level) -> bool {
    &**name != "imports" || !matches!(level, Level::Module | Level::System) || parts.contains_key(name)
}
