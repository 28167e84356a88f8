//! The machine: arenas, fuel, scopes, forcing and calling. What an expression means is in `expr.rs`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::rc::Rc;

use super::super::ir::{Ir, Loc, Name, Set, is_same};
use super::files::World;
use super::models;
use super::names::Names;
use super::posix::Pattern;
use super::primitives;
use super::value::{
    Args, Attrs, Call, Closure, Code, Frame, Link, ModuleId, Origin, OriginId, Partial, Scope, ScopeId, Slot, State,
    Thunk, ThunkId, Value, Why, lambda,
};
use crate::source::{FileId, Span};

/// Evaluation steps a flake may take: real flakes take some ten thousand.
const FUEL: u64 = 1_500_000;
/// Nested evaluations; the thread's stack is sized for it.
const MAX_DEPTH: u32 = 3_000;
/// Thunks a flake may make.
const MAX_THUNKS: usize = 1_000_000;
/// Thunks that most flakes make: room for them is made at once, and costs nothing where it is not used.
const USUAL_THUNKS: usize = 1 << 14;

/// What is said of what Nix would follow for ever, unless there is more to know.
pub(super) const DEPENDS_ON_ITSELF: &str = "it depends on itself, as far as it is followed";

/// What is said when the steps are used up.
pub(super) const OUT_OF_STEPS: &str = "the evaluation takes more steps than the bound allows";

