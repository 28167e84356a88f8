//! The built-in functions: one list, from which `builtins` and the global names come.

use std::rc::Rc;
use std::sync::Arc;

use super::machine::Machine;
use super::names::Names;
use super::value::{Attrs, List, Partial, Slot, ThunkId, Value};

/// A built-in function.
pub(super) struct Primitive {
    /// Its name in `builtins`.
    pub(super) name: &'static str,
    /// Number of arguments.
    pub(super) arity: usize,
    /// What it does; gets exactly `arity` arguments.
    pub(super) run: fn(&mut Machine, &[ThunkId]) -> Value,
}

/// An entry of the lists of built-ins.
pub(super) const fn primitive(
    name: &'static str,
    arity: usize,
    run: fn(&mut Machine, &[ThunkId]) -> Value,
) -> Primitive {
    Primitive { name, arity, run }
}

impl std::fmt::Debug for Primitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Names that are in scope without `builtins.` (Nix manual, "Built-in functions").
const GLOBAL: &[&str] = &[
    "abort",
    "baseNameOf",
    "break",
    "derivation",
    "derivationStrict",
    "dirOf",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fromTOML",
    "import",
    "isNull",
    "map",
    "placeholder",
    "removeAttrs",
    "scopedImport",
    "throw",
    "toString",
];

/// Built-ins whose result is never known here, with the reason.
const OPAQUE: &[(&str, usize, &str)] = &[
    ("derivation", 1, "a derivation"),
    ("derivationStrict", 1, "a derivation"),
    ("fetchMercurial", 1, "a source that is fetched"),
    ("fetchurl", 1, "a source that is fetched"),
    ("storePath", 1, "a store path"),
    ("hashString", 2, "a hash"),
    ("hashFile", 2, "a hash"),
    ("placeholder", 1, "a store path"),
    ("toFile", 2, "a store path"),
    ("toXML", 1, "XML"),
    ("unsafeGetAttrPos", 2, "a source position"),
    ("convertHash", 1, "a hash"),
    ("parseFlakeRef", 1, "the parts of a flake reference"),
    ("flakeRefToString", 1, "a flake reference"),
    ("addDrvOutputDependencies", 1, "a string context"),
    ("findFile", 2, "a search path"),
    ("getContext", 1, "a string context"),
];

/// The scope outside every file; that of models has the built-ins that only models may use.
pub(super) fn globals(machine: &mut Machine, models: bool) -> Attrs {
    let mut builtins = Names::new();
    let lists = [
        super::lists::PRIMITIVES,
        super::sets::PRIMITIVES,
        super::strings::PRIMITIVES,
        super::reading::PRIMITIVES,
        super::options::PRIMITIVES,
        super::fetched::PRIMITIVES,
        super::flake::PRIMITIVES,
    ];
    for primitive in lists.into_iter().flatten().filter(|p| models || !p.name.starts_with("__")) {
        let slot = machine.slot(Value::Primitive(Rc::new(Partial { primitive, args: Vec::new() })));
        builtins.insert(Arc::from(primitive.name), slot);
    }
    for (name, _, reason) in OPAQUE {
        let unknown = machine.unknown(*reason);
        let slot = machine.slot(unknown);
        builtins.insert(Arc::from(*name), slot);
    }
    let nix_path = Value::list(Vec::new());
    let constants = [
        ("true", Value::Bool(true)),
        ("false", Value::Bool(false)),
        ("null", Value::Null),
        ("nixVersion", Value::str("2.26.3")),
        ("langVersion", Value::Int(6)),
        ("storeDir", Value::str("/nix/store")),
        ("nixPath", nix_path),
        // Flakes are evaluated in pure mode, which has no `currentSystem`.
        ("currentTime", machine.unknown("`builtins.currentTime` depends on the clock")),
    ];
    for (name, value) in constants {
        let slot = machine.slot(value);
        builtins.insert(Arc::from(name), slot);
    }
    let mut map: Names<_> = GLOBAL
        .iter()
        .chain(&["true", "false", "null"])
        .filter_map(|name| Some((Arc::from(*name), *builtins.get(name)?)))
        .collect();
    // Every other built-in is in scope as `__name`.
    let mut more = Vec::new();
    for (name, slot) in &builtins {
        if !map.contains_key(name) {
            more.push((Arc::from(format!("__{name}")), *slot));
        }
    }
    for (name, slot) in more {
        map.insert(name, slot);
    }
    let hole = machine.hole();
    let builtins_slot = Slot { thunk: hole, origin: None, conditional: false };
    builtins.insert(Arc::from("builtins"), builtins_slot);
    machine.fill(hole, super::value::State::Done(Value::set(builtins)));
    map.insert(Arc::from("builtins"), builtins_slot);
    Attrs { map, open: None }
}

// ---- what all built-ins share ----------------------------------------------------------------------

impl Machine<'_> {
    /// Forces an argument that must be a set.
    pub(super) fn want_set(&mut self, thunk: ThunkId) -> Result<Rc<Attrs>, Value> {
        match self.force(thunk) {
            Value::Set(attrs) => Ok(attrs),
            other => Err(self.or_failure(other, "a set is wanted")),
        }
    }

    /// Forces an argument that must be a list.
    pub(super) fn want_list(&mut self, thunk: ThunkId) -> Result<Rc<List>, Value> {
        match self.force(thunk) {
            Value::List(list) => Ok(list),
            other => Err(self.or_failure(other, "a list is wanted")),
        }
    }

    /// Forces an argument that must be a string (paths and sets with `outPath` count).
    pub(super) fn want_str(&mut self, thunk: ThunkId) -> Result<String, Value> {
        let value = self.force(thunk);
        self.coerce(&value)
    }

    /// Forces an argument that must be an integer.
    pub(super) fn want_int(&mut self, thunk: ThunkId) -> Result<i64, Value> {
        match self.force(thunk) {
            Value::Int(i) => Ok(i),
            other => Err(self.or_failure(other, "an integer is wanted")),
        }
    }

    /// Calls a function with two arguments.
    pub(super) fn call2(&mut self, f: &Value, a: ThunkId, b: ThunkId) -> Value {
        let f = self.call(f, a);
        self.call(&f, b)
    }
}

/// `?` for functions that return either a value or the unknown value that stopped them.
pub(super) fn settle(result: Result<Value, Value>) -> Value {
    result.unwrap_or_else(|unknown| unknown)
}
