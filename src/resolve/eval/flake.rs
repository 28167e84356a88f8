//! A flake as a value: its inputs, its outputs, its `self`. The one that is audited, and those of the same workspace
//! that it takes as inputs, or reads with `getFlake` or flake-compat.

use std::rc::Rc;
use std::sync::Arc;

use super::super::ir::ExprId;
use super::files::{self, inside};
use super::machine::Machine;
use super::names::Names;
use super::primitives::{Primitive, primitive, settle};
use super::value::{Attrs, Closure, Code, ModuleId, Partial, Slot, State, ThunkId, Value, Why};
use super::{InputSource, Locked, models};
use crate::source::FileId;

/// Flakes of the workspace that one evaluation takes in, each with its overrides.
const MAX_FLAKES: usize = 64;

/// For models: `__flake { path = ./sub; inputs = { … }; }` is the flake of a directory, `inputs` over its own.
pub(super) const PRIMITIVES: &[Primitive] = &[SUB];
const SUB: Primitive = primitive("__flake", 1, |m, a| settle(sub(m, a[0])));
static SUB_FLAKE: Primitive = SUB;

/// What is written of a flake.
pub(super) struct Written<'a> {
    pub(super) file: FileId,
    pub(super) outputs: ExprId,
    pub(super) inputs: &'a [InputSource],
}

/// A flake that is not evaluated yet.
pub(super) struct Made {
    pub(super) outputs: ThunkId,
    /// Outputs, inputs and what Nix adds.
    pub(super) itself: ThunkId,
}

/// Calls `outputs` with the inputs; `given` are those that another flake overrides.
pub(super) fn make(machine: &mut Machine, flake: &Written, given: Option<&Attrs>) -> Made {
    let path = machine.world.sources.path(flake.file);
    let directory = path.rsplit_once('/').map_or("", |(d, _)| d);
    let code = Code { module: ModuleId::File(flake.file.0), expr: flake.outputs, scope: machine.globals };
    let function = machine.eval(code);
    let own = machine.hole();
    let inputs = input_values(machine, flake.inputs, own, given);
    let argument = machine.done(Value::Set(inputs.clone()));
    // The result is lazy, so that `self` may be read while the outputs are put together.
    let outputs = machine.call_later(function, argument);
    // `self` is an argument, no input.
    let mut declared = (*inputs).clone();
    declared.map.retain(|name| **name != *"self");
    let itself = flake_itself(machine, directory, Rc::new(declared), outputs);
    machine.fill(own, itself);
    Made { outputs, itself: own }
}

/// The flake of a directory of the workspace.
fn sub(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let set = m.want_set(thunk)?;
    let Some(path) = set.map.get("path").copied() else { return Err(m.failure("attribute `path` is missing")) };
    let text = files::normalize(&m.want_str(path.thunk)?);
    let Some(dir) = inside(&text).map(str::to_owned) else { return Err(m.unknown("a flake that is fetched")) };
    let given = match set.map.get("inputs") {
        Some(slot) => Some(m.want_set(slot.thunk)?),
        None => None,
    };
    let thunk = at(m, &dir, given.as_deref())?;
    Ok(m.force(thunk))
}

/// The flake of a directory of the workspace, with the inputs that are given over its own.
pub(super) fn at(m: &mut Machine, dir: &str, given: Option<&Attrs>) -> Result<ThunkId, Value> {
    let given = given.filter(|given| !given.map.is_empty());
    if let (Some(known), None) = (m.flakes.iter().find(|(of, _)| of.as_deref() == Some(dir)), given) {
        return Ok(known.1);
    }
    if m.flakes.len() >= MAX_FLAKES {
        return Err(m.unknown("more flakes of the workspace than the bound allows"));
    }
    let Some((file, outputs, inputs)) = super::super::flakes::parts(m.world, dir) else {
        let dir = if dir.is_empty() { "." } else { dir };
        return Err(m.unknown(format!("`{dir}` holds no flake that can be read")));
    };
    let made = make(m, &Written { file, outputs, inputs: &inputs }, given);
    m.flakes.push((given.is_none().then(|| dir.to_owned()), made.itself));
    Ok(made.itself)
}

/// An input that is a directory of the workspace: its flake, or the directory.
fn local(machine: &mut Machine, input: &InputSource, place: &str, all: ThunkId) -> ThunkId {
    let path = machine.slot(Value::str(&workspace_path(place)));
    if !input.flake {
        let names = [(Arc::from("outPath"), path), (Arc::from("sourceInfo"), machine.slot(depends_on_git()))];
        return machine.done(Value::set(names.into()));
    }
    let inputs = overrides(machine, input, all);
    let argument = machine.done(Value::set([(Arc::from("path"), path), (Arc::from("inputs"), inputs)].into()));
    let function = Value::Primitive(Rc::new(Partial { primitive: &SUB_FLAKE, args: Vec::new() }));
    machine.call_later(function, argument)
}

