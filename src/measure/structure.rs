//! What a flake is made of, from its reach: units and their groups, hubs, what each concern needs.

use std::collections::{BTreeMap, BTreeSet};

use super::community::{self, Edges};
use super::concern::Context;
use super::facts::{HubRow, NeedRow, SelfEdgeRow, StructureRow};
use super::{group, unit};
use crate::resolve::concerns;
use crate::resolve::nodes::{NodeKind, ROOT};
use crate::source::FileId;

/// Concerns that must read a hub.
const READERS: u32 = 3;
/// Lines of a hub.
const HUB_LINES: u32 = 5;
/// Hubs that are told.
const HUBS: usize = 20;

/// Measures the structure of one flake; what only plans and pages tell where that is wanted.
pub(super) fn structure(context: &Context, for_plans: bool) -> StructureRow {
    let units = unit::units(context);
    if !for_plans {
        return StructureRow { units, needs: needs(context, &[]), ..StructureRow::default() };
    }
    let groups = group::groups(&units);
    let self_edges = self_edges(context);
    StructureRow {
        groups,
        units,
        hubs: hubs(context),
        needs: needs(context, &self_edges),
        self_edges,
        modularity: modularity(context),
    }
}

/// `let` bindings that are no wiring and that at least three concerns reach, the outermost ones.
fn hubs(context: &Context) -> Vec<HubRow> {
    let mut rows: Vec<HubRow> = Vec::new();
    for (joined, mask) in context.reach.masks().filter(|(_, mask)| mask.count_ones() >= READERS) {
        let (file, index) = context.project.links.place(joined);
        let nodes = &context.project.graph(file).nodes;
        let Some(node) = nodes.get(index as usize).filter(|n| n.kind == NodeKind::Let && !n.plumbing) else { continue };
        let mut around = node.parent;
        while around != ROOT && nodes[around as usize].kind != NodeKind::Let {
            around = nodes[around as usize].parent;
        }
        let (first, last) = context.sources.lines(node.span.span(file));
        if around == ROOT && file == context.flake.file && last + 1 - first >= HUB_LINES {
            let readers = context.concerns_of(mask);
            rows.push(HubRow { name: node.name.to_string(), line: first, lines: last + 1 - first, readers });
        }
    }
    rows.sort_by(|a, b| (b.readers.len(), b.lines, a.line).cmp(&(a.readers.len(), a.lines, b.line)));
    rows.truncate(HUBS);
    rows
}

/// Nodes that each concern reaches, wiring and what is behind it included.
fn reached_through_wiring(context: &Context) -> Vec<Vec<u32>> {
    let outs = || context.reach.starts.iter().zip(&context.reach.concern_of);
    let own = |concern: &&str| {
        let starts = outs().filter(|(_, of)| *of == concern).filter_map(|(start, _)| *start);
        context.project.links.calls.reach(starts, |_| false)
    };
    context.reach.concerns.iter().map(own).collect()
}

/// Names that code selects from the inputs, or from `self`, among some nodes; and whether all inputs are passed on.
fn picked(context: &Context, nodes: &[u32], wanted: impl Fn(&str) -> bool) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for joined in nodes {
        let (file, index) = context.project.links.place(*joined);
        let nodes = &context.project.graph(file).nodes;
        let Some(node) = nodes.get(index as usize) else { continue };
        for (formal, name) in node.picks() {
            if nodes.get(formal as usize).is_some_and(|formal| wanted(&formal.name)) {
                *found.entry(name.to_string()).or_insert(0) += 1;
            }
        }
    }
    found
}

fn needs(context: &Context, edges: &[SelfEdgeRow]) -> Vec<NeedRow> {
    let reached = reached_through_wiring(context);
    let inputs: BTreeSet<&str> = context.flake.top.inputs.iter().map(|input| &*input.name).collect();
    let mut rows: Vec<NeedRow> = Vec::new();
    for (concern, nodes) in context.reach.concerns.iter().zip(&reached) {
        let picks = picked(context, nodes, |formal| formal == "inputs");
        let mut own: BTreeSet<String> = picks.into_keys().filter(|name| inputs.contains(name.as_str())).collect();
        let mut open = false;
        for joined in nodes {
            let (file, index) = context.project.links.place(*joined);
            let graph = context.project.graph(file);
            let Some(node) = graph.nodes.get(index as usize) else { continue };
            // `self.inputs` has all of them as well.
            let of_self = |formal: u32| graph.nodes.get(formal as usize).is_some_and(|formal| *formal.name == *"self");
            open |= node.picks().any(|(formal, name)| **name == *"inputs" && of_self(formal));
            if node.kind != NodeKind::Formal {
                continue;
            }
            if file == context.flake.file && inputs.contains(&*node.name) {
                own.insert(node.name.to_string());
            }
            let has_all = matches!(&*node.name, "inputs" | "self");
            open |= file == context.flake.file && has_all && graph.whole.contains(&index);
        }
        own.remove("self");
        let count =
            |wanted: &dyn Fn(&SelfEdgeRow) -> bool| f64::from(edges.iter().filter(|e| wanted(e)).count() as u32);
        let (out, into) = (count(&|e| e.from == *concern), count(&|e| e.to == *concern));
        rows.push(NeedRow {
            concern: (*concern).to_owned(),
            inputs: own.into_iter().collect(),
            alone: Vec::new(),
            open,
            instability: (out + into > 0.0).then(|| out / (out + into)),
        });
    }
    let mut users: BTreeMap<&str, u32> = BTreeMap::new();
    for name in rows.iter().flat_map(|row| &row.inputs) {
        *users.entry(name).or_default() += 1;
    }
    let single: BTreeSet<String> = users.iter().filter(|(_, n)| **n == 1).map(|(name, _)| (*name).to_owned()).collect();
    // Who passes all inputs on may need any of them.
    let open: Vec<bool> = rows.iter().map(|row| row.open).collect();
    for (index, row) in rows.iter_mut().enumerate() {
        let others = open.iter().enumerate().any(|(other, open)| other != index && *open);
        if !others {
            row.alone = row.inputs.iter().filter(|name| single.contains(*name)).cloned().collect();
        }
    }
    rows
}

