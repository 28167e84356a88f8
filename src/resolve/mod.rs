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
mod frames;
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
mod outline;
pub(crate) mod paths;
pub mod per_system;
mod plumbing;
pub mod rec_outputs;
pub mod siblings;
pub mod source_id;
mod stored;
mod text;
pub(crate) mod units;
pub mod unused;
mod walk;
pub mod ways;

pub(crate) use eval::join;
#[doc(hidden)]
pub use eval::{Evaluated, evaluate_closed, evaluate_closed_with_lib};
pub use eval::{HostModule, Origin};
pub use flakes::{Dropped, Flake, Kind, Output, Role, Unknown};
pub(crate) use flakes::{role, source_of};

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use crate::discover::{EntryKind, Tree};
use crate::parse::Code;
use crate::source::{FileId, PerFile, Sources, Span};
use imports::Links;
use ir::Ir;
use nodes::FileGraph;
use outline::Outline;
use paths::PathUses;
use stored::Stored;

/// One file after lowering: what later steps need of it.
#[derive(Debug, Default)]
pub struct Lowered {
    /// Its expressions, where they are kept.
    ir: Option<Box<Ir>>,
    /// Its binders and references, where they are kept.
    graph: Option<Box<FileGraph>>,
    /// What the whole workspace must know of it.
    outline: Outline,
    /// What it does with paths.
    paths: PathUses,
    /// Its names.
    pub names: names::Names,
    /// What it defines and does not use.
    pub unused: unused::Unused,
    /// How the inputs of a flake are written.
    inputs: input_syntax::InputSyntax,
    /// What makes its evaluation dear.
    costs: builds::Costs,
    /// What of it may be written more than once.
    clones: clones::Clones,
}

/// The code of a parsed file and what its names mean, every use included.
pub(crate) fn code_and_names(code: Code, text: &str) -> (Ir, names::Names) {
    let ir = lower::lower(code, text);
    let names = names::names(&ir);
    (ir, names)
}

/// What a file defines and does not use; `plain` is whether its text has a tape.
pub(crate) fn unused_in(ir: &Ir, names: &names::Names, text: &str, plain: bool) -> unused::Unused {
    unused::unused(ir, names, &cuts::Lazy::new(text, plain, true))
}

/// What is wanted of a lowered file besides what every step needs.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Code and graph; otherwise they are made again when they are asked for.
    pub code: bool,
    /// How to take out what is not used, for which the text's syntax tree is needed.
    pub cuts: bool,
}

/// Lowers a parsed file; called where the file was parsed, so that no syntax tree crosses a thread. `text` is what the
/// code was read from.
pub fn lower(code: Code, text: &str, wanted: Wanted) -> Lowered {
    let plain = matches!(code, Code::Tape(_));
    let ir = lower::lower(code, text);
    let graph = walk::graph(&ir, text.len() as u32);
    let paths = paths::uses(&ir);
    let costs = builds::costs(&ir, &graph);
    let names = names::names(&ir);
    // What is to be cut out of the text is looked up in its tree, which few files need.
    let cuts = cuts::Lazy::new(text, plain, wanted.cuts);
    let inputs = input_syntax::read(&ir, &cuts);
    let unused = unused::unused(&ir, &names, &cuts);
    let clones = clones::clones(&ir, text);
    let outline = Outline::of(&ir, &graph, text);
    let ir = wanted.code.then(|| Box::new(ir.trimmed()));
    let graph = wanted.code.then(|| Box::new(graph.trimmed()));
    Lowered { ir, graph, outline, paths, names, unused, inputs, costs, clones }
}

impl Lowered {
    /// Gives back what only the lowering of this file needed: of all files of a workspace at once it is a lot.
    pub(crate) fn trim(&mut self) {
        self.names.trim();
    }
}

/// The workspace, resolved, with the graphs of files that were made again: see [`Project::anew`].
#[derive(Debug, Default)]
pub struct Project {
    resolved: Arc<Resolved>,
    again: PerFile<OnceLock<Box<FileGraph>>>,
}

impl Project {
    fn new(resolved: Arc<Resolved>) -> Self {
        let again = resolved.stored.again();
        Self { resolved, again }
    }

    /// The same project for one more question: graphs that are made for it are given back with it.
    pub(crate) fn anew(&self) -> Self {
        Self::new(Arc::clone(&self.resolved))
    }

