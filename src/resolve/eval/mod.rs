//! The partial evaluator: a lazy Nix evaluator in which inputs, fetched sources and everything outside the
//! workspace are *unknown*, and the unknown spreads. It answers one question: which attributes does a
//! flake's `outputs` have, and where is each written.
//!
//! Bounds: fuel, depth and memory of `machine.rs`; running out is an unknown value with a reason, never a
//! hang or an overflow. Nothing outside the workspace is read, nothing is executed.

mod closed;
mod expr;
mod files;
mod hosts;
mod lists;
mod machine;
mod models;
mod names;
mod operators;
mod options;
mod outputs;
mod posix;
mod primitives;
mod reading;
mod sets;
mod strings;
mod value;
mod written;

use std::rc::Rc;
use std::sync::Arc;

pub use closed::{Evaluated, evaluate_closed, evaluate_closed_with_lib};
pub(in crate::resolve) use files::World;
pub(crate) use files::join;
pub use hosts::HostModule;
pub(in crate::resolve) use outputs::Inventory;
pub use value::Origin;

use machine::Machine;
use value::{Attrs, Code, ModuleId, State, Value, Why};

use super::ir::ExprId;
use crate::source::FileId;

/// What the evaluator must know of an input.
pub(in crate::resolve) struct InputSource {
    /// Name.
    pub(in crate::resolve) name: String,
    /// `forge:owner/repo`, where it is known.
    pub(in crate::resolve) source: Option<String>,
    /// The folder of the workspace that it is, where it is a relative path.
    pub(in crate::resolve) folder: Option<String>,
    /// Whether it is a flake; else it is files only.
    pub(in crate::resolve) flake: bool,
    /// Inputs of it that are overridden, with the direct input they follow, where it is one.
    pub(in crate::resolve) overrides: Vec<(String, Option<String>)>,
    /// The time of its locked commit, in seconds since 1970, where it is locked: libraries gain outputs over time.
    /// Of a release branch of nixpkgs, the time of its branching at most.
    pub(in crate::resolve) modified: Option<i64>,
}

/// Evaluates the outputs of one flake.
pub(in crate::resolve) fn inventory(world: &World, file: FileId, outputs: ExprId, inputs: &[InputSource]) -> Inventory {
    let mut machine = Machine::new(world);
    let path = world.sources.path(file);
    let directory = path.rsplit_once('/').map_or("", |(d, _)| d);
    let code = Code { module: ModuleId::File(file.0), expr: outputs, scope: machine.globals };
    let function = machine.eval(code);
    let own = machine.hole();
    let inputs = input_values(&mut machine, inputs, own);
    let argument = machine.done(Value::Set(inputs.clone()));
    // The result is lazy, so that `self` may be read while the outputs are put together.
    let result = machine.call_later(function, argument);
    let itself = flake_itself(&mut machine, directory, inputs, result);
    machine.fill(own, itself);
    let value = machine.force(result);
    outputs::read(&mut machine, &value)
}

/// `inputs`, with `self`.
fn input_values(machine: &mut Machine, inputs: &[InputSource], own: value::ThunkId) -> Rc<Attrs> {
    let lib = model_lib(machine);
    let mut map = names::Names::new();
    let all = machine.hole();
    let sources = sources_of(machine, inputs);
    for input in inputs {
        let place = input.folder.as_deref().filter(|folder| machine.world.kind(folder).is_some());
        let model = match place {
            Some(_) => models::find("model:folder"),
            None => input.source.as_deref().and_then(models::find),
        };
        let thunk = if let Some(model) = model {
            let function = Value::Lambda(Rc::new(value::Closure {
                code: Code {
                    module: ModuleId::Model(model),
                    expr: models::ir(model).root.unwrap_or(ExprId(0)),
                    scope: machine.model_globals,
                },
            }));
            let name = machine.slot(Value::str(&input.name));
            let source = machine.slot(Value::str(input.source.as_deref().unwrap_or_default()));
            let lib = value::Slot { thunk: lib, origin: None, conditional: false };
            let inputs = value::Slot { thunk: all, origin: None, conditional: false };
            let overrides = overrides(machine, input, all);
            // What is not locked is the newest.
            let modified = machine.slot(Value::Int(input.modified.unwrap_or(i64::MAX)));
            let place = machine.slot(Value::Path(Rc::from(format!("{}/{}", files::ROOT, place.unwrap_or_default()))));
            let flake = machine.slot(Value::Bool(input.flake));
            let arguments = [
                ("place", place),
                ("flake", flake),
                ("name", name),
                ("source", source),
                ("lib", lib),
                ("inputs", inputs),
                ("overrides", overrides),
                ("modified", modified),
                ("sources", sources),
            ];
            let arguments = arguments.into_iter().map(|(n, s)| (Arc::from(n), s)).collect();
            let argument = machine.done(Value::set(arguments));
            machine.call_later(function, argument)
        } else {
            let reason = format!("it comes from input `{}`, which is outside the workspace", input.name);
            machine.done(Value::Unknown(Rc::new(Why { reason, at: None, library: false, fails: false })))
        };
        map.insert(Arc::from(input.name.as_str()), value::Slot { thunk, origin: None, conditional: false });
    }
    map.insert(Arc::from("self"), value::Slot { thunk: own, origin: None, conditional: false });
    let attrs = Rc::new(Attrs { map, open: None });
    machine.fill(all, State::Done(Value::Set(attrs.clone())));
    attrs
}