fn self_edges(context: &Context) -> Vec<SelfEdgeRow> {
    let mut rows = Vec::new();
    for (bit, from) in context.reach.concerns.iter().enumerate() {
        let own = context.reach.masks().filter(|(_, mask)| mask & (1 << bit) != 0).map(|(node, _)| node);
        let nodes: Vec<u32> = own.collect();
        let mut places: BTreeMap<&str, u32> = BTreeMap::new();
        for (kind, count) in picked(context, &nodes, |formal| matches!(formal, "self" | "self'")) {
            let known = context.flake.kinds.iter().any(|known| *known.name == kind);
            let to = concerns::of_kind(&kind);
            if known && to != *from {
                *places.entry(to).or_default() += count;
            }
        }
        let edge = |(to, places): (&str, u32)| SelfEdgeRow { from: (*from).to_owned(), to: to.to_owned(), places };
        rows.extend(places.into_iter().map(edge));
    }
    rows
}

/// Q of the bindings by file: an edge where one names another, or imports another's file.
fn modularity(context: &Context) -> Option<f64> {
    let mut place: BTreeMap<u32, u32> = BTreeMap::new();
    let mut file_of: Vec<u32> = Vec::new();
    let links = &context.project.links;
    for file in &context.reach.files {
        for (index, node) in context.project.graph(*file).nodes.iter().enumerate() {
            if index == 0 || node.kind == NodeKind::Let && !node.plumbing {
                place.insert(links.node(*file, index as u32), file_of.len() as u32);
                file_of.push(file.0);
            }
        }
    }
    // The nearest such binding around a node.
    let up = |file, mut at: u32| {
        let nodes = &context.project.graph(FileId(file)).nodes;
        loop {
            if let Some(found) = place.get(&links.node(FileId(file), at)) {
                return Some(*found);
            }
            if at == ROOT {
                return None;
            }
            at = nodes.get(at as usize)?.parent;
        }
    };
    let mut edges = Edges::new();
    let mut join = |a: Option<u32>, b: Option<u32>| {
        if let (Some(a), Some(b)) = (a, b)
            && a != b
        {
            *edges.entry((a.min(b), a.max(b))).or_default() += 1.0;
        }
    };
    for file in &context.reach.files {
        let graph = context.project.graph(*file);
        for (index, node) in graph.nodes.iter().enumerate() {
            for edge in node.edges.iter().filter(|edge| !graph.nodes[**edge as usize].plumbing) {
                join(up(file.0, index as u32), up(file.0, *edge));
            }
        }
    }
    // Imports are in order of the file that they are written in.
    let imports = &context.project.links.imports;
    for file in &context.reach.files {
        let first = imports.partition_point(|import| import.from < *file);
        let own = imports[first..].iter().take_while(|import| import.from == *file);
        let nodes = context.project.graph(*file).nodes.iter().enumerate();
        let owners = nodes.flat_map(|(index, node)| node.paths.iter().map(move |path| (path.at.start, index as u32)));
        let owners: BTreeMap<u32, u32> = owners.collect();
        for import in own.filter(|import| import.exact) {
            let owner = owners.get(&import.at.start).copied().unwrap_or(ROOT);
            join(up(file.0, owner), up(import.to.0, ROOT));
        }
    }
    community::modularity(&edges, &file_of)
}

/// Q of the units of `flake.nix` by file: `file_of` gives each unit's file as a number, 0 for those it does not name.
pub fn file_modularity(structure: &StructureRow, file_of: &[u32]) -> Option<f64> {
    let mut edges = Edges::new();
    for (index, unit) in structure.units.iter().enumerate() {
        for read in unit.reads.iter().filter(|read| **read != index as u32) {
            let (a, b) = (index as u32, *read);
            *edges.entry((a.min(b), a.max(b))).or_default() += 1.0;
        }
    }
    let mut community = file_of.to_vec();
    community.resize(structure.units.len(), 0);
    community::modularity(&edges, &community)
}
