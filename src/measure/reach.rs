//! Which concern reaches which line of a flake's own code.
//!
//! A concern starts at its outputs' attributes and follows names through bindings, arguments and imports.
//! Plumbing is reached but not passed through. A line belongs to the innermost binding that its first code is
//! written in; it is *exclusive* when one concern reaches that binding, *shared* when several do, *unreachable*
//! when it is inside a `let` binding that nothing leads to, and *wiring* otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::resolve::nodes::{Node, NodeKind, ROOT};
use crate::resolve::{Flake, Output, Project, concerns};
use crate::source::{FileId, Sources, is_nix};

/// Concerns or kinds that one flake may have: bits of a mask.
const MAX_GROUPS: usize = 64;

/// Bindings and lines of one flake, by who reaches them. Nodes are those of the joined graph.
pub(super) struct Reach {
    /// Concerns, in order of name.
    pub(super) concerns: Vec<&'static str>,
    /// Concern of each output, in the order of `flake.outputs`.
    pub(super) concern_of: Vec<&'static str>,
    /// Files of the flake's own code, in order.
    pub(super) files: Vec<FileId>,
    /// Start node of each output, where it is known, in the order of `flake.outputs`.
    pub(super) starts: Vec<Option<u32>>,
    /// Innermost node of each line, by file: index 0 is line 1.
    pub(super) owners: BTreeMap<FileId, Vec<u32>>,
    /// By node: bits of the concerns that reach it. Plumbing has none.
    masks: Vec<u64>,
    /// By node: bits of the kinds that reach it.
    kind_masks: Vec<u64>,
    /// By node: what is known of it without asking its file. Of other files' nodes, that they are not alive.
    marks: Vec<Mark>,
}

/// What a node is to its flake.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a row of facts, not a state")]
struct Mark {
    /// The flake leads to it.
    live: bool,
    /// It is wiring.
    plumbing: bool,
    /// It is a `let` binding.
    binding: bool,
    /// It is a `let` binding that nothing leads to, or inside one.
    dead: bool,
}

/// The node that an attribute is written as.
fn node_at(project: &Project, origin: Option<crate::resolve::Origin>) -> Option<u32> {
    let at = origin?.at;
    let node = project.graph(at.file).starting_at(at.start)?;
    Some(project.links.node(at.file, node))
}

/// The node behind a node of the joined graph.
pub(super) fn node(project: &Project, joined: u32) -> &Node {
    let (file, node) = project.links.place(joined);
    &project.graph(file).nodes[node as usize]
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
fn own_code(project: &Project, sources: &Sources, flake: &Flake, starts: &[Option<u32>]) -> (Vec<Mark>, Vec<FileId>) {
    let (links, graph) = (&project.links, &project.links.graph);
    let mut roots = vec![links.node(flake.file, ROOT)];
    for directory in flake.listed.iter().filter(|d| !d.is_empty()) {
        let prefix = format!("{directory}/");
        let nix = sources.below(&prefix).filter(|(_, f)| is_nix(&f.path));
        roots.extend(nix.map(|(id, _)| links.node(id, ROOT)));
    }
    // A file that holds an output is the flake's, whatever way the evaluation found it.
    roots.extend(starts.iter().flatten().map(|start| links.node(links.place(*start).0, ROOT)));
    roots.extend(flake.outputs.iter().flat_map(|output| starts_of(project, output, None)));
    let mut marks = vec![Mark::default(); graph.len()];
    let mut files: Vec<FileId> = Vec::new();
    for (file, reached) in links.by_file(&graph.reach(roots, |_| false)) {
        files.push(file);
        let nodes = &project.graph(file).nodes;
        let first = links.node(file, ROOT);
        for node in reached {
            let mut at = *node - first;
            // What holds something that is reached is reached: `versions` by `versions.stable`.
            while !std::mem::replace(&mut marks[(first + at) as usize].live, true) && at != ROOT {
                at = nodes[at as usize].parent;
            }
        }
        for (node, at) in nodes.iter().zip(first..) {
            // A node comes after the one it is in.
            let inside = marks[(first + node.parent) as usize].dead;
            let mark = &mut marks[at as usize];
            mark.plumbing = node.plumbing;
            mark.binding = node.kind == NodeKind::Let;
            mark.dead = inside || mark.binding && !mark.live;
        }
    }
    (marks, files)
}

/// Where an output starts: where it is written, and the files of the modules that it is made from, or is. Their paths may be
/// computed, so that no name leads there.
fn starts_of(project: &Project, output: &Output, written: Option<u32>) -> Vec<u32> {
    let files = output.modules.iter().filter_map(|module| module.file);
    written.into_iter().chain(files.map(|file| project.links.node(file, ROOT))).collect()
}

/// Follows all concerns of a flake.
pub(super) fn reach(project: &Project, sources: &Sources, flake: &Flake) -> Reach {
    let starts: Vec<Option<u32>> = flake
        .outputs
        .iter()
        .map(|o| node_at(project, o.offered).or_else(|| node_at(project, o.written)))
        .collect();
    let (marks, files) = own_code(project, sources, flake, &starts);
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
        starts,
        owners: BTreeMap::new(),
        masks: Vec::new(),
        kind_masks: Vec::new(),
        marks,
    };
    reach.masks = reach.follow(project, &reach.roots_of_concerns(project, flake));
    reach.kind_masks = reach.follow(project, &reach.roots_of_kinds(project, flake));
    reach.owners = reach.files.iter().map(|file| (*file, owners(project, sources, *file))).collect();
    reach
}

