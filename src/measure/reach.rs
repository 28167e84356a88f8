//! Which concern reaches which line of a flake's own code.
//!
//! A concern starts at its outputs' attributes and follows names through bindings, arguments and imports.
//! Plumbing is reached but not passed through. A line belongs to the innermost binding that its first code is
//! written in; it is *exclusive* when one concern reaches that binding, *shared* when several do, *unreachable*
//! when it is inside a `let` binding that nothing leads to, and *wiring* otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::resolve::nodes::{Node, NodeKind, ROOT};
use crate::resolve::{Flake, Project, concerns};
use crate::source::{FileId, Sources, is_nix};

/// Concerns or kinds that one flake may have: bits of a mask.
const MAX_GROUPS: usize = 64;

/// Bindings and lines of one flake, by who reaches them.
pub(super) struct Reach {
    /// Concerns, in order of name.
    pub(super) concerns: Vec<&'static str>,
    /// Concern of each output, in the order of `flake.outputs`.
    pub(super) concern_of: Vec<&'static str>,
    /// Files of the flake's own code, in order.
    pub(super) files: Vec<FileId>,
    /// By node of the joined graph: bits of the concerns that reach it. Plumbing has none.
    pub(super) masks: BTreeMap<u32, u64>,
    /// By node: bits of the kinds that reach it.
    pub(super) kind_masks: BTreeMap<u32, u64>,
    /// Nodes that the flake leads to at all.
    pub(super) live: Vec<bool>,
    /// Start node of each output, where it is known, in the order of `flake.outputs`.
    pub(super) starts: Vec<Option<u32>>,
    /// Innermost node of each line, by file: index 0 is line 1.
    pub(super) owners: BTreeMap<FileId, Vec<u32>>,
}

/// The node that an attribute is written as.
fn node_at(project: &Project, origin: Option<crate::resolve::Origin>) -> Option<u32> {
    let at = origin?.at;
    let node = project.graph(at.file).by_start.get(&at.start)?;
    Some(project.links.node(at.file, *node))
}

/// The node behind a node of the joined graph.
pub(super) fn node(project: &Project, joined: u32) -> &Node {
    let (file, node) = project.links.place(joined);
    &project.graph(file).nodes[node as usize]
}

/// Whether a node is wiring; files that are not Nix have no nodes.
fn is_plumbing(project: &Project, joined: u32) -> bool {
    let (file, node) = project.links.place(joined);
    project.graph(file).nodes.get(node as usize).is_some_and(|n| n.plumbing)
}

/// The `let` bindings around a node that are no wiring: who reads `make.docs` reads `make`, though not all of it.
fn holders(project: &Project, joined: u32) -> Vec<u32> {
    let (file, mut at) = project.links.place(joined);
    let Some(mut node) = project.graph(file).nodes.get(at as usize) else { return Vec::new() };
    let mut holders = Vec::new();
    while at != ROOT {
        at = node.parent;
        node = &project.graph(file).nodes[at as usize];
        if node.kind == NodeKind::Let && !node.plumbing {
            holders.push(project.links.node(file, at));
        }
    }
    holders
}

/// Whether the code of an output, or of anything inside it, names a builder of images.
fn builds_image(project: &Project, start: u32) -> bool {
    let (file, top) = project.links.place(start);
    let graph = project.graph(file);
    let span = graph.nodes[top as usize].span;
    graph.nodes[top as usize..]
        .iter()
        .take_while(|n| n.span.start < span.end || n.kind == NodeKind::Formal)
        .any(|n| n.image && span.start <= n.span.start && n.span.end <= span.end)
}

/// What the flake leads to, by node, and the files of its own code in order.
fn own_code(project: &Project, sources: &Sources, flake: &Flake, starts: &[Option<u32>]) -> (Vec<bool>, Vec<FileId>) {
    let graph = &project.links.graph;
    let mut roots = vec![project.links.node(flake.file, ROOT)];
    for directory in flake.listed.iter().filter(|d| !d.is_empty()) {
        let prefix = format!("{directory}/");
        let nix = sources.below(&prefix).filter(|(_, f)| is_nix(&f.path));
        roots.extend(nix.map(|(id, _)| project.links.node(id, ROOT)));
    }
    // A file that holds an output is the flake's, whatever way the evaluation found it.
    roots.extend(starts.iter().flatten().map(|start| project.links.node(project.links.place(*start).0, ROOT)));
    let mut live = vec![false; graph.len()];
    let mut files: Vec<FileId> = Vec::new();
    for node in graph.reach(roots, |_| false) {
        let (file, mut at) = project.links.place(node);
        if files.last() != Some(&file) {
            files.push(file);
        }
        // What holds something that is reached is reached: `versions` by `versions.stable`.
        let nodes = &project.graph(file).nodes;
        while !std::mem::replace(&mut live[project.links.node(file, at) as usize], true) && at != ROOT {
            at = nodes[at as usize].parent;
        }
    }
    (live, files)
}