    /// What of each file may be written more than once, to be kept without the rest.
    pub(crate) fn into_clones(self) -> PerFile<clones::Clones> {
        Arc::into_inner(self.resolved).map_or_else(PerFile::default, |resolved| resolved.clones)
    }

    /// Paths that evaluation came to and that another part of the workspace may have: files that are not among these,
    /// and directories that are listed (the root is `""`).
    pub fn leads_to(&self) -> std::collections::BTreeSet<String> {
        let listed = self.flakes.iter().flat_map(|flake| flake.listed.iter().cloned());
        self.stored.missed().into_iter().chain(listed).collect()
    }

    /// Whether an input, or an input of one, is a library that gives files names from outside.
    pub(crate) fn has_scoping_library(&self) -> bool {
        let locked = self.flakes.iter().filter_map(|flake| flake.lock.as_ref()).flat_map(|lock| &lock.nodes);
        let sources = |flake: &Flake| -> Vec<String> {
            let source = |input| source_of(&flake.top, input, flake.lock.as_ref(), 0);
            flake.top.inputs.iter().filter_map(source).collect()
        };
        let declared = self.flakes.iter().flat_map(sources);
        declared.chain(locked.filter_map(lock::LockNode::source)).any(|source| eval::reads_scoped(&source))
    }

    /// What the values of a file's nodes make, by node.
    pub(crate) fn builders(&self, file: FileId) -> Vec<evidence::Builder> {
        let nodes = &self.graph(file).nodes;
        let values = nodes.iter().map(|node| node.value);
        let of =
            |ir: &Ir, value: Option<ir::ExprId>| value.map(|value| evidence::builder(ir, value)).unwrap_or_default();
        self.stored.glance(file, |ir| values.map(|value| of(ir, value)).collect())
    }

    /// The graph of a file.
    pub(crate) fn graph(&self, file: FileId) -> &FileGraph {
        self.stored
            .graph(file)
            .unwrap_or_else(|| self.again[file].get_or_init(|| Box::new(self.stored.graph_again(file))))
    }
}

impl Deref for Project {
    type Target = Resolved;

    fn deref(&self) -> &Resolved {
        &self.resolved
    }
}

/// What a project is made of.
#[derive(Debug, Default)]
pub struct Resolved {
    /// What each file was lowered to.
    pub(crate) stored: Stored,
    /// What each file does with paths.
    pub(crate) paths: PerFile<PathUses>,
    /// Names of each file.
    pub names: PerFile<names::Names>,
    /// What each file defines and does not use.
    pub unused: PerFile<unused::Unused>,
    /// How inputs are written, by the file id of a flake.
    pub(crate) input_syntax: BTreeMap<FileId, input_syntax::InputSyntax>,
    /// What is known of the readers of direct inputs, by flake in their order.
    pub(crate) unused_inputs: Vec<BTreeMap<String, input_uses::Readers>>,
    /// What makes evaluation dear.
    pub(crate) costs: PerFile<builds::Costs>,
    /// What of each file may be written more than once.
    pub clones: PerFile<clones::Clones>,
    /// All files as one graph.
    pub links: Links,
    /// Path literals that lead to nothing a flake can see, in order of place.
    pub missing: Vec<missing::Missing>,
    /// Every flake, the root flake first, then in order of path.
    pub flakes: Vec<Flake>,
}

/// The lowered files of a workspace, to take the inventory of single flakes of it.
#[doc(hidden)]
pub struct Modules(Stored);

#[doc(hidden)]
impl Modules {
    /// What an inventory needs of a file, which is less than an audit does.
    pub fn file(code: Code, text: &str) -> Ir {
        lower::lower(code, text)
    }

    /// Takes the files in the order of the workspace's sources.
    pub fn new(sources: &Sources, files: Vec<Ir>) -> Self {
        Self(Stored::of_code(sources, files))
    }

    /// The flake of a directory (`.` for the root), if there is one.
    pub fn flake(&self, tree: &Tree, sources: &Sources, dir: &str) -> Option<Flake> {
        let world = eval::World::new(tree, sources, &self.0);
        let path = if dir == "." { "flake.nix".to_owned() } else { format!("{dir}/flake.nix") };
        let file = flakes::files(sources, &self.0).into_iter().find(|file| sources.path(*file) == path)?;
        Some(flakes::resolve(&world, file))
    }
}

