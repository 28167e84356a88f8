//! Units: pieces of `flake.nix` that can move on their own, and what they read of each other.
//!
//! A unit is a `let` binding that is no wiring, or an output's value, or a module written inside a host's list. What
//! holds outputs of several concerns is a container: it stays, and what is written in it is looked at. A unit that is
//! too long for one file has units in it.

use std::collections::{BTreeMap, BTreeSet};

use super::concern::Context;
use super::facts::{Unit, UnitRow};
use crate::resolve::evidence::Builder;
use crate::resolve::nodes::{Node, NodeKind, ROOT};
use crate::source::FileId;

/// Lines from which on a unit is looked into for smaller ones.
const LONG: u32 = 350;
/// Lines of an output that is worth a file, whatever holds it.
const WORTH: u32 = 40;
/// Lines of an inline module that is a unit.
const MODULE_LINES: u32 = 10;
/// Units of one flake.
const MOST: usize = 1_000;

/// Outputs that are written somewhere inside a node.
#[derive(Default)]
struct Held {
    concerns: BTreeSet<&'static str>,
    /// Of at least [`WORTH`] lines.
    large: u32,
}

/// A node that was chosen, and the chosen one that it is a part of.
struct Chosen {
    node: u32,
    outer: Option<u32>,
}

struct Picker<'a> {
    context: &'a Context<'a>,
    file: FileId,
    nodes: &'a [Node],
    /// What each node's value makes.
    builders: Vec<Builder>,
    children: Vec<Vec<u32>>,
    /// Kind and concern of the output that a node is.
    outputs: BTreeMap<u32, (&'a str, &'static str)>,
    kinds: BTreeSet<u32>,
    held: BTreeMap<u32, Held>,
}

/// All units of `flake.nix`, in order of place.
pub(super) fn units(context: &Context) -> Vec<UnitRow> {
    let picker = Picker::new(context);
    let mut chosen = picker.choose();
    chosen.truncate(MOST);
    let mut rows = picker.rows(&chosen);
    picker.modules(&mut rows);
    rows
}

impl<'a> Picker<'a> {
    fn new(context: &'a Context<'a>) -> Self {
        let file = context.flake.file;
        let nodes = &*context.project.graph(file).nodes;
        let mut children = vec![Vec::new(); nodes.len()];
        for (index, node) in nodes.iter().enumerate().skip(1) {
            children[node.parent as usize].push(index as u32);
        }
        let mut outputs = BTreeMap::new();
        let outs = context.flake.outputs.iter().zip(&context.reach.concern_of).zip(&context.reach.starts);
        for ((output, concern), start) in outs {
            if let Some((at, node)) = start.map(|start| context.project.links.place(start))
                && at == file
            {
                outputs.entry(node).or_insert((output.kind.as_str(), *concern));
            }
        }
        let graph = context.project.graph(file);
        let origins = context.flake.kinds.iter().filter_map(|kind| kind.origin).filter(|o| o.at.file == file);
        let kinds = origins.filter_map(|origin| graph.starting_at(origin.at.start)).collect();
        let builders = context.project.builders(file);
        let mut picker = Self { context, file, nodes, builders, children, outputs, kinds, held: BTreeMap::new() };
        for (node, (_, concern)) in &picker.outputs {
            let large = u32::from(picker.span_lines(*node) >= WORTH);
            let mut at = *node;
            while at != ROOT {
                at = nodes[at as usize].parent;
                let held = picker.held.entry(at).or_default();
                held.concerns.insert(concern);
                held.large += large;
            }
        }
        picker
    }

    fn span_lines(&self, node: u32) -> u32 {
        let (first, last) = self.context.sources.lines(self.nodes[node as usize].span.span(self.file));
        last + 1 - first
    }

    /// Whether `a.b = …;` put an attribute and its parent in one statement.
    fn is_dotted(&self, node: u32) -> bool {
        let start = self.nodes[node as usize].span.start;
        self.children[node as usize].iter().any(|child| self.nodes[*child as usize].span.start == start)
    }

    /// Chooses from the outside inwards, in order of place.
    fn choose(&self) -> Vec<Chosen> {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut stack = vec![(ROOT, None, false)];
        while let Some((node, outer, inside_kind)) = stack.pop() {
            let inside_kind = inside_kind || self.kinds.contains(&node);
            let (own, deeper) = self.consider(node, inside_kind, outer.is_some());
            let within = if own {
                chosen.push(Chosen { node, outer });
                Some(chosen.len() as u32 - 1)
            } else {
                outer
            };
            if deeper {
                stack.extend(self.children[node as usize].iter().rev().map(|child| (*child, within, inside_kind)));
            }
        }
        chosen
    }

