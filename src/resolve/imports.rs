//! The graphs of all files joined into one: path literals lead to files, arguments of calls to formals.

use super::eval::{World, join};
use super::graph::Graph;
use super::nodes::{PathRef, ROOT};
use super::stored::Stored;
use crate::discover::Tree;
use crate::source::{FileId, PerFile, Sources, Span};

/// Files that one computed path may lead to, at most.
const MAX_COMPUTED: usize = 20_000;

/// One file leads to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    /// From this file.
    pub from: FileId,
    /// To this one.
    pub to: FileId,
    /// The path literal.
    pub at: Span,
    /// Whether the path is written out (otherwise its directory is).
    pub exact: bool,
}

/// All files as one graph.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// First node of each file.
    pub(crate) offsets: PerFile<u32>,
    /// What code names, contains and imports, and what must be bound for it: whether something can be deleted.
    pub graph: Graph,
    /// What code reads, and from each formal to the arguments that calls of its file give it: who needs what.
    pub calls: Graph,
    /// Which file leads to which, in order.
    pub imports: Vec<Import>,
}

impl Links {
    /// The joined graph's node of a file's node.
    pub fn node(&self, file: FileId, node: u32) -> u32 {
        self.offsets[file] + node
    }

    /// Imports that are written out, in order; what a file imports of itself is left out.
    pub fn written(&self) -> impl Iterator<Item = &Import> {
        self.imports.iter().filter(|import| import.exact && import.from != import.to)
    }

    /// Nodes of the joined graph that are in order, cut by file.
    pub fn by_file<'a>(&self, mut nodes: &'a [u32]) -> impl Iterator<Item = (FileId, &'a [u32])> {
        std::iter::from_fn(move || {
            let (file, _) = self.place(*nodes.first()?);
            let end = self.offsets.get(FileId(file.0 + 1)).copied().unwrap_or(u32::MAX);
            let (own, rest) = nodes.split_at(nodes.partition_point(|node| *node < end));
            nodes = rest;
            Some((file, own))
        })
    }

    /// The file and node of a joined graph's node.
    pub fn place(&self, node: u32) -> (FileId, u32) {
        let file = self.offsets.last_where(|offset| *offset <= node);
        (file, node - self.offsets[file])
    }
}

/// Joins the files' graphs, whose edges it takes.
pub(super) fn link(stored: &mut Stored, tree: &Tree, sources: &Sources) -> Links {
    let mut offsets = sources.table(0);
    let mut total = 0;
    for (file, outline) in stored.outlines() {
        offsets[file] = total;
        total += outline.nodes.max(1);
    }
    let mut links = Links { offsets, ..Links::default() };
    // Edges of both graphs, and those of one alone.
    let (mut both, mut bound, mut handed) = (Vec::new(), Vec::new(), Vec::new());
    for (file, outline) in stored.outlines_mut() {
        let joined = |(from, to): (u32, u32)| (links.node(file, from), links.node(file, to));
        both.extend(std::mem::take(&mut outline.edges).into_iter().map(joined));
        bound.extend(std::mem::take(&mut outline.bound).into_iter().map(joined));
    }
    let world = World::new(tree, sources, stored);
    for (file, outline) in stored.outlines() {
        let path = sources.path(file);
        let directory = path.rsplit_once('/').map_or("", |(d, _)| d);
        for (node, reference) in &outline.paths {
            let from = links.node(file, *node);
            for (to, exact) in targets(&world, directory, reference) {
                let at = reference.at.span(file);
                links.imports.push(Import { from: file, to, at, exact });
                both.push((from, links.node(to, ROOT)));
            }
        }
        for (_, call) in &outline.calls {
            let Some(callee) = join(directory, &call.path).and_then(|p| world.nix_file(&p)) else { continue };
            for (name, argument) in &call.arguments {
                if let Some(formal) = stored.outline(callee).formals.get(name) {
                    handed.push((links.node(callee, *formal), links.node(file, *argument)));
                }
            }
        }
    }
    handed.extend(&both);
    links.calls = Graph::new(total as usize, handed);
    both.extend(bound);
    links.graph = Graph::new(total as usize, both);
    links.imports.sort();
    links.imports.dedup();
    links
}

/// The Nix files a path literal leads to.
fn targets(world: &World, directory: &str, reference: &PathRef) -> Vec<(FileId, bool)> {
    if reference.text.starts_with('/') || reference.text.starts_with('~') {
        return Vec::new();
    }
    // `import ./flake.nix` reads the flake's own text back (its inputs, mostly): what it holds is reached anyway.
    if reference.text == "flake.nix" || reference.text.ends_with("/flake.nix") {
        return Vec::new();
    }
    if reference.whole {
        let is_nix = std::path::Path::new(&reference.text).extension().is_some_and(|e| e == "nix");
        // `${./flake.nix}` in a script names the file as text; it does not make the whole flake part of the script.
        let is_text = !is_nix || reference.text.ends_with("/flake.nix");
        if is_text && !reference.imported {
            return Vec::new();
        }
        let file = join(directory, &reference.text).and_then(|path| world.nix_file(&path));
        return file.map(|f| (f, true)).into_iter().collect();
    }
    // `./hosts/${name}`: any file directly below, or a directory's default.nix.
    let Some((start, _)) = reference.text.rsplit_once('/') else { return Vec::new() };
    let Some(start) = join(directory, start) else { return Vec::new() };
    let prefix = if start.is_empty() { String::new() } else { format!("{start}/") };
    world
        .sources
        .below(&prefix)
        .filter(|(id, file)| {
            let rest = &file.path[prefix.len()..];
            let shallow = !rest.contains('/') || rest.ends_with("/default.nix") && rest.matches('/').count() == 1;
            shallow && world.modules.outline(*id).has_code
        })
        .take(MAX_COMPUTED)
        .map(|(id, _)| (id, false))
        .collect()
}