/// Resolves a workspace, or a part of one that nothing joins to the rest. `lowered` has a row for each id of `sources`.
pub fn resolve(tree: &Tree, sources: &Sources, lowered: Vec<Lowered>) -> Project {
    let count = lowered.len();
    let mut files = Vec::with_capacity(count);
    let (mut paths, mut costs, mut names) =
        (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut unused, mut clones) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut input_syntax = BTreeMap::new();
    for (file, one) in sources.ids().zip(lowered) {
        if !one.inputs.insertions.is_empty() {
            input_syntax.insert(file, one.inputs);
        }
        files.push((one.ir, one.graph, one.outline));
        paths.push(one.paths);
        names.push(one.names);
        unused.push(one.unused);
        costs.push(one.costs);
        clones.push(one.clones);
    }
    let mut stored = Stored::new(sources, files);
    let links = imports::link(&mut stored, tree, sources);
    // Each flake has a world of its own, which is given back with it.
    let flake = |file| flakes::resolve(&eval::World::new(tree, sources, &stored), file);
    let mut flakes: Vec<Flake> = flakes::files(sources, &stored).into_par_iter().map(flake).collect();
    flakes::mark_templates(&mut flakes);
    flakes.sort_by(|a, b| (a.dir != ".", &a.dir).cmp(&(b.dir != ".", &b.dir)));
    let paths = sources.rows(paths);
    let missing = missing::missing(&paths, tree, sources);
    let unused_inputs = input_uses::all(tree, sources, &stored, &flakes);
    let resolved = Resolved {
        stored,
        paths,
        names: sources.rows(names),
        unused: sources.rows(unused),
        input_syntax,
        unused_inputs,
        costs: sources.rows(costs),
        clones: sources.rows(clones),
        links,
        missing,
        flakes,
    };
    Project::new(Arc::new(resolved))
}

/// Directories that code reads as a whole: see [`read_whole`].
#[derive(Debug)]
pub struct ReadWhole {
    /// Those that are taken with all that is below them.
    pub whole: std::collections::BTreeSet<String>,
    /// Those whose own entries evaluation lists.
    pub listed: std::collections::BTreeSet<String>,
    /// Whether some code makes a value of the whole workspace.
    pub root: bool,
    /// Where the path to some of them is written.
    pub places: BTreeMap<String, Span>,
}

/// Directories that code reads as a whole: it lists them, or makes a source or string of them. A new file there may
/// change what is built. A directory that is imported means its `default.nix` alone, and one that is an input is not
/// read here. Then those that evaluation lists, and whether the root is among the first.
pub fn read_whole(tree: &Tree, sources: &Sources, project: &Project) -> ReadWhole {
    let mut found = std::collections::BTreeSet::new();
    let mut places = BTreeMap::new();
    let (mut root, mut entries) = (false, false);
    let inputs: std::collections::BTreeSet<(FileId, u32)> = project
        .flakes
        .iter()
        .flat_map(|flake| flake.top.inputs.iter().filter_map(|input| Some((flake.file, input.url_at?.start))))
        .collect();
    for (file, source) in sources.iter() {
        let uses = &project.paths[file];
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let directory = |text: &str| {
            let path = join(folder, text)?;
            let is_folder = path.is_empty() || tree.find(&path).is_some_and(|entry| entry.kind == EntryKind::Directory);
            is_folder.then_some(path)
        };
        // Code that wants what is below an entry of the root says so by the entry's name.
        let top = |text: &ir::Name| directory(text).is_some_and(|path| path.is_empty());
        entries |= uses.entries.iter().any(top);
        found.extend(uses.entries.iter().filter(|text| !top(text)).filter_map(|text| directory(text)));
        found.extend(uses.listed.iter().filter_map(|text| directory(text)));
        let whole = project.stored.outline(file).paths.iter().map(|(_, path)| path).filter(|one| one.whole);
        for one in whole.filter(|one| !inputs.contains(&(file, one.at.start))) {
            let Some(path) = directory(&one.text) else { continue };
            let has_default = tree.find(&format!("{path}/default.nix")).is_some();
            // The root is the flake's own source, whatever is in it.
            root |= path.is_empty();
            if !(path.is_empty() || one.imported && has_default) {
                let at = Span { file, start: one.at.start, end: one.at.end };
                places.entry(path.clone()).or_insert(at);
                found.insert(path);
            }
        }
    }
    let evaluated = project.flakes.iter().flat_map(|flake| flake.listed.iter().cloned());
    let listed = evaluated.chain(entries.then(String::new)).collect();
    ReadWhole { whole: found, listed, root, places }
}
