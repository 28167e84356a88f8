//! Names, imports, inputs, lock and outputs: what the code means, as far as the workspace tells.
//!
//! No syntax node leaves this folder: files come in as green trees and are lowered ([`ir`]) at once.

pub mod concerns;
mod eval;
mod flakes;
mod globals;
pub mod graph;
pub mod imports;
pub mod inputs;
pub mod ir;
pub mod lock;
mod lower;
pub mod names;
pub(crate) mod nodes;
mod plumbing;
pub mod source_id;
mod text;
mod walk;

pub use eval::Origin;
pub use flakes::{Flake, Kind, Output, Role, Unknown};
pub(crate) use flakes::{role, source_of};

use rayon::prelude::*;

use crate::discover::Tree;
use crate::source::Sources;
use imports::Links;
use ir::Ir;
use nodes::FileGraph;

/// One file after lowering: what later steps need of it.
#[derive(Debug, Default)]
pub struct Lowered {
    /// Its expressions.
    pub(crate) ir: Ir,
    /// Its binders and references.
    pub(crate) graph: FileGraph,
    /// Its names.
    pub names: names::Names,
}

/// Lowers a parsed file; called where the file was parsed, so that its syntax tree never crosses a thread.
pub fn lower(green: Option<rowan::GreenNode>, length: u32) -> Lowered {
    let ir = green.map(lower::lower).unwrap_or_default();
    let graph = walk::graph(&ir, length);
    let names = names::names(&ir);
    Lowered { ir, graph, names }
}

/// The workspace, resolved.
#[derive(Debug, Default)]
pub struct Project {
    /// Graph of each file, by file id.
    pub(crate) graphs: Vec<FileGraph>,
    /// Names of each file, by file id.
    pub names: Vec<names::Names>,
    /// All files as one graph.
    pub links: Links,
    /// Every flake, the root flake first, then in order of path.
    pub flakes: Vec<Flake>,
}

/// Resolves a workspace. `lowered` is in the order of `sources`.
pub fn resolve(tree: &Tree, sources: &Sources, lowered: Vec<Lowered>) -> Project {
    let (mut modules, mut graphs, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for Lowered { ir, graph, names: of_file } in lowered {
        modules.push(ir);
        graphs.push(graph);
        names.push(of_file);
    }
    let world = eval::World { tree, sources, modules: &modules };
    let links = imports::link(&graphs, &world);
    let files = flakes::files(&world);
    let mut flakes: Vec<Flake> = files.into_par_iter().map(|file| flakes::resolve(&world, file)).collect();
    flakes::mark_templates(&mut flakes);
    flakes.sort_by(|a, b| (a.dir != ".", &a.dir).cmp(&(b.dir != ".", &b.dir)));
    Project { graphs, names, links, flakes }
}
