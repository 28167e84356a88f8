//! Names, imports, inputs, lock and outputs: what the code means, as far as the workspace tells.
//!
//! No syntax node leaves this folder: files come in as green trees and are lowered ([`ir`]) at once.

pub(crate) mod builds;
pub mod concerns;
mod cuts;
mod eval;
pub mod evidence;
mod flakes;
mod globals;
pub mod graph;
pub mod imports;
mod input_syntax;
pub(crate) mod input_uses;
pub mod inputs;
pub mod ir;
pub mod lock;
mod lower;
mod mentions;
pub mod missing;
pub mod names;
pub(crate) mod nodes;
pub(crate) mod paths;
mod plumbing;
pub mod source_id;
mod text;
pub mod unused;
mod walk;

pub(crate) use eval::join;
#[doc(hidden)]
pub use eval::{Evaluated, evaluate_closed, evaluate_closed_with_lib};
pub use eval::{HostModule, Origin};
pub use flakes::{Flake, Kind, Output, Role, Unknown};
pub(crate) use flakes::{role, source_of};

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::discover::Tree;
use crate::source::{FileId, Sources};
use imports::Links;
use ir::Ir;
use nodes::FileGraph;
use paths::PathUses;

/// One file after lowering: what later steps need of it.
#[derive(Debug, Default)]
pub struct Lowered {
    /// Its expressions.
    pub(crate) ir: Ir,
    /// Its binders and references.
    pub(crate) graph: FileGraph,
    /// What it does with paths.
    pub(crate) paths: PathUses,
    /// Its names.
    pub names: names::Names,
    /// What it defines and does not use.
    pub unused: unused::Unused,
    /// How the inputs of a flake are written.
    pub(crate) inputs: input_syntax::InputSyntax,
    /// What makes its evaluation dear.
    pub(crate) costs: builds::Costs,
}

/// Lowers a parsed file; called where the file was parsed, so that its syntax tree never crosses a thread.
pub fn lower(green: Option<rowan::GreenNode>, length: u32) -> Lowered {
    let ir = green.as_ref().map(|green| lower::lower(green.clone())).unwrap_or_default();
    let graph = walk::graph(&ir, length);
    let paths = paths::uses(&ir);
    let costs = builds::costs(&ir, &graph);
    let names = names::names(&ir);
    let inputs = input_syntax::read(&ir, green.as_ref());
    let unused = unused::unused(&ir, &names, green);
    Lowered { ir, graph, paths, names, unused, inputs, costs }
}

/// The workspace, resolved.
#[derive(Debug, Default)]
pub struct Project {
    /// Graph of each file, by file id.
    pub(crate) graphs: Vec<FileGraph>,
    /// What each file does with paths, by file id.
    pub(crate) paths: Vec<PathUses>,
    /// Names of each file, by file id.
    pub names: Vec<names::Names>,
    /// What each file defines and does not use, by file id.
    pub unused: Vec<unused::Unused>,
    /// How inputs are written, by the file id of a flake.
    pub(crate) input_syntax: BTreeMap<FileId, input_syntax::InputSyntax>,
    /// What is known of the readers of direct inputs, by flake in their order.
    pub(crate) unused_inputs: Vec<BTreeMap<String, input_uses::Readers>>,
    /// What makes evaluation dear, by file id.
    pub(crate) costs: Vec<builds::Costs>,
    /// All files as one graph.
    pub links: Links,
    /// Path literals that lead to nothing a flake can see, in order of place.
    pub missing: Vec<missing::Missing>,
    /// Every flake, the root flake first, then in order of path.
    pub flakes: Vec<Flake>,
}

/// The lowered files of a workspace, to take the inventory of single flakes of it.
#[doc(hidden)]
pub struct Modules(Vec<Ir>);

#[doc(hidden)]
impl Modules {
    /// Takes the files in the order of the workspace's sources.
    pub fn new(lowered: Vec<Lowered>) -> Self {
        Self(lowered.into_iter().map(|one| one.ir).collect())
    }

    /// The flake of a directory (`.` for the root), if there is one.
    pub fn flake(&self, tree: &Tree, sources: &Sources, dir: &str) -> Option<Flake> {
        let world = eval::World { tree, sources, modules: &self.0 };
        let path = if dir == "." { "flake.nix".to_owned() } else { format!("{dir}/flake.nix") };
        let file = flakes::files(&world).into_iter().find(|file| sources.path(*file) == path)?;
        Some(flakes::resolve(&world, file))
    }
}

/// Resolves a workspace. `lowered` is in the order of `sources`.
pub fn resolve(tree: &Tree, sources: &Sources, lowered: Vec<Lowered>) -> Project {
    let (mut modules, mut graphs, mut paths) = (Vec::new(), Vec::new(), Vec::new());
    let (mut names, mut unused) = (Vec::new(), Vec::new());
    let (mut costs, mut input_syntax) = (Vec::new(), BTreeMap::new());
    for (number, one) in lowered.into_iter().enumerate() {
        if !one.inputs.insertions.is_empty() {
            input_syntax.insert(FileId(number as u32), one.inputs);
        }
        modules.push(one.ir);
        graphs.push(one.graph);
        paths.push(one.paths);
        names.push(one.names);
        unused.push(one.unused);
        costs.push(one.costs);
    }
    let world = eval::World { tree, sources, modules: &modules };
    let links = imports::link(&graphs, &world);
    let files = flakes::files(&world);
    let mut flakes: Vec<Flake> = files.into_par_iter().map(|file| flakes::resolve(&world, file)).collect();
    flakes::mark_templates(&mut flakes);
    flakes.sort_by(|a, b| (a.dir != ".", &a.dir).cmp(&(b.dir != ".", &b.dir)));
    let missing = missing::missing(&paths, &world);
    let unused_inputs = input_uses::all(&world, &flakes);
    Project { graphs, paths, names, unused, input_syntax, unused_inputs, costs, links, missing, flakes }
}