impl Reach {
    /// Where each concern starts.
    fn roots_of_concerns(&self, project: &Project, flake: &Flake) -> Vec<Vec<u32>> {
        let mut concerns_of_kind: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (output, concern) in flake.outputs.iter().zip(&self.concern_of) {
            concerns_of_kind.entry(&output.kind).or_default().insert(concern);
        }
        let roots = |concern: &&'static str| {
            let outputs = flake.outputs.iter().zip(&self.starts).zip(&self.concern_of);
            let outputs = outputs.filter(|(_, of)| *of == concern);
            let mut roots: Vec<u32> =
                outputs.flat_map(|((output, start), _)| starts_of(project, output, *start)).collect();
            // A kind whose outputs all have one concern brings its own attribute's code along.
            for kind in flake.kinds.iter().filter(|k| concerns::of_kind(&k.name) == *concern) {
                let whole = concerns_of_kind.get(kind.name.as_str()).is_none_or(|all| all.len() == 1);
                roots.extend(node_at(project, kind.origin).filter(|_| whole));
            }
            roots
        };
        self.concerns.iter().map(roots).collect()
    }

    /// Where each kind starts.
    fn roots_of_kinds(&self, project: &Project, flake: &Flake) -> Vec<Vec<u32>> {
        let roots = |kind: &crate::resolve::Kind| {
            let outputs = flake.outputs.iter().zip(&self.starts).filter(|(output, _)| output.kind == kind.name);
            let starts = outputs.flat_map(|(output, start)| starts_of(project, output, *start));
            starts.chain(node_at(project, kind.origin)).collect()
        };
        flake.kinds.iter().take(MAX_GROUPS).map(roots).collect()
    }

    /// Which groups reach each node, as bits; `groups` are the nodes that each starts from. The `let` bindings around a
    /// node that are no wiring are reached with it: who reads `make.docs` reads `make`, though not all of it.
    fn follow(&self, project: &Project, groups: &[Vec<u32>]) -> Vec<u64> {
        let mut masks = vec![0; self.marks.len()];
        let values = self.values(project, groups);
        for (bit, roots) in groups.iter().enumerate() {
            project.links.calls.visit(roots.iter().copied(), |node| {
                let mark = self.marks[node as usize];
                let passes = mark.live && (!mark.plumbing || values[node as usize] & (1 << bit) != 0);
                masks[node as usize] |= u64::from(passes) << bit;
                passes
            });
        }
        for file in &self.files {
            let first = project.links.node(*file, ROOT) as usize;
            let nodes = &project.graph(*file).nodes;
            // What is reached inside each node; a node comes after the one it is in.
            let mut inside = vec![0_u64; nodes.len()];
            for (index, node) in nodes.iter().enumerate().skip(1).rev() {
                let own = masks[first + index];
                if node.kind == NodeKind::Let && !node.plumbing {
                    masks[first + index] |= inside[index];
                }
                inside[node.parent as usize] |= own | inside[index];
            }
        }
        masks
    }

    /// By node, the groups of which it is the value, or written in it: that is never wiring, however much it looks like
    /// it (`formatter = forAllSystems (s: pkgs.${s}.nixfmt)`).
    fn values(&self, project: &Project, groups: &[Vec<u32>]) -> Vec<u64> {
        let mut values = vec![0; self.marks.len()];
        let mut files: BTreeSet<FileId> = BTreeSet::new();
        for (bit, roots) in groups.iter().enumerate() {
            for root in roots {
                values[*root as usize] |= 1 << bit;
                // What is written in a root is in the root's file.
                files.insert(project.links.place(*root).0);
            }
        }
        for file in files {
            let first = project.links.node(file, ROOT) as usize;
            for (index, node) in project.graph(file).nodes.iter().enumerate().skip(1) {
                if node.kind == NodeKind::Attribute {
                    values[first + index] |= values[first + node.parent as usize];
                }
            }
        }
        values
    }

    /// Bits of the concerns that reach a node.
    pub(super) fn mask(&self, node: u32) -> u64 {
        self.masks[node as usize]
    }

    /// Nodes that some concern reaches with the bits of all that do, in order.
    pub(super) fn masks(&self) -> impl Iterator<Item = (u32, u64)> {
        (0..).zip(self.masks.iter().copied()).filter(|(_, mask)| *mask != 0)
    }

    /// Bits of the kinds that reach a node.
    pub(super) fn kind_mask(&self, node: u32) -> u64 {
        self.kind_masks[node as usize]
    }

    /// Whether a node is a `let` binding that nothing leads to.
    pub(super) fn is_unread(&self, node: u32) -> bool {
        let mark = self.marks[node as usize];
        mark.binding && !mark.live
    }

    /// Whether a node is inside a `let` binding that nothing leads to (or is one).
    pub(super) fn is_dead(&self, node: u32) -> bool {
        self.marks[node as usize].dead
    }

    /// Whether a node of the flake's own code is wiring.
    pub(super) fn is_plumbing(&self, node: u32) -> bool {
        self.marks[node as usize].plumbing
    }

    /// Whether a node of the flake's own code is a `let` binding.
    pub(super) fn is_binding(&self, node: u32) -> bool {
        self.marks[node as usize].binding
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