/// Follows all concerns of a flake.
pub(super) fn reach(project: &Project, sources: &Sources, flake: &Flake) -> Reach {
    let starts: Vec<Option<u32>> = flake
        .outputs
        .iter()
        .map(|o| node_at(project, o.offered).or_else(|| node_at(project, o.written)))
        .collect();
    let (live, files) = own_code(project, sources, flake, &starts);
    let concern_of: Vec<&'static str> = flake
        .outputs
        .iter()
        .zip(&starts)
        .map(|(o, start)| concerns::of_output(&o.kind, start.is_some_and(|s| builds_image(project, s))))
        .collect();
    let mut concerns: Vec<&'static str> = concern_of.clone();
    concerns.extend(flake.kinds.iter().filter(|k| k.origin.is_some()).map(|k| concerns::of_kind(&k.name)));
    concerns.sort_unstable();
    concerns.dedup();
    concerns.truncate(MAX_GROUPS);
    let mut reach = Reach {
        concerns,
        concern_of,
        files,
        masks: BTreeMap::new(),
        kind_masks: BTreeMap::new(),
        live,
        starts,
        owners: BTreeMap::new(),
    };
    reach.follow(project, flake);
    reach.owners = reach.files.iter().map(|file| (*file, owners(project, sources, *file))).collect();
    reach
}

impl Reach {
    fn follow(&mut self, project: &Project, flake: &Flake) {
        let graph = &project.links.calls;
        let mut concerns_of_kind: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (output, concern) in flake.outputs.iter().zip(&self.concern_of) {
            concerns_of_kind.entry(&output.kind).or_default().insert(concern);
        }
        for (bit, concern) in self.concerns.iter().enumerate() {
            let outputs =
                self.starts.iter().zip(&self.concern_of).filter(|(_, c)| *c == concern).filter_map(|(s, _)| *s);
            let mut roots: Vec<u32> = outputs.collect();
            // A kind whose outputs all have one concern brings its own attribute's code along.
            for kind in flake.kinds.iter().filter(|k| concerns::of_kind(&k.name) == *concern) {
                let whole = concerns_of_kind.get(kind.name.as_str()).is_none_or(|all| all.len() == 1);
                roots.extend(node_at(project, kind.origin).filter(|_| whole));
            }
            let wiring = Self::wiring_beside(project, &roots);
            for node in graph.reach(roots, |n| wiring(n) || !self.live[n as usize]) {
                if wiring(node) || !self.live[node as usize] {
                    continue;
                }
                *self.masks.entry(node).or_default() |= 1 << bit;
                for holder in holders(project, node) {
                    *self.masks.entry(holder).or_default() |= 1 << bit;
                }
            }
        }
        for (bit, kind) in flake.kinds.iter().enumerate().take(MAX_GROUPS) {
            let outputs =
                flake.outputs.iter().zip(&self.starts).filter(|(o, _)| o.kind == kind.name).filter_map(|(_, s)| *s);
            let roots: Vec<u32> = outputs.chain(node_at(project, kind.origin)).collect();
            let wiring = Self::wiring_beside(project, &roots);
            for node in graph.reach(roots, |n| wiring(n) || !self.live[n as usize]) {
                if wiring(node) || !self.live[node as usize] {
                    continue;
                }
                *self.kind_masks.entry(node).or_default() |= 1 << bit;
                for holder in holders(project, node) {
                    *self.kind_masks.entry(holder).or_default() |= 1 << bit;
                }
            }
        }
    }

    /// Whether a node is wiring, seen from some outputs: what is written as an output's value never is, however
    /// much it looks like it (`formatter = forAllSystems (s: pkgs.${s}.nixfmt)`).
    fn wiring_beside<'a>(project: &'a Project, roots: &[u32]) -> impl Fn(u32) -> bool + use<'a> {
        let mut values: BTreeSet<u32> = roots.iter().copied().collect();
        // What is written in a root is in the root's file.
        let files: BTreeSet<FileId> = roots.iter().map(|root| project.links.place(*root).0).collect();
        for file in &files {
            for (index, node) in project.graph(*file).nodes.iter().enumerate().skip(1) {
                if node.kind == NodeKind::Attribute && values.contains(&project.links.node(*file, node.parent)) {
                    values.insert(project.links.node(*file, index as u32));
                }
            }
        }
        move |node| !values.contains(&node) && is_plumbing(project, node)
    }

    /// Bits of the concerns that reach a node.
    pub(super) fn mask(&self, node: u32) -> u64 {
        self.masks.get(&node).copied().unwrap_or(0)
    }

    /// Whether a node is inside a `let` binding that nothing leads to (or is one).
    pub(super) fn is_dead(&self, project: &Project, joined: u32) -> bool {
        let (file, mut at) = project.links.place(joined);
        let nodes = &project.graph(file).nodes;
        while at != ROOT {
            let node = &nodes[at as usize];
            if node.kind == NodeKind::Let && !self.live[project.links.node(file, at) as usize] {
                return true;
            }
            at = node.parent;
        }
        false
    }
}

/// The innermost node of each line: the one that the line's first character that is not white space is in.
fn owners(project: &Project, sources: &Sources, file: FileId) -> Vec<u32> {
    let source = sources.file(file);
    let firsts: Vec<u32> = (1..=source.line_count())
        .map(|line| {
            let text = source.line_text(line);
            let indent = text.len() - text.trim_start().len();
            source.line_start(line).unwrap_or(0) + indent as u32
        })
        .collect();
    let mut owners = vec![ROOT; firsts.len()];
    for (index, node) in project.graph(file).nodes.iter().enumerate().skip(1) {
        if node.kind == NodeKind::Formal {
            continue;
        }
        let from = firsts.partition_point(|first| *first < node.span.start);
        let to = firsts.partition_point(|first| *first < node.span.end);
        owners[from..to].fill(index as u32);
    }
    owners
}
