//! Names, imports, inputs, lock and outputs: what the code means, as far as the workspace tells.
//!
//! No syntax node leaves this folder: files come in as code and are lowered ([`ir`]) at once.

pub(crate) mod builds;
pub mod clones;
pub mod concerns;
mod cuts;
mod eval;
pub mod evidence;
mod flakes;
pub(crate) mod globals;
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
pub mod per_system;
mod plumbing;
pub mod rec_outputs;
pub mod siblings;
pub mod source_id;
mod text;
pub(crate) mod units;
pub mod unused;
mod walk;

pub(crate) use eval::join;
#[doc(hidden)]
pub use eval::{Evaluated, evaluate_closed, evaluate_closed_with_lib};
pub use eval::{HostModule, Origin};
pub use flakes::{Dropped, Flake, Kind, Output, Role, Unknown};
pub(crate) use flakes::{role, source_of};

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::discover::{EntryKind, Tree};
use crate::parse::Code;
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
    /// What of it may be written more than once.
    pub clones: clones::Clones,
}

/// Lowers a parsed file; called where the file was parsed, so that no syntax tree crosses a thread. `text` is what the
/// code was read from.
pub fn lower(code: Code, text: &str) -> Lowered {
    let ir = lower::lower(code, text);
    let graph = walk::graph(&ir, text.len() as u32);
    let paths = paths::uses(&ir);
    let costs = builds::costs(&ir, &graph);
    let names = names::names(&ir);
    // What is to be cut out of the text is looked up in its tree, which few files need.
    let cuts = cuts::Lazy::new(text);
    let inputs = input_syntax::read(&ir, &cuts);
    let unused = unused::unused(&ir, &names, &cuts);
    let clones = clones::clones(&ir);
    Lowered { ir, graph, paths, names, unused, inputs, costs, clones }
}

impl Lowered {
    /// Gives back what only the lowering of this file needed: of all files of a workspace at once it is a lot.
    pub(crate) fn trim(&mut self) {
        self.graph.resolved = BTreeMap::new();
        self.graph.nodes.iter_mut().for_each(nodes::Node::trim);
        self.graph.nodes.shrink_to_fit();
        self.ir.exprs.shrink_to_fit();
        self.names.trim();
    }
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
    /// What of each file may be written more than once, by file id.
    pub clones: Vec<clones::Clones>,
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
    /// What an inventory needs of a file, which is less than an audit does.
    pub fn file(code: Code, text: &str) -> Ir {
        lower::lower(code, text)
    }

    /// Takes the files in the order of the workspace's sources.
    pub fn new(files: Vec<Ir>) -> Self {
        Self(files)
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
    let (mut names, mut unused, mut clones) = (Vec::new(), Vec::new(), Vec::new());
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
        clones.push(one.clones);
    }
    let world = eval::World { tree, sources, modules: &modules };
    let links = imports::link(&graphs, &world);
    let files = flakes::files(&world);
    let mut flakes: Vec<Flake> = files.into_par_iter().map(|file| flakes::resolve(&world, file)).collect();
    flakes::mark_templates(&mut flakes);
    flakes.sort_by(|a, b| (a.dir != ".", &a.dir).cmp(&(b.dir != ".", &b.dir)));
    let missing = missing::missing(&paths, &world);
    let unused_inputs = input_uses::all(&world, &flakes);
    Project { graphs, paths, names, unused, input_syntax, unused_inputs, costs, clones, links, missing, flakes }
}

/// Directories that code reads as a whole: it lists them, or makes a source or string of them. A new file there may
/// change what is built. A directory that is imported means its `default.nix` alone, and one that is an input is not
/// read here. Then those that evaluation lists, and whether the root is among the first.
pub fn read_whole(
    tree: &Tree,
    sources: &Sources,
    project: &Project,
) -> (std::collections::BTreeSet<String>, std::collections::BTreeSet<String>, bool) {
    let mut found = std::collections::BTreeSet::new();
    let mut root = false;
    let inputs: std::collections::BTreeSet<(FileId, u32)> = project
        .flakes
        .iter()
        .flat_map(|flake| flake.top.inputs.iter().filter_map(|input| Some((flake.file, input.url_at?.start))))
        .collect();
    for ((file, source), (graph, uses)) in sources.iter().zip(project.graphs.iter().zip(&project.paths)) {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let directory = |text: &str| {
            let path = join(folder, text)?;
            let is_folder = path.is_empty() || tree.find(&path).is_some_and(|entry| entry.kind == EntryKind::Directory);
            is_folder.then_some(path)
        };
        found.extend(uses.listed.iter().filter_map(|text| directory(text)));
        let whole = graph.nodes.iter().flat_map(|node| &node.paths).filter(|one| one.whole);
        for one in whole.filter(|one| !inputs.contains(&(file, one.at.start))) {
            let Some(path) = directory(&one.text) else { continue };
            let has_default = tree.find(&format!("{path}/default.nix")).is_some();
            // The root is the flake's own source, whatever is in it.
            root |= path.is_empty();
            if !(path.is_empty() || one.imported && has_default) {
                found.insert(path);
            }
        }
    }
    let listed = project.flakes.iter().flat_map(|flake| flake.listed.iter().cloned()).collect();
    (found, listed, root)
}
