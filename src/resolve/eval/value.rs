//! Values of the partial evaluator, and the arena they live in.
//!
//! Thunks and scopes are numbers into the machine's arenas: no reference counting cycles, and all is
//! freed at once when a flake is done.

use std::num::NonZeroU32;
use std::rc::Rc;

use super::super::ir::{ExprId, Lambda, Name};
use super::names::Names;
use super::primitives::Primitive;
use crate::source::Span;

/// Number of a thunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ThunkId(pub(super) u32);

/// Number of a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ScopeId(pub(super) u32);

/// A lowered file of the workspace, or a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ModuleId {
    /// File of the workspace.
    File(u32),
    /// Model, by its place in the list of models.
    Model(u32),
}

/// An expression with the scope it is evaluated in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub(super) module: ModuleId,
    pub(super) expr: ExprId,
    pub(super) scope: ScopeId,
}

/// A value in weak head normal form.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(Rc<str>),
    /// A path; inside the workspace it starts with [`super::files::ROOT`].
    Path(Rc<str>),
    List(Rc<List>),
    Set(Rc<Attrs>),
    Lambda(Rc<Closure>),
    Primitive(Rc<Partial>),
    /// Cannot be known, and why.
    Unknown(Rc<Why>),
}

/// Why something is not known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Why {
    /// One clause that completes "not known: …".
    pub(super) reason: String,
    /// The code that could not be followed.
    pub(super) at: Option<Span>,
    /// Part of a library that has no model: what is selected from it is named in the reason.
    pub(super) library: bool,
    /// Real Nix would fail here too (`throw`, a missing attribute): what a conditional may drop.
    pub(super) fails: bool,
    /// It fails in a way that `tryEval` catches.
    pub(super) caught: bool,
}

/// A list; `open` when it may have further elements, anywhere.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) items: Vec<ThunkId>,
    pub(super) open: Option<Rc<Why>>,
    /// Some of those further elements: each may be there or not.
    pub(super) maybe: Vec<ThunkId>,
}

impl List {
    /// What is there for sure, then what may be there.
    pub(super) fn all(&self) -> impl Iterator<Item = ThunkId> {
        self.items.iter().chain(&self.maybe).copied()
    }
}

/// An attribute set; `open` when it may have further attributes.
#[derive(Clone, Debug, Default)]
pub(super) struct Attrs {
    pub(super) map: Names<Slot>,
    pub(super) open: Option<Rc<Why>>,
}

/// An attribute: its thunk, where it is written, and whether it is there only under a condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) thunk: ThunkId,
    pub(super) origin: Option<OriginId>,
    pub(super) conditional: bool,
}

/// Number of an [`Origin`] in the machine's list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OriginId(pub(super) NonZeroU32);

/// Where an attribute is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub at: Span,
    /// The whole binding.
    pub span: Span,
}

/// A function with its scope.
#[derive(Debug)]
pub(super) struct Closure {
    pub(super) code: Code,
}

/// A built-in function with the arguments it has so far.
#[derive(Debug)]
pub(super) struct Partial {
    pub(super) primitive: &'static Primitive,
    pub(super) args: Vec<ThunkId>,
}

/// What a thunk is.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// Not evaluated yet.
    Code(Code),
    /// `inherit name;`.
    Lookup(ScopeId, Name),
    /// `inherit (e) name;`.
    Select(ThunkId, Name),
    /// A call that a built-in put off.
    Call(Rc<Call>),
    /// Either of two values, by a condition that is not known for a reason.
    Either(ThunkId, ThunkId, Rc<Why>),
    /// A flake's `self`: its outputs under what Nix adds to them.
    Itself(ThunkId, ThunkId),
    /// Being evaluated: meeting it again is infinite recursion.
    Busy,
    /// Evaluated.
    Done(Value),
}

/// A thunk, and the code it came from (kept to find where a value is written).
#[derive(Debug)]
pub(super) struct Thunk {
    pub(super) state: State,
    pub(super) link: Option<Link>,
    /// A `throw` that a condition may reach was left out: real Nix has this value or none.
    pub(super) doubtful: bool,
}

/// A function and its arguments.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) f: Value,
    pub(super) args: Args,
}

/// One or two arguments.
#[derive(Debug)]
pub(super) enum Args {
    One([ThunkId; 1]),
    Two([ThunkId; 2]),
}

impl Args {
    pub(super) fn as_slice(&self) -> &[ThunkId] {
        match self {
            Self::One(args) => args,
            Self::Two(args) => args,
        }
    }
}

/// How a thunk passes on another one.
#[derive(Clone, Debug)]
pub(super) enum Link {
    Code(Code),
    /// A call that a built-in put off.
    Call(Rc<Call>),
    Lookup(ScopeId, Name),
    Select(ThunkId, Name),
}

/// A scope and its parent.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) parent: Option<ScopeId>,
    pub(super) frame: Frame,
}

/// What a scope binds.
#[derive(Debug)]
pub(super) enum Frame {
    /// What a function with one parameter binds.
    One(Name, Slot),
    Names(Rc<Attrs>),
    With(ThunkId),
}

impl Value {
    pub(super) fn str(text: &str) -> Self {
        Self::Str(Rc::from(text))
    }

    pub(super) fn list(items: Vec<ThunkId>) -> Self {
        Self::List(Rc::new(List { items, ..List::default() }))
    }

    pub(super) fn set(map: Names<Slot>) -> Self {
        Self::Set(Rc::new(Attrs { map, open: None }))
    }

    /// The name `builtins.typeOf` gives; `None` for the unknown.
    pub(super) fn type_name(&self) -> Option<&'static str> {
        Some(match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Str(_) => "string",
            Self::Path(_) => "path",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Lambda(_) | Self::Primitive(_) => "lambda",
            Self::Unknown(_) => return None,
        })
    }
}

/// Of two reasons for more names, the one that says more: a library that is modelled has few names besides its model.
pub(super) fn wider(a: Option<&Rc<Why>>, b: Option<&Rc<Why>>) -> Option<Rc<Why>> {
    a.filter(|why| !why.library).or(b.filter(|why| !why.library)).or(a).or(b).cloned()
}

/// The lambda behind a closure's code.
pub(super) fn lambda(kind: &super::super::ir::Kind) -> Option<&Lambda> {
    match kind {
        super::super::ir::Kind::Lambda(lambda) => Some(lambda),
        _ => None,
    }
}