fn workspace_path(directory: &str) -> String {
    if directory.is_empty() { files::ROOT.to_owned() } else { format!("{}/{directory}", files::ROOT) }
}

/// What is said of the revision and its like.
pub(super) const STATE_OF_GIT: &str = "it depends on the state of git";

fn depends_on_git() -> Value {
    let reason = STATE_OF_GIT.to_owned();
    Value::Unknown(Rc::new(Why { reason, at: None, library: false, fails: false, caught: false }))
}

/// `inputs`, with `self`.
fn input_values(machine: &mut Machine, inputs: &[InputSource], own: ThunkId, given: Option<&Attrs>) -> Rc<Attrs> {
    let mut map = Names::new();
    let all = machine.hole();
    let sources = sources_of(machine, inputs);
    for input in inputs {
        let thunk = if let Some(slot) = given.and_then(|given| given.map.get(&input.name)) {
            slot.thunk
        } else if let Some(place) = &input.place {
            local(machine, input, place, all)
        } else {
            foreign(machine, input, &Surroundings { all, sources })
        };
        map.insert(Arc::from(input.name.as_str()), Slot { thunk, origin: None, conditional: false });
    }
    map.insert(Arc::from("self"), Slot { thunk: own, origin: None, conditional: false });
    let attrs = Rc::new(Attrs { map, open: None });
    machine.fill(all, State::Done(Value::Set(attrs.clone())));
    attrs
}

/// What an input outside the workspace may refer to.
struct Surroundings {
    /// The inputs of the flake.
    all: ThunkId,
    /// Their sources.
    sources: Slot,
}

/// An input outside the workspace: its model, or what its lock says of it.
fn foreign(machine: &mut Machine, input: &InputSource, around: &Surroundings) -> ThunkId {
    let own = own_inputs(machine, input, around);
    if let Some(model) = input.source.as_deref().and_then(models::find) {
        let overrides = overrides(machine, input, around.all);
        let context = Context { inputs: around.all, overrides, sources: around.sources, own };
        return modelled(machine, model, input, &context);
    }
    let reason = format!("it comes from input `{}`, which is outside the workspace", input.name);
    let why = Rc::new(Why { reason, at: None, library: false, fails: false, caught: false });
    let nothing = machine.done(Value::Unknown(why.clone()));
    let path = super::fetched::place(machine, nothing);
    let path = path.unwrap_or_else(|| machine.slot(Value::Unknown(why.clone())));
    let mut names = Names::new();
    names.insert(Arc::from("outPath"), path);
    if input.flake {
        names.insert(Arc::from("_type"), machine.slot(Value::str("flake")));
    }
    if let Some(own) = own {
        names.insert(Arc::from("inputs"), own);
    }
    machine.done(Value::Set(Rc::new(Attrs { map: names, open: Some(why) })))
}

/// The own inputs of a flake that is not at hand, where they are locked.
fn own_inputs(machine: &mut Machine, input: &InputSource, around: &Surroundings) -> Option<Slot> {
    if !input.flake || input.locked.is_empty() {
        return None;
    }
    let mut own = Names::new();
    for (name, locked) in &input.locked {
        let thunk = match locked {
            Locked::Direct(target) => machine.select_later(around.all, Arc::from(target.as_str())),
            Locked::Own(input) => foreign(machine, input, around),
        };
        own.insert(Arc::from(name.as_str()), Slot { thunk, origin: None, conditional: false });
    }
    Some(machine.slot(Value::set(own)))
}

/// What a model is told of its surroundings.
pub(super) struct Context {
    /// The inputs of the flake.
    pub(super) inputs: ThunkId,
    /// Inputs of the library that are overridden.
    pub(super) overrides: Slot,
    /// The sources of all inputs, by name.
    pub(super) sources: Slot,
    /// The library's own inputs, where they are locked.
    pub(super) own: Option<Slot>,
}

/// The model of a library, called, with a path that stands for its source.
pub(super) fn modelled(machine: &mut Machine, model: u32, input: &InputSource, context: &Context) -> ThunkId {
    let function = Value::Lambda(Rc::new(Closure {
        code: Code {
            module: ModuleId::Model(model),
            expr: models::ir(model).root.unwrap_or(ExprId(0)),
            scope: machine.model_globals,
        },
    }));
    let source = input.source.as_deref().unwrap_or_default();
    let arguments = [
        ("name", machine.slot(Value::str(&input.name))),
        ("source", machine.slot(Value::str(source))),
        ("lib", Slot { thunk: model_lib(machine), origin: None, conditional: false }),
        ("inputs", Slot { thunk: context.inputs, origin: None, conditional: false }),
        ("overrides", context.overrides),
        // What is not locked is the newest.
        ("modified", machine.slot(Value::Int(input.modified.unwrap_or(i64::MAX)))),
        ("sources", context.sources),
    ];
    let argument = machine.done(Value::set(arguments.into_iter().map(|(n, s)| (Arc::from(n), s)).collect()));
    let value = machine.call_later(function, argument);
    let added = if input.flake { added(machine, input, context, value) } else { Names::new() };
    super::fetched::sourced(machine, value, added)
}