    /// Whether a node is a unit, and whether to look inside.
    fn consider(&self, index: u32, inside_kind: bool, inside_unit: bool) -> (bool, bool) {
        let node = &self.nodes[index as usize];
        let lines = self.span_lines(index);
        let held = self.held.get(&index);
        let several = held.is_some_and(|held| held.concerns.len() > 1 || held.large > 1 || lines > LONG);
        match node.kind {
            NodeKind::Let => {
                let joined = self.context.project.links.node(self.file, index);
                let alive = !self.context.reach.is_dead(joined);
                if !alive || several || node.plumbing && held.is_some() {
                    return (false, alive);
                }
                let own = !node.plumbing && node.value.is_some() && lines > 1;
                (own, !own || lines > LONG)
            }
            NodeKind::Attribute => {
                let output = self.outputs.contains_key(&index);
                let one = held.is_some_and(|held| held.concerns.len() == 1);
                // One that is too long for a file and holds nothing that is worth one is better by itself all the same.
                let whole = inside_kind && one && held.is_some_and(|held| held.large <= 1);
                let table = inside_kind && one && !self.is_dotted(index) && self.is_table(index);
                // Of a unit that is too long for a file, the attributes that are worth one.
                let part = inside_unit && (WORTH..=LONG).contains(&lines);
                let own = (output || whole || table || part) && !self.is_dotted(index) && lines > 1;
                (own, !table && (!own || lines > LONG))
            }
            NodeKind::File | NodeKind::Inherit | NodeKind::Formal => (false, true),
        }
    }

    fn rows(&self, chosen: &[Chosen]) -> Vec<UnitRow> {
        let numbers: BTreeMap<u32, u32> = chosen.iter().zip(0..).map(|(one, number)| (one.node, number)).collect();
        // The innermost unit of each node; parents come before what is written in them.
        let mut unit_of: Vec<Option<u32>> = vec![None; self.nodes.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            let around = if index == 0 { None } else { unit_of[node.parent as usize] };
            unit_of[index] = numbers.get(&(index as u32)).copied().or(around);
        }
        let mut rows: Vec<UnitRow> = chosen.iter().map(|one| self.row(one)).collect();
        let mut reads = vec![BTreeSet::new(); rows.len()];
        let mut names = vec![BTreeSet::new(); rows.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            for edge in &node.edges {
                self.edge(index as u32, *edge, &unit_of, chosen, (&mut reads, &mut names, &mut rows));
            }
        }
        for ((row, reads), names) in rows.iter_mut().zip(reads).zip(names) {
            row.reads = reads.into_iter().collect();
            row.arguments = names.into_iter().collect();
        }
        rows
    }

    /// Notes what one name in the code means for the units around it.
    fn edge(
        &self,
        from: u32,
        to: u32,
        unit_of: &[Option<u32>],
        chosen: &[Chosen],
        (reads, names, rows): (&mut [BTreeSet<u32>], &mut [BTreeSet<String>], &mut [UnitRow]),
    ) {
        let contains = self.nodes[to as usize].parent == from && self.nodes[to as usize].kind == NodeKind::Attribute;
        let source = unit_of[from as usize];
        let target = unit_of[to as usize];
        let around = |mut at: Option<u32>, wanted: u32| {
            while let Some(unit) = at {
                if unit == wanted {
                    return true;
                }
                at = chosen[unit as usize].outer;
            }
            false
        };
        if let Some(target) = target.filter(|target| !contains && !around(source, *target)) {
            rows[target as usize].call_sites += 1;
        }
        let mut at = source;
        while let Some(unit) = at {
            if !around(target, unit) {
                reads[unit as usize].extend(target.filter(|target| !around(Some(unit), *target)));
                names[unit as usize].extend(self.name_read(from, to));
            }
            at = chosen[unit as usize].outer;
        }
    }

