//! How code leads to code: imports, and what each concern comes to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::facts::{ConcernRouteRow, ImportRow, InputUseRow};
use super::reach::Reach;
use crate::resolve::nodes::{Node, NodeKind};
use crate::resolve::{Flake, Project};
use crate::source::{FileId, Sources};

/// Imports that are written out, in order.
pub(super) fn imports(project: &Project) -> Vec<ImportRow> {
    project
        .links
        .written()
        .map(|import| ImportRow { from: import.from, to: import.to, at: import.at })
        .collect()
}

/// Where inputs are read, in order of place.
pub(super) fn uses(project: &Project, sources: &Sources, known: &Known) -> Vec<InputUseRow> {
    let of_flake =
        |file: FileId| project.graph(file).nodes.iter().flat_map(move |node| known.read(project, file, node));
    let of_other = |file: FileId| {
        let reads = project.stored.outline(file).from_inputs.iter();
        let known = reads.filter(|(_, name)| known.names.contains(&**name));
        known.map(move |(at, name)| InputUseRow { at: at.span(file), input: name.to_string() })
    };
    let mut rows = Vec::new();
    for (file, _) in sources.iter() {
        if known.outputs.contains_key(&file) {
            rows.extend(of_flake(file));
        } else {
            rows.extend(of_other(file));
        }
    }
    rows.sort();
    rows.dedup();
    rows
}

/// What each concern of a flake leads to.
pub(super) fn concerns(project: &Project, flake: &Flake, reach: &Reach, known: &Known) -> Vec<ConcernRouteRow> {
    let concern = |(bit, name): (usize, &&'static str)| {
        let starts = reach.starts.iter().zip(&reach.concern_of).filter(|(_, concern)| *concern == name);
        let starts: BTreeSet<FileId> =
            starts.filter_map(|(start, _)| start.map(|start| project.links.place(start).0)).collect();
        let nodes = |file: FileId| {
            let all = project.graph(file).nodes.iter().enumerate();
            all.filter(move |(index, _)| reach.mask(project.links.node(file, *index as u32)) & (1 << bit) != 0)
                .map(|(_, node)| node)
        };
        let mut seen = starts.clone();
        let mut queue: VecDeque<FileId> = starts.iter().copied().collect();
        let (mut imports, mut uses) = (Vec::new(), Vec::new());
        while let Some(from) = queue.pop_front() {
            for node in nodes(from) {
                uses.extend(known.read(project, from, node));
                for path in &node.paths {
                    let at = path.at.span(from);
                    let Some(to) = known.targets.get(&(from, at.start)).copied() else { continue };
                    if seen.insert(to) {
                        imports.push(ImportRow { from, to, at });
                        queue.push_back(to);
                    }
                }
            }
        }
        uses.sort();
        uses.dedup();
        let starts = starts.into_iter().collect();
        ConcernRouteRow { flake: flake.dir.clone(), concern: (*name).to_owned(), starts, imports, uses }
    };
    reach.concerns.iter().enumerate().map(concern).collect()
}

/// What all flakes' routes are read by, made once: inputs of the workspace, the formals of `outputs` by which each
/// `flake.nix` gets them, and where imports lead.
pub(super) struct Known {
    names: BTreeSet<String>,
    /// By file and start of the path literal: the imported file.
    targets: BTreeMap<(FileId, u32), FileId>,
    /// By flake.nix: the node of `outputs`.
    outputs: BTreeMap<FileId, u32>,
}

impl Known {
    pub(super) fn of(project: &Project) -> Self {
        let names = project.flakes.iter().flat_map(|flake| &flake.top.inputs).map(|input| input.name.clone());
        let outputs = project.flakes.iter().filter_map(|flake| {
            let at = flake.top.outputs_at?;
            Some((flake.file, project.graph(flake.file).starting_at(at.start)?))
        });
        let targets = project.links.written().map(|import| ((import.from, import.at.start), import.to));
        Self { names: names.collect(), targets: targets.collect(), outputs: outputs.collect() }
    }

    /// The inputs that a node's own code reads: formals of `outputs`, and `inputs.x` in any file.
    fn read(&self, project: &Project, file: FileId, node: &Node) -> Vec<InputUseRow> {
        let graph = project.graph(file);
        let at = graph.holder(node).at.span(file);
        let outputs = self.outputs.get(&file);
        let formal = |index: u32| {
            let formal = &graph.nodes[index as usize];
            let own = formal.kind == NodeKind::Formal;
            own.then_some((&*formal.name, outputs.is_some_and(|outputs| formal.parent == *outputs)))
        };
        let named = node.edges.iter().filter_map(|edge| match formal(*edge) {
            Some((name, true)) if self.names.contains(name) => Some(name.to_owned()),
            _ => None,
        });
        let picked = node.picks().filter_map(|(index, name)| match formal(index) {
            Some((set, of_outputs))
                if set == "inputs" || (of_outputs && set != "self" && !self.names.contains(set)) =>
            {
                self.names.contains(&**name).then(|| name.to_string())
            }
            _ => None,
        });
        named.chain(picked).map(|input| InputUseRow { at, input }).collect()
    }
}