/// What Nix adds to the outputs of a flake that is an input.
fn added(machine: &mut Machine, input: &InputSource, context: &Context, value: ThunkId) -> Names<Slot> {
    let unknown = machine.slot(machine.unknown("the revision of an input"));
    let mut map: Names<Slot> = ["lastModified", "lastModifiedDate", "narHash", "sourceInfo"]
        .into_iter()
        .map(|name| (Arc::from(name), unknown))
        .collect();
    // A tarball need not have a revision.
    let source = input.source.as_deref().unwrap_or_default();
    let conditional = !["github:", "gitlab:", "sourcehut:", "git+"].iter().any(|forge| source.starts_with(forge));
    for name in ["rev", "shortRev"] {
        map.insert(Arc::from(name), Slot { conditional, ..unknown });
    }
    map.insert(Arc::from("_type"), machine.slot(Value::str("flake")));
    map.insert(Arc::from("outputs"), Slot { thunk: value, ..unknown });
    let unknown_inputs = Slot { thunk: machine.done(machine.unknown("the inputs of an input")), ..unknown };
    map.insert(Arc::from("inputs"), context.own.unwrap_or(unknown_inputs));
    map
}

/// The sources of all inputs, by name.
fn sources_of(machine: &mut Machine, inputs: &[InputSource]) -> Slot {
    let mut map = Names::new();
    for input in inputs {
        let source = machine.slot(Value::str(input.source.as_deref().unwrap_or_default()));
        map.insert(Arc::from(input.name.as_str()), source);
    }
    machine.slot(Value::set(map))
}

/// What a model's own inputs are overridden with: direct inputs by name, everything else unknown.
fn overrides(machine: &mut Machine, input: &InputSource, all: ThunkId) -> Slot {
    let mut map = Names::new();
    for (name, follows) in &input.overrides {
        let thunk = if let Some(target) = follows {
            machine.select_later(all, Arc::from(target.as_str()))
        } else {
            let unknown = machine.unknown(format!("input `{name}` of `{}` is overridden", input.name));
            machine.done(unknown)
        };
        map.insert(Arc::from(name.as_str()), Slot { thunk, origin: None, conditional: false });
    }
    machine.slot(Value::set(map))
}

/// The model of `nixpkgs.lib`: a function that takes a set it does not read.
pub(super) fn model_lib(machine: &mut Machine) -> ThunkId {
    if let Some(lib) = machine.lib {
        return lib;
    }
    let code = Code {
        module: ModuleId::Model(models::LIB),
        expr: models::ir(models::LIB).root.unwrap_or(ExprId(0)),
        scope: machine.model_globals,
    };
    let function = machine.eval(code);
    let nothing = machine.done(Value::set(Names::new()));
    let lib = machine.call_later(function, nothing);
    machine.lib = Some(lib);
    lib
}

/// `self`: the outputs with what Nix adds (`call-flake.nix`). The revision is not known: it depends on git.
fn flake_itself(machine: &mut Machine, directory: &str, inputs: Rc<Attrs>, result: ThunkId) -> State {
    let path = workspace_path(directory);
    let unknown = depends_on_git();
    let info = [
        ("outPath", Value::str(&path)),
        ("inputs", Value::Set(inputs)),
        ("_type", Value::str("flake")),
        ("sourceInfo", unknown.clone()),
        ("narHash", unknown.clone()),
        ("lastModified", unknown.clone()),
        ("lastModifiedDate", unknown.clone()),
        ("outputs", Value::Null),
    ];
    let mut map: Names<_> = info.into_iter().map(|(n, v)| (Arc::from(n), machine.slot(v))).collect();
    map.insert(Arc::from("outputs"), Slot { thunk: result, origin: None, conditional: false });
    // `self.rev or …`, `self ? dirtyRev`: there or not.
    for name in ["rev", "shortRev", "dirtyRev", "dirtyShortRev", "revCount", "submodules"] {
        let slot = machine.slot(unknown.clone());
        map.insert(Arc::from(name), Slot { conditional: true, ..slot });
    }
    let info = machine.done(Value::Set(Rc::new(Attrs { map, open: None })));
    State::Itself(result, info)
}