    /// The name that leads from one node to another: `x` for `x.a`.
    fn name_read(&self, from: u32, to: u32) -> Option<String> {
        let mut around = BTreeSet::from([ROOT]);
        let mut at = from;
        while around.insert(at) {
            at = self.nodes[at as usize].parent;
        }
        let mut read = to;
        while !around.contains(&self.nodes[read as usize].parent) {
            read = self.nodes[read as usize].parent;
        }
        let name = self.nodes[read as usize].name.rsplit('.').next().unwrap_or_default();
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn row(&self, one: &Chosen) -> UnitRow {
        let node = &self.nodes[one.node as usize];
        let span = node.span.span(self.file);
        let (first_line, last_line) = self.context.sources.lines(span);
        let mask = self.context.reach.mask(self.context.project.links.node(self.file, one.node));
        let concerns = self.context.concerns_of(mask);
        let output = self.outputs.get(&one.node);
        let held = self.held.get(&one.node).and_then(|held| held.concerns.first().copied());
        let own = output.map(|(_, concern)| *concern).or(held);
        let makes = self.builders[one.node as usize];
        let kind = match (node.kind, makes) {
            (NodeKind::Let, _) => Unit::Binding,
            (_, Builder::Overlay) => Unit::Overlay,
            _ => Unit::Value,
        };
        let kind_of = output.map(|(kind, _)| (*kind).to_owned());
        let inside = || self.outputs.iter().find(|(at, _)| self.is_inside(**at, one.node));
        UnitRow {
            name: node.name.strip_prefix("outputs.").unwrap_or(&node.name).to_owned(),
            kind,
            makes,
            span,
            first_line,
            last_line,
            lines: last_line + 1 - first_line + self.comments_above(first_line),
            scope: node.scope,
            concerns: match own {
                Some(own) if concerns.is_empty() || kind != Unit::Binding => vec![own.to_owned()],
                _ => concerns,
            },
            output: match kind {
                Unit::Binding => None,
                _ => kind_of.or_else(|| inside().map(|(_, (kind, _))| (*kind).to_owned())),
            },
            within_with: self.within_with(node.span.start),
            table: self.is_table(one.node),
            outer: one.outer,
            reads: Vec::new(),
            call_sites: 0,
            arguments: Vec::new(),
        }
    }

    fn within_with(&self, at: u32) -> bool {
        let withs = &self.context.project.graph(self.file).withs;
        withs.iter().any(|with| with.body.start <= at && at < with.body.end)
    }

    /// Whether seven of ten lines are an entry each, and no entry is long.
    fn is_table(&self, node: u32) -> bool {
        let lines = self.span_lines(node);
        let mut entries = 0;
        let mut stack = self.children[node as usize].clone();
        while let Some(child) = stack.pop() {
            match self.span_lines(child) {
                1 => entries += 1,
                _ => stack.extend(&self.children[child as usize]),
            }
        }
        let whole = self.builders[node as usize] == Builder::Other;
        whole && entries * 10 >= lines * 7
    }

    fn is_inside(&self, mut node: u32, of: u32) -> bool {
        while node != ROOT && node != of {
            node = self.nodes[node as usize].parent;
        }
        node == of
    }

    /// Lines directly above that are comments: they move along.
    fn comments_above(&self, first: u32) -> u32 {
        let file = self.context.sources.file(self.file);
        let is_comment = |line: &u32| file.line_text(*line).trim_start().starts_with('#');
        (1..first).rev().take_while(is_comment).count() as u32
    }

    /// Modules written inside the lists of hosts, where no unit holds them or that unit is too long for one file.
    fn modules(&self, rows: &mut Vec<UnitRow>) {
        let mut seen = BTreeSet::new();
        let outs = self.context.flake.outputs.iter().zip(&self.context.reach.concern_of);
        for (output, concern) in outs {
            for module in output.modules.iter().filter(|m| m.file.is_none() && m.at.file == self.file) {
                let (first_line, last_line) = self.context.sources.lines(module.at);
                let outer = rows.iter().rposition(|row| row.kind != Unit::Module && row.span.contains(module.at));
                let held = outer.and_then(|at| rows.get(at)).is_some_and(|row| row.lines <= LONG);
                if held || last_line + 1 - first_line < MODULE_LINES || rows.len() >= MOST || !seen.insert(module.at) {
                    continue;
                }
                rows.push(UnitRow {
                    name: output.name.clone(),
                    kind: Unit::Module,
                    makes: Builder::Module,
                    span: module.at,
                    first_line,
                    last_line,
                    lines: last_line + 1 - first_line,
                    scope: 0,
                    concerns: vec![(*concern).to_owned()],
                    output: Some(output.kind.clone()),
                    within_with: self.within_with(module.at.start),
                    table: false,
                    outer: outer.map(|at| at as u32),
                    reads: Vec::new(),
                    call_sites: 0,
                    arguments: Vec::new(),
                });
            }
        }
    }
}
