//! Rows made of the reach: concerns, coupling, unreachable bindings, bindings.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{BindingKind, BindingRow, ConcernRow, CouplingRow, PieceRow, UnreachableRow};
use super::reach::Reach;
use crate::resolve::nodes::{Node, NodeKind, ROOT};
use crate::resolve::{Flake, Project};
use crate::source::{FileId, Sources};

/// Bindings of other files than `flake.nix` are listed from this many lines on.
const LISTED_LINES: u32 = 40;

/// What one flake's rows are made of.
pub(super) struct Context<'a> {
    pub(super) project: &'a Project,
    pub(super) sources: &'a Sources,
    pub(super) flake: &'a Flake,
    pub(super) reach: &'a Reach,
}

/// Lines of a flake's own code by what they are, those of `flake.nix` (`true`) by themselves.
pub(super) type Tally = BTreeMap<(bool, Line), u32>;

/// What a line is, by who reaches it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    Concerns(u64),
    Unreachable,
    Wiring,
}

impl Context<'_> {
    pub(super) fn nodes(&self, file: FileId) -> &[Node] {
        &self.project.graph(file).nodes
    }

    pub(super) fn line(&self, file: FileId, owner: u32) -> Line {
        let first = self.project.links.node(file, ROOT);
        if self.reach.is_dead(first + owner) {
            return Line::Unreachable;
        }
        let nodes = self.nodes(file);
        let mut at = owner;
        loop {
            let mask = self.reach.mask(first + at);
            if mask != 0 {
                return Line::Concerns(mask);
            }
            // A constant inside a binding is that binding's line: only wiring that stands by itself is wiring.
            if at == ROOT || !nodes[at as usize].plumbing {
                return Line::Wiring;
            }
            at = nodes[at as usize].parent;
        }
    }

    /// All lines of the flake's own code, counted by what they are.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::new();
        for (file, owners) in &self.reach.owners {
            let in_flake = *file == self.flake.file;
            for lines in owners.chunk_by(|a, b| a == b) {
                *tally.entry((in_flake, self.line(*file, lines[0]))).or_default() += lines.len() as u32;
            }
        }
        tally
    }

    fn piece(&self, file: FileId, node: &Node) -> PieceRow {
        let span = node.span.span(file);
        let (first_line, last_line) = self.sources.lines(span);
        PieceRow { name: node.name.to_string(), span, first_line, last_line }
    }

    /// The concerns, most lines first.
    pub(super) fn concerns(&self, tally: &Tally) -> Vec<ConcernRow> {
        let mut rows: Vec<ConcernRow> =
            self.reach.concerns.iter().enumerate().map(|(bit, name)| self.concern(bit, name)).collect();
        for ((in_flake, line), lines) in tally {
            let Line::Concerns(mask) = line else { continue };
            for (bit, row) in rows.iter_mut().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0) {
                let exclusive = *mask == 1 << bit;
                row.reached += lines;
                row.exclusive += if exclusive { *lines } else { 0 };
                row.shared += if exclusive { 0 } else { *lines };
                row.exclusive_in_flake += if exclusive && *in_flake { *lines } else { 0 };
                row.defined_in_flake += if *in_flake { *lines } else { 0 };
            }
        }
        rows.retain(|row| row.outputs > 0 || row.reached > 0);
        rows.sort_by(|a, b| b.reached.cmp(&a.reached).then(b.outputs.cmp(&a.outputs)).then(a.name.cmp(&b.name)));
        rows
    }

    fn concern(&self, bit: usize, name: &str) -> ConcernRow {
        let file = self.flake.file;
        let only = |index: u32| {
            let node = &self.nodes(file)[index as usize];
            matches!(node.kind, NodeKind::Let | NodeKind::Attribute)
                && self.reach.mask(self.project.links.node(file, index)) == 1 << bit
        };
        let mut chosen = Vec::new();
        for index in 1..self.nodes(file).len() as u32 {
            let mut parent = self.nodes(file)[index as usize].parent;
            // What is written inside a binding that stays cannot move by itself.
            let mut inside = false;
            while parent != ROOT && !inside {
                inside = only(parent) || self.nodes(file)[parent as usize].kind == NodeKind::Let;
                parent = self.nodes(file)[parent as usize].parent;
            }
            if only(index) && !inside {
                chosen.push(index);
            }
        }
        let pieces: Vec<PieceRow> = chosen.iter().map(|i| self.piece(file, &self.nodes(file)[*i as usize])).collect();
        let largest = pieces.iter().zip(&chosen).max_by_key(|(p, _)| p.last_line - p.first_line);
        let outputs = self.reach.concern_of.iter().filter(|c| **c == name).count() as u32;
        let first = self.flake.outputs.iter().zip(&self.reach.concern_of).find(|(_, c)| **c == name);
        ConcernRow {
            name: name.to_owned(),
            outputs,
            reached: 0,
            exclusive: 0,
            shared: 0,
            exclusive_in_flake: 0,
            defined_in_flake: 0,
            at: largest
                .map(|(_, i)| self.nodes(file)[*i as usize].at.span(file))
                .or_else(|| first.and_then(|(o, _)| o.written).map(|w| w.at)),
            arguments: self.arguments(file, &chosen),
            pieces,
        }
    }

    /// Names that the code of `chosen` reads and that are bound outside it.
    fn arguments(&self, file: FileId, chosen: &[u32]) -> Vec<String> {
        let nodes = self.nodes(file);
        // A node comes after the one it is in.
        let mut within = vec![false; nodes.len()];
        for index in chosen {
            within[*index as usize] = true;
        }
        for index in 1..nodes.len() {
            within[index] |= nodes[index].parent != ROOT && within[nodes[index].parent as usize];
        }
        let mut names = BTreeSet::new();
        for (index, node) in nodes.iter().enumerate().filter(|(i, _)| within[*i]) {
            let mut around = BTreeSet::from([ROOT]);
            let mut at = index as u32;
            while around.insert(at) {
                at = nodes[at as usize].parent;
            }
            for edge in node.edges.iter().filter(|e| !within[**e as usize]) {
                // `x.a` leads to `a`; the name that is read is `x`, the one that is bound around the reader.
                let mut read = *edge;
                while !around.contains(&nodes[read as usize].parent) {
                    read = nodes[read as usize].parent;
                }
                let name = nodes[read as usize].name.rsplit('.').next().unwrap_or_default();
                if !name.is_empty() {
                    names.insert(name.to_owned());
                }
            }
        }
        names.into_iter().collect()
    }

    /// The outermost `let` bindings that nothing leads to.
    pub(super) fn unreachable(&self) -> UnreachableRow {
        let mut row = UnreachableRow::default();
        for file in &self.reach.files {
            let mut lines = BTreeSet::new();
            for (index, node) in self.nodes(*file).iter().enumerate() {
                let joined = self.project.links.node(*file, index as u32);
                let parent = self.project.links.node(*file, node.parent);
                if !self.reach.is_unread(joined) || self.reach.is_dead(parent) || node.name.starts_with('_') {
                    continue;
                }
                let piece = self.piece(*file, node);
                lines.extend(piece.first_line..=piece.last_line);
                row.bindings.push(piece);
            }
            row.lines += lines.len() as u32;
            if *file == self.flake.file {
                row.lines_in_flake = lines.len() as u32;
            }
        }
        row
    }

    /// Pairs of concerns that share lines, most lines first.
    pub(super) fn coupling(&self, tally: &Tally) -> Vec<CouplingRow> {
        let count = self.reach.concerns.len();
        let mut reached = vec![0u32; count];
        let mut both = vec![vec![0u32; count]; count];
        for ((_, line), lines) in tally {
            let Line::Concerns(mask) = line else { continue };
            let bits: Vec<usize> = (0..count).filter(|bit| mask & (1 << bit) != 0).collect();
            for (place, a) in bits.iter().enumerate() {
                reached[*a] += lines;
                for b in &bits[place + 1..] {
                    both[*a][*b] += lines;
                }
            }
        }
        let shared = self.shared();
        let mut rows = Vec::new();
        for a in 0..count {
            for b in a + 1..count {
                let lines = both[a][b];
                if lines == 0 {
                    continue;
                }
                let mask = 1 << a | 1 << b;
                let bindings: Vec<_> = shared.iter().filter(|(of, ..)| of & mask == mask).collect();
                let union = reached[a] + reached[b] - lines;
                rows.push(CouplingRow {
                    a: self.reach.concerns[a].to_owned(),
                    b: self.reach.concerns[b].to_owned(),
                    bindings: bindings.len() as u32,
                    lines,
                    jaccard: f64::from(lines) / f64::from(union),
                    names: bindings.into_iter().take(5).map(|(_, _, name)| name.clone()).collect(),
                });
            }
        }
        rows.sort_by(|x, y| y.lines.cmp(&x.lines).then_with(|| (&x.a, &x.b).cmp(&(&y.a, &y.b))));
        rows
    }

    /// `let` bindings that several concerns reach: their bits, lines and name, most lines first.
    fn shared(&self) -> Vec<(u64, u32, String)> {
        let several = self.reach.masks().filter(|(node, mask)| mask.count_ones() > 1 && self.reach.is_binding(*node));
        let row = |(joined, mask)| {
            let (file, index) = self.project.links.place(joined);
            let piece = self.piece(file, self.nodes(file).get(index as usize)?);
            Some((mask, piece.last_line - piece.first_line + 1, piece.name))
        };
        let mut out: Vec<(u64, u32, String)> = several.filter_map(row).collect();
        out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.cmp(&b.2)));
        out
    }

    /// Bindings of `flake.nix`, and the long ones of the files it imports.
    pub(super) fn bindings(&self) -> Vec<BindingRow> {
        let mut rows = Vec::new();
        let offered = self.offered();
        for file in &self.reach.files {
            let (at, inner) = self.extents(*file);
            for (index, node) in self.nodes(*file).iter().enumerate().skip(1) {
                let kind = match node.kind {
                    NodeKind::Let => BindingKind::Let,
                    NodeKind::Inherit => BindingKind::Inherit,
                    NodeKind::Attribute => BindingKind::Attribute,
                    NodeKind::File | NodeKind::Formal => continue,
                };
                let (first_line, last_line) = at[index];
                let lines = last_line - first_line + 1;
                let in_flake = *file == self.flake.file;
                let top = in_flake && node.parent == ROOT && matches!(&*node.name, "inputs" | "outputs");
                if top
                    || !in_flake && lines < LISTED_LINES
                    || kind == BindingKind::Attribute && holds_outputs(*file, node, &offered)
                {
                    continue;
                }
                let joined = self.project.links.node(*file, index as u32);
                let read_by_concerns = self.concerns_of(self.reach.mask(joined));
                let shared = in_flake && kind == BindingKind::Let && read_by_concerns.len() > 1;
                rows.push(BindingRow {
                    name: node.name.to_string(),
                    kind,
                    first_line,
                    lines,
                    arguments: if shared { self.arguments(*file, &[index as u32]) } else { Vec::new() },
                    span: node.span.span(*file),
                    at: node.at.span(*file),
                    plumbing: node.plumbing,
                    reachable: !self.reach.is_dead(joined),
                    in_flake,
                    read_by_kinds: self.kinds_of(joined),
                    read_by_concerns,
                    largest_inner: inner[index],
                });
            }
        }
        rows
    }

    /// First and last line of each node, and the lines of the longest binding inside it; see [`counts_as_binding`].
    fn extents(&self, file: FileId) -> (Vec<(u32, u32)>, Vec<u32>) {
        let nodes = self.nodes(file);
        let extents: Vec<(u32, u32)> = nodes.iter().map(|node| self.sources.lines(node.span.span(file))).collect();
        let mut inner = vec![0; nodes.len()];
        for index in (1..nodes.len()).rev() {
            let node = &nodes[index];
            if node.kind == NodeKind::Formal {
                continue;
            }
            let (first, last) = extents[index];
            let own = if counts_as_binding(file == self.flake.file, node.kind) { last - first + 1 } else { 0 };
            let parent = node.parent as usize;
            inner[parent] = inner[parent].max(inner[index]).max(own);
        }
        (extents, inner)
    }

    /// Where outputs and kinds of output are offered.
    fn offered(&self) -> BTreeSet<crate::source::Span> {
        let outputs = self.flake.outputs.iter().filter_map(|o| o.offered);
        outputs.chain(self.flake.kinds.iter().filter_map(|k| k.origin)).map(|origin| origin.at).collect()
    }

    pub(super) fn concerns_of(&self, mask: u64) -> Vec<String> {
        let set = self.reach.concerns.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0);
        set.map(|(_, name)| (*name).to_owned()).collect()
    }

    fn kinds_of(&self, joined: u32) -> Vec<String> {
        let mask = self.reach.kind_mask(joined);
        let set = self.flake.kinds.iter().enumerate().take(64).filter(|(bit, _)| mask & (1 << bit) != 0);
        set.map(|(_, kind)| kind.name.clone()).collect()
    }
}

/// Whether FA103 measures such a binding: outside `flake.nix` an attribute is mostly a module's setting or option,
/// which is written where it belongs.
fn counts_as_binding(in_flake: bool, kind: NodeKind) -> bool {
    match kind {
        NodeKind::File | NodeKind::Formal => false,
        NodeKind::Let | NodeKind::Inherit => true,
        NodeKind::Attribute => in_flake,
    }
}

/// Whether an attribute is on the way to outputs: a container, not a thing of its own.
fn holds_outputs(file: FileId, node: &Node, offered: &BTreeSet<crate::source::Span>) -> bool {
    let (span, own) = (node.span.span(file), node.at.span(file));
    // At most one of those inside is the node itself, and what starts inside and does not end there is rare.
    let inside = offered.range(crate::source::Span::new(file, span.start..span.start)..);
    let mut inside = inside.take_while(|at| at.file == file && at.start <= span.end);
    inside.any(|at| span.contains(*at) && *at != own)
}