/// Evaluates one flake.
pub(super) struct Machine<'a> {
    pub(super) world: &'a World<'a>,
    thunks: Vec<Thunk>,
    scopes: Vec<Scope>,
    fuel: u64,
    /// What is kept back for the parts of the outputs that are read later.
    reserve: u64,
    depth: u32,
    /// The code of the workspace that is being evaluated: the place of what goes wrong.
    pub(super) here: Option<Span>,
    pub(super) imported: BTreeMap<FileId, ThunkId>,
    pub(super) globals: ScopeId,
    /// The same for models, with the built-ins that only they may use.
    pub(super) model_globals: ScopeId,
    /// Models that were called, by name: the frameworks of the flake.
    pub(super) frameworks: Vec<String>,
    /// Files and directories that computed paths or loaders read.
    pub(super) discovered: Vec<String>,
    /// Flakes of the workspace that are taken in: by directory, where they have their own inputs.
    pub(super) flakes: Vec<(Option<String>, ThunkId)>,
    /// Sources outside the workspace that have a model: what an expression fetches by its source, and the model.
    pub(super) fetched: Vec<(String, ThunkId)>,
    /// The model of `nixpkgs.lib`, as other models use it.
    pub(super) lib: Option<ThunkId>,
    /// Compiled regular expressions, by their text.
    pub(super) patterns: BTreeMap<String, Pattern>,
    /// Long texts that were read as JSON: files of data are read once a system.
    pub(super) parsed: Vec<(String, Value)>,
    /// Why a value is there only under a condition.
    conditions: BTreeMap<u32, Rc<Why>>,
    /// What the outputs of the audited flake are put together with.
    pub(super) spine: super::losses::Spine,
    /// Failures that were left out so far, and how many `tryEval`s are at work.
    pub(super) doubts: u64,
    pub(super) trying: u32,
    /// Nothing is unknown: the expression reads nothing, and no model.
    pub(super) closed: bool,
    exhausted: Cell<bool>,
    once_exhausted: Cell<bool>,
    origins: Vec<Origin>,
    /// By file and expression of a set literal: the number of its first attribute's place.
    set_origins: BTreeMap<u32, Vec<Option<NonZeroU32>>>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(world: &'a World<'a>) -> Self {
        let mut machine = Self {
            world,
            thunks: Vec::with_capacity(USUAL_THUNKS),
            scopes: Vec::with_capacity(USUAL_THUNKS / 4),
            fuel: FUEL,
            reserve: FUEL / 2,
            depth: 0,
            here: None,
            imported: BTreeMap::new(),
            globals: ScopeId(0),
            model_globals: ScopeId(0),
            frameworks: Vec::new(),
            discovered: Vec::new(),
            flakes: Vec::new(),
            fetched: Vec::new(),
            lib: None,
            patterns: BTreeMap::new(),
            parsed: Vec::new(),
            conditions: BTreeMap::new(),
            spine: super::losses::Spine::default(),
            doubts: 0,
            closed: false,
            trying: 0,
            exhausted: Cell::new(false),
            once_exhausted: Cell::new(false),
            origins: Vec::new(),
            set_origins: BTreeMap::new(),
        };
        let globals = primitives::globals(&mut machine, false);
        machine.globals = machine.scope(None, Frame::Names(Rc::new(globals)));
        let globals = primitives::globals(&mut machine, true);
        machine.model_globals = machine.scope(None, Frame::Names(Rc::new(globals)));
        machine
    }

    pub(super) fn ir(&self, module: ModuleId) -> &'a Ir {
        match module {
            ModuleId::File(file) => self.world.modules.ir(FileId(file)),
            ModuleId::Model(model) => models::ir(model),
        }
    }

    // ---- arenas ------------------------------------------------------------------------------------

    fn thunk(&mut self, state: State, link: Option<Link>) -> ThunkId {
        self.thunks.push(Thunk { state, link, doubtful: false });
        ThunkId(self.thunks.len() as u32 - 1)
    }

    pub(super) fn delay(&mut self, code: Code) -> ThunkId {
        self.thunk(State::Code(code), Some(Link::Code(code)))
    }

    pub(super) fn lookup_later(&mut self, scope: ScopeId, name: Name) -> ThunkId {
        self.thunk(State::Lookup(scope, name.clone()), Some(Link::Lookup(scope, name)))
    }

    pub(super) fn select_later(&mut self, from: ThunkId, name: Name) -> ThunkId {
        self.thunk(State::Select(from, name.clone()), Some(Link::Select(from, name)))
    }

    pub(super) fn call_later(&mut self, f: Value, arg: ThunkId) -> ThunkId {
        let call = Rc::new(Call { f, args: Args::One([arg]) });
        self.thunk(State::Call(call.clone()), Some(Link::Call(call)))
    }

    pub(super) fn call2_later(&mut self, f: Value, a: ThunkId, b: ThunkId) -> ThunkId {
        let call = Rc::new(Call { f, args: Args::Two([a, b]) });
        self.thunk(State::Call(call.clone()), Some(Link::Call(call)))
    }

    pub(super) fn either_later(&mut self, a: ThunkId, b: ThunkId, why: &Rc<Why>) -> ThunkId {
        self.thunk(State::Either(a, b, why.clone()), None)
    }

    /// The same, written where the first is.
    pub(super) fn perhaps_later(&mut self, a: ThunkId, b: ThunkId, why: &Rc<Why>) -> ThunkId {
        let link = self.link(a);
        self.thunk(State::Either(a, b, why.clone()), link)
    }

    pub(super) fn done(&mut self, value: Value) -> ThunkId {
        self.thunk(State::Done(value), None)
    }

    /// A thunk that is filled in later (for fixpoints); until then it is infinite recursion.
    pub(super) fn hole(&mut self) -> ThunkId {
        self.thunk(State::Busy, None)
    }

    pub(super) fn fill(&mut self, hole: ThunkId, state: State) {
        self.thunks[hole.0 as usize].state = state;
    }

    pub(super) fn link(&self, thunk: ThunkId) -> Option<Link> {
        self.thunks[thunk.0 as usize].link.clone()
    }

    pub(super) fn scope(&mut self, parent: Option<ScopeId>, frame: Frame) -> ScopeId {
        self.scopes.push(Scope { parent, frame });
        ScopeId(self.scopes.len() as u32 - 1)
    }

    pub(super) fn bind_scope(&mut self, scope: ScopeId, attrs: Rc<Attrs>) {
        self.scopes[scope.0 as usize].frame = Frame::Names(attrs);
    }

    pub(super) fn slot(&mut self, value: Value) -> Slot {
        Slot { thunk: self.done(value), origin: None, conditional: false }
    }

    // ---- places ------------------------------------------------------------------------------------

    /// Where an attribute is written; models are nowhere.
    pub(super) fn written_at(&mut self, module: ModuleId, at: Loc, span: Loc) -> Option<OriginId> {
        let ModuleId::File(file) = module else { return None };
        self.origins.push(Origin { at: at.span(FileId(file)), span: span.span(FileId(file)) });
        NonZeroU32::new(self.origins.len() as u32).map(OriginId)
    }

    /// Where the first attribute of a set literal is written, the others following in order of name. The places of
    /// a literal are listed once, however often it is evaluated.
    pub(super) fn set_origins(&mut self, code: Code, set: &Set) -> Option<NonZeroU32> {
        let ModuleId::File(file) = code.module else { return None };
        let count = self.ir(code.module).exprs.len();
        let known = self.set_origins.entry(file).or_default();
        if known.is_empty() {
            known.resize(count, None);
        }
        if let Some(first) = known[code.expr.0 as usize] {
            return Some(first);
        }
        let first = NonZeroU32::new(self.origins.len() as u32 + 1);
        known[code.expr.0 as usize] = first;
        for attr in set.by_name.iter().map(|at| &set.attrs[*at as usize]) {
            self.written_at(code.module, attr.at, attr.span);
        }
        first
    }

    /// The place behind a number.
    pub(super) fn origin(&self, id: Option<OriginId>) -> Option<Origin> {
        self.origins.get(id?.0.get() as usize - 1).copied()
    }

    // ---- the unknown -------------------------------------------------------------------------------

    pub(super) fn unknown(&self, reason: impl Into<String>) -> Value {
        Value::Unknown(self.why(reason))
    }

    pub(super) fn why(&self, reason: impl Into<String>) -> Rc<Why> {
        Rc::new(Why { reason: reason.into(), at: self.here, library: false, fails: false, caught: false })
    }

    /// What depends on itself: Nix fails on it, unless there is more to know.
    fn endless(&self) -> Value {
        if self.closed { self.failure(DEPENDS_ON_ITSELF) } else { self.unknown(DEPENDS_ON_ITSELF) }
    }

    /// What makes real Nix fail.
    pub(super) fn failure(&self, reason: impl Into<String>) -> Value {
        Value::Unknown(Rc::new(Why {
            reason: reason.into(),
            at: self.here,
            library: false,
            fails: true,
            caught: false,
        }))
    }

    /// What `throw` and `assert` make: a failure that `tryEval` catches.
    pub(super) fn thrown(&self, reason: impl Into<String>) -> Value {
        let why = Why { reason: reason.into(), at: self.here, library: false, fails: true, caught: true };
        Value::Unknown(Rc::new(why))
    }

    /// Gives the next of `parts` parts of the outputs its share of the steps that are left: what runs out in one
    /// leaves the others to be read.
    pub(super) fn next_part(&mut self, parts: usize) {
        self.reserve = self.fuel - (self.fuel / parts.max(1) as u64).max(self.fuel / 2);
        self.exhausted.set(false);
    }

    /// Whether the evaluation hit one of its bounds.
    pub(super) fn exhausted(&self) -> bool {
        self.exhausted.get()
    }

    /// Whether it did so in this part of the outputs or an earlier one.
    pub(super) fn once_exhausted(&self) -> bool {
        self.once_exhausted.get()
    }

    /// Remembers why what stands in a slot is there only under a condition.
    pub(super) fn because(&mut self, slot: Slot, why: &Rc<Why>) {
        if !slot.conditional {
            self.conditions.entry(slot.thunk.0).or_insert_with(|| why.clone());
        }
    }

    /// What is made of something that is there only under a condition is there under the same.
    pub(super) fn for_the_same_reason(&mut self, from: Slot, to: Slot) {
        if from.conditional
            && let Some(why) = self.conditions.get(&from.thunk.0).cloned()
        {
            self.conditions.insert(to.thunk.0, why);
        }
    }

    /// Why it is there only under a condition, where that is known.
    pub(super) fn condition(&self, slot: Slot) -> Option<&Why> {
        self.conditions.get(&slot.thunk.0).map(|why| &**why)
    }

    /// The same as a reason.
    pub(super) fn condition_of(&self, slot: Slot) -> Rc<Why> {
        self.conditions
            .get(&slot.thunk.0)
            .cloned()
            .unwrap_or_else(|| self.why("whether an attribute is there"))
    }

    /// A scope.
    pub(super) fn scope_at(&self, scope: ScopeId) -> &Scope {
        &self.scopes[scope.0 as usize]
    }

    /// Whether a thunk is a flake that was given, not something that code computes.
    pub(super) fn is_given(&self, thunk: ThunkId) -> bool {
        match &self.thunks[thunk.0 as usize].state {
            State::Done(Value::Set(attrs)) => attrs.map.contains_key("_type"),
            State::Itself(..) | State::Done(Value::Unknown(_)) => true,
            _ => match self.link(thunk) {
                Some(Link::Call(call)) => {
                    matches!(&call.f, Value::Primitive(partial) if partial.primitive.name.starts_with("__"))
                }
                _ => false,
            },
        }
    }

    /// Pays for one step.
    pub(super) fn burn(&mut self) -> Result<(), Value> {
        if self.fuel <= self.reserve || self.thunks.len() > MAX_THUNKS || self.scopes.len() > MAX_THUNKS {
            self.exhausted.set(true);
            self.once_exhausted.set(true);
            return Err(self.unknown(OUT_OF_STEPS));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.unknown("the evaluation nests deeper than the bound allows"));
        }
        self.fuel -= 1;
        Ok(())
    }

    /// Goes one level deeper for something that recurses without forcing thunks.
    pub(super) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T, Value>) -> Result<T, Value> {
        self.burn()?;
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    /// Pays for a collection of `items` before it is made: what copies much runs out of fuel, not of memory.
    pub(super) fn spend(&mut self, items: usize) -> Result<(), Value> {
        let price = items as u64 / 8;
        self.fuel = self.fuel.saturating_sub(price).max(self.reserve);
        if self.fuel == self.reserve {
            self.exhausted.set(true);
            self.once_exhausted.set(true);
            return Err(self.unknown(OUT_OF_STEPS));
        }
        Ok(())
    }

    // ---- forcing -----------------------------------------------------------------------------------

    pub(super) fn force(&mut self, thunk: ThunkId) -> Value {
        let cell = &mut self.thunks[thunk.0 as usize];
        if let State::Done(value) = &cell.state {
            self.doubts += u64::from(cell.doubtful);
            return value.clone();
        }
        let before = self.doubts;
        let state = std::mem::replace(&mut cell.state, State::Busy);
        if let State::Busy = state {
            return self.endless();
        }
        let value = if let Err(value) = self.burn() {
            value
        } else {
            self.depth += 1;
            let value = self.step(state);
            self.depth -= 1;
            value
        };
        let cell = &mut self.thunks[thunk.0 as usize];
        cell.state = State::Done(value.clone());
        cell.doubtful = self.doubts != before;
        value
    }

    fn step(&mut self, state: State) -> Value {
        match state {
            State::Code(code) => self.eval(code),
            State::Lookup(scope, name) => self.lookup(scope, &name),
            State::Select(from, name) => {
                let set = self.force(from);
                self.select(&set, &name)
            }
            State::Call(call) => match call.args {
                Args::One([arg]) => self.call(&call.f, arg),
                Args::Two([a, b]) => self.call2(&call.f, a, b),
            },
            State::Either(a, b, why) => {
                let (a, b) = (self.force(a), self.force(b));
                self.either(a, b, &why)
            }
            State::Itself(outputs, info) => {
                let (outputs, info) = (self.force(outputs), self.force(info));
                self.update(outputs, info)
            }
            State::Busy => self.endless(),
            State::Done(value) => value,
        }
    }

    pub(super) fn eval(&mut self, code: Code) -> Value {
        if let Err(value) = self.burn() {
            return value;
        }
        self.depth += 1;
        let value = self.expr(code);
        self.depth -= 1;
        value
    }

    // ---- names -------------------------------------------------------------------------------------

    /// Lexical scopes first, then `with`s from the innermost (Nix manual, "With-expressions").
    pub(super) fn find(&mut self, scope: ScopeId, name: &str) -> Result<Slot, Value> {
        let (mut next, mut with) = (Some(scope), None);
        while let Some(id) = next {
            let scope = &self.scopes[id.0 as usize];
            match &scope.frame {
                Frame::One(own, slot) if is_same(own, name) => return Ok(*slot),
                Frame::Names(attrs) => {
                    if let Some(slot) = attrs.map.get(name) {
                        return Ok(*slot);
                    }
                }
                Frame::One(..) => {}
                Frame::With(_) => with = with.or(next),
            }
            next = scope.parent;
        }
        self.find_with(with, name)
    }

    pub(super) fn lookup(&mut self, scope: ScopeId, name: &str) -> Value {
        match self.find(scope, name) {
            Ok(slot) => self.force(slot.thunk),
            Err(unknown) => unknown,
        }
    }

    pub(super) fn select(&mut self, set: &Value, name: &str) -> Value {
        match set {
            Value::Set(attrs) => match (attrs.map.get(name), &attrs.open) {
                (Some(slot), _) => self.force(slot.thunk),
                (None, Some(why)) if why.library => Value::Unknown(Rc::new(Why {
                    reason: format!("{} (`{name}`)", why.reason),
                    at: self.here,
                    library: true,
                    fails: false,
                    caught: false,
                })),
                (None, Some(why)) => Value::Unknown(why.clone()),
                (None, None) => self.failure(format!("attribute `{name}` is missing")),
            },
            Value::Unknown(why) => Value::Unknown(why.clone()),
            other => self
                .failure(format!("attribute `{name}` of a {}", other.type_name().unwrap_or("value that is not known"))),
        }
    }

    // ---- calls -------------------------------------------------------------------------------------

    pub(super) fn call(&mut self, f: &Value, arg: ThunkId) -> Value {
        if let Err(value) = self.burn() {
            return value;
        }
        self.depth += 1;
        let value = match f {
            Value::Lambda(closure) => self.call_closure(closure, arg),
            Value::Primitive(partial) => self.call_primitive(partial, arg),
            Value::Set(attrs) => match attrs.map.get("__functor") {
                Some(functor) => {
                    let functor = self.force(functor.thunk);
                    let own = self.done(f.clone());
                    let f = self.call(&functor, own);
                    self.call(&f, arg)
                }
                None => match &attrs.open {
                    Some(why) => Value::Unknown(why.clone()),
                    None => self.failure("a set is called as a function"),
                },
            },
            Value::Unknown(why) => Value::Unknown(why.clone()),
            other => self.failure(format!("a {} is called as a function", other.type_name().unwrap_or("value"))),
        };
        self.depth -= 1;
        value
    }

    fn call_primitive(&mut self, partial: &Partial, arg: ThunkId) -> Value {
        if partial.primitive.arity == 1 {
            return (partial.primitive.run)(self, &[arg]);
        }
        let mut args = Vec::with_capacity(partial.primitive.arity);
        args.extend_from_slice(&partial.args);
        args.push(arg);
        if args.len() < partial.primitive.arity {
            return Value::Primitive(Rc::new(Partial { primitive: partial.primitive, args }));
        }
        (partial.primitive.run)(self, &args)
    }

    fn call_closure(&mut self, closure: &Closure, arg: ThunkId) -> Value {
        let Code { module, expr, scope } = closure.code;
        let Some(lambda) = lambda(self.ir(module).kind(expr)) else {
            return self.unknown("code that does not parse");
        };
        let origin_file = module;
        let own = Slot { thunk: arg, origin: None, conditional: false };
        let frame = match (&lambda.param, &lambda.formals) {
            (Some((name, _)), None) => self.scope(Some(scope), Frame::One(name.clone(), own)),
            (None, None) => scope,
            (_, Some(_)) => self.scope(Some(scope), Frame::With(arg)),
        };
        if let Some(formals) = &lambda.formals {
            let given = match self.force(arg) {
                Value::Set(attrs) => attrs,
                Value::Unknown(why) => Rc::new(Attrs { map: Names::new(), open: Some(why) }),
                other => {
                    return self.failure(format!(
                        "a function that wants a set is called with a {}",
                        other.type_name().unwrap_or("value")
                    ));
                }
            };
            if !formals.ellipsis
                && let Some((extra, slot)) = given.map.iter().find(|(name, _)| !formals.takes(name))
                && !slot.conditional
            {
                return self.failure(format!("a function is called with unexpected argument `{extra}`"));
            }
            let mut names = Vec::with_capacity(formals.by_name.len() + 1);
            for formal in formals.by_name.iter().map(|at| &formals.entries[*at as usize]) {
                let slot = match (given.map.get(&formal.name), &given.open, formal.default) {
                    (Some(slot), _, Some(expr)) if slot.conditional => {
                        let default = self.delay(Code { module: origin_file, expr, scope: frame });
                        let why = self.why("whether an argument is passed");
                        let thunk = self.either_later(slot.thunk, default, &why);
                        Slot { thunk, conditional: false, ..*slot }
                    }
                    (Some(slot), _, _) => *slot,
                    (None, None, Some(expr)) => {
                        let thunk = self.delay(Code { module: origin_file, expr, scope: frame });
                        Slot { thunk, origin: None, conditional: false }
                    }
                    (None, Some(why), default) => {
                        let unknown = Value::Unknown(why.clone());
                        let given = self.done(unknown);
                        let thunk = match default {
                            // Given or not: either the default or something unknown.
                            Some(expr) => {
                                let default = self.delay(Code { module: origin_file, expr, scope: frame });
                                self.either_later(default, given, why)
                            }
                            None => given,
                        };
                        Slot { thunk, origin: None, conditional: false }
                    }
                    (None, None, None) => {
                        let missing = self.failure(format!("argument `{}` is not passed", formal.name));
                        self.slot(missing)
                    }
                };
                names.push((formal.name.clone(), slot));
            }
            let mut map = Names::sorted(names);
            if let Some((name, _)) = &lambda.param {
                map.insert(name.clone(), own);
            }
            self.bind_scope(frame, Rc::new(Attrs { map, open: None }));
        }
        let before = self.here;
        let value = self.eval(Code { module, expr: lambda.body, scope: frame });
        self.here = before;
        value
    }
}