/// The sources of all inputs, by name.
fn sources_of(machine: &mut Machine, inputs: &[InputSource]) -> value::Slot {
    let mut map = names::Names::new();
    for input in inputs {
        let source = machine.slot(Value::str(input.source.as_deref().unwrap_or_default()));
        map.insert(Arc::from(input.name.as_str()), source);
    }
    machine.slot(Value::set(map))
}

/// What a model's own inputs are overridden with: direct inputs by name, everything else unknown.
fn overrides(machine: &mut Machine, input: &InputSource, all: value::ThunkId) -> value::Slot {
    let mut map = names::Names::new();
    for (name, follows) in &input.overrides {
        let thunk = if let Some(target) = follows {
            machine.select_later(all, Arc::from(target.as_str()))
        } else {
            let unknown = machine.unknown(format!("input `{name}` of `{}` is overridden", input.name));
            machine.done(unknown)
        };
        map.insert(Arc::from(name.as_str()), value::Slot { thunk, origin: None, conditional: false });
    }
    machine.slot(Value::set(map))
}

/// The model of `nixpkgs.lib`: a function that takes a set it does not read.
fn model_lib(machine: &mut Machine) -> value::ThunkId {
    let code = Code {
        module: ModuleId::Model(models::LIB),
        expr: models::ir(models::LIB).root.unwrap_or(ExprId(0)),
        scope: machine.model_globals,
    };
    let function = machine.eval(code);
    let nothing = machine.done(Value::set(names::Names::new()));
    machine.call_later(function, nothing)
}

/// `self`: the outputs with what Nix adds (`call-flake.nix`). The revision is not known: it depends on git.
fn flake_itself(machine: &mut Machine, directory: &str, inputs: Rc<Attrs>, result: value::ThunkId) -> State {
    let path = if directory.is_empty() { files::ROOT.to_owned() } else { format!("{}/{directory}", files::ROOT) };
    let unknown =
        Rc::new(Why { reason: "it depends on the state of git".into(), at: None, library: false, fails: false });
    let info = [
        ("outPath", Value::str(&path)),
        ("inputs", Value::Set(inputs)),
        ("_type", Value::str("flake")),
        ("sourceInfo", Value::Unknown(unknown.clone())),
        ("narHash", Value::Unknown(unknown.clone())),
        ("lastModified", Value::Unknown(unknown.clone())),
        ("lastModifiedDate", Value::Unknown(unknown.clone())),
        ("outputs", Value::Null),
    ];
    let mut map: names::Names<_> = info.into_iter().map(|(n, v)| (Arc::from(n), machine.slot(v))).collect();
    map.insert(Arc::from("outputs"), value::Slot { thunk: result, origin: None, conditional: false });
    // `self.rev or …`, `self ? dirtyRev`: there or not.
    for name in ["rev", "shortRev", "dirtyRev", "dirtyShortRev", "revCount", "submodules"] {
        let slot = machine.slot(Value::Unknown(unknown.clone()));
        map.insert(Arc::from(name), value::Slot { conditional: true, ..slot });
    }
    let info = machine.done(Value::Set(Rc::new(Attrs { map, open: None })));
    State::Itself(result, info)
}
