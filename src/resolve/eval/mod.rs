//! The partial evaluator: a lazy Nix evaluator in which inputs, fetched sources and everything outside the
//! workspace are *unknown*, and the unknown spreads. It answers one question: which attributes does a
//! flake's `outputs` have, and where is each written.
//!
//! Bounds: fuel, depth and memory of `machine.rs`; running out is an unknown value with a reason, never a
//! hang or an overflow. Nothing outside the workspace is read, nothing is executed.

mod closed;
mod doubt;
mod expr;
mod fetched;
mod files;
mod flake;
mod hosts;
mod lists;
mod losses;
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

pub use closed::{Evaluated, evaluate_closed, evaluate_closed_with_lib};
pub(in crate::resolve) use files::World;
pub(crate) use files::join;
pub use hosts::HostModule;
pub(in crate::resolve) use losses::Loss;
pub(crate) use models::reads_scoped;
pub(in crate::resolve) use outputs::Inventory;
pub use value::Origin;

use machine::Machine;

use super::ir::ExprId;
use crate::source::FileId;

/// What the evaluator must know of an input.
pub(in crate::resolve) struct InputSource {
    /// Name.
    pub(in crate::resolve) name: String,
    /// `forge:owner/repo`, where it is known.
    pub(in crate::resolve) source: Option<String>,
    /// Inputs of it that are overridden, with the direct input they follow, where it is one.
    pub(in crate::resolve) overrides: Vec<(String, Option<String>)>,
    /// The time of its locked commit, in seconds since 1970, where it is locked: libraries gain outputs over time.
    /// Of a release branch of nixpkgs, the time of its branching at most.
    pub(in crate::resolve) modified: Option<i64>,
    /// Its directory in the workspace, where it is a relative path.
    pub(in crate::resolve) place: Option<String>,
    /// Whether it is taken as a flake, not as a source.
    pub(in crate::resolve) flake: bool,
    /// Its own inputs as they are locked.
    pub(in crate::resolve) locked: Vec<(String, Locked)>,
}

/// What an input of an input is.
pub(in crate::resolve) enum Locked {
    /// A direct input of the flake that is evaluated.
    Direct(String),
    /// Its own.
    Own(InputSource),
}

/// Evaluates the outputs of one flake.
pub(in crate::resolve) fn inventory(world: &World, file: FileId, outputs: ExprId, inputs: &[InputSource]) -> Inventory {
    let mut machine = Machine::new(world);
    machine.spine = losses::spine(world.modules.ir(file), file, outputs);
    let flake = flake::make(&mut machine, &flake::Written { file, outputs, inputs }, None);
    let value = machine.force(flake.outputs);
    outputs::read(&mut machine, &value)
}
