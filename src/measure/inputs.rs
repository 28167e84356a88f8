//! Rows of inputs and of the lock file.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{
    DuplicateNodeRow, DuplicateRow, InputRow, InsertionRow, LockEdgeRow, LockNodeRow, LockRow, OverrideRow, Used,
};
use crate::resolve::input_uses::Readers;
use crate::resolve::inputs::Input;
use crate::resolve::lock::{self, InputRef, Lock};
use crate::resolve::nodes::{Node, NodeKind};
use crate::resolve::source_id::{is_nixpkgs, parse_url};
use crate::resolve::{Flake, Project, join, source_of};
use crate::source::{FileId, Span};

/// Rows of the direct inputs, in order of name, and of the lock.
pub(super) fn rows(project: &Project, flake: &Flake) -> (Vec<InputRow>, Option<LockRow>) {
    let costs = flake.lock.as_ref().map(lock::cost).unwrap_or_default();
    let uses = Uses::read(project, flake);
    let inputs = flake
        .top
        .inputs
        .iter()
        .map(|input| {
            // In order of name, as `cost` gives them.
            let cost = costs.binary_search_by(|cost| cost.input.cmp(&input.name)).ok().map(|at| &costs[at]);
            row(project, flake, input, &uses, cost.map_or((0, 0), |cost| (cost.reached, cost.own)))
        })
        .collect();
    (inputs, flake.lock.as_ref().map(|lock| lock_row(flake, lock)))
}

fn row(project: &Project, flake: &Flake, input: &Input, uses: &Uses<'_>, (nodes, own_nodes): (u32, u32)) -> InputRow {
    let syntax = project.input_syntax.get(&flake.file);
    let insertion = syntax.and_then(|syntax| syntax.insertions.get(&input.name)).map(|found| InsertionRow {
        at: Span::new(flake.file, found.at..found.at),
        before: found.before.clone(),
        after: found.after.clone(),
    });
    let cuts = syntax.and_then(|syntax| syntax.cuts.get(&input.name)).into_iter().flatten();
    let cuts = cuts.map(|cut| Span::new(flake.file, cut.clone())).collect();
    let url = input.url.as_deref().map(parse_url);
    let span = |at: crate::resolve::ir::Loc| at.span(flake.file);
    // An input without URL and `follows` is looked up in the registry by its name.
    let by_name = input.url.is_none() && input.follows.is_none();
    InputRow {
        name: input.name.clone(),
        url: input.url.clone(),
        source: source_of(&flake.top, input, flake.lock.as_ref(), 0),
        follows: input.follows.clone(),
        overrides: input
            .overrides
            .iter()
            .map(|o| OverrideRow {
                path: o.path.clone(),
                follows: o.follows.clone(),
                at: span(o.at),
                exists: overridden(flake.lock.as_ref(), input, &o.path),
            })
            .collect(),
        flake: input.flake,
        declared: input.declared,
        registry: url.as_ref().map_or(by_name, |u| u.registry),
        machine_path: url.as_ref().is_some_and(|u| u.machine_path),
        relative: url.as_ref().is_some_and(|u| u.relative),
        outside: url.as_ref().is_some_and(|u| u.relative) && place(flake, input).is_none(),
        insecure: url.as_ref().is_some_and(|u| u.insecure),
        reference: url.as_ref().and_then(|u| u.reference.clone()),
        pinned: url.as_ref().is_some_and(|u| u.rev.is_some()),
        used: uses.of(input),
        likely_unused: uses.likely(input),
        nodes,
        own_nodes,
        insertion,
        cuts,
        at: span(input.at),
        url_at: input.url_at.map(span),
    }
}

/// The place in the workspace that a relative path leads to; `None` outside of it.
fn place(flake: &Flake, input: &Input) -> Option<String> {
    let source = parse_url(input.url.as_deref()?).source?;
    let path = source.strip_prefix("path:").or_else(|| source.strip_prefix("file:")).unwrap_or(&source);
    join(if flake.dir == "." { "" } else { &flake.dir }, path.split('?').next()?)
}

/// Whether the locked input has the input that is overridden; `None` where the lock does not know the input.
fn overridden(lock: Option<&Lock>, input: &Input, path: &str) -> Option<bool> {
    let lock = lock?;
    let mut names = vec![input.name.as_str()];
    lock.resolve(&names)?;
    names.extend(path.split('/'));
    // Only the last step is judged: what is above it may be cut off or missing by another override.
    lock.resolve(&names[..names.len() - 1])?;
    Some(lock.has_input(&names))
}

/// Direct inputs that nothing reads, and those that some code is known to read.
struct Uses<'a> {
    unused: Option<&'a BTreeMap<String, Readers>>,
    /// Names that `flake.nix` itself reads.
    names: BTreeSet<String>,
    /// Inputs that others follow.
    followed: BTreeSet<String>,
}

impl<'a> Uses<'a> {
    fn read(project: &'a Project, flake: &Flake) -> Self {
        let place = project.flakes.iter().position(|other| other.file == flake.file);
        let unused = place.and_then(|place| project.unused_inputs.get(place));
        let graph = project.graph(flake.file);
        let follows = |input: &Input| {
            let targets = input.overrides.iter().filter_map(|o| o.follows.as_deref()).chain(input.follows.as_deref());
            targets.filter_map(|target| Some(target.split('/').next()?.to_owned())).collect::<Vec<_>>()
        };
        let followed = flake.top.inputs.iter().flat_map(follows).collect();
        let mut uses = Self { unused, names: BTreeSet::new(), followed };
        let Some(outputs) = flake.top.outputs_at.and_then(|at| graph.starting_at(at.start)) else { return uses };
        let read: BTreeSet<u32> = graph.nodes.iter().flat_map(|n| n.edges.iter().copied()).collect();
        let own = graph.nodes.iter().enumerate().filter(|(_, n)| n.kind == NodeKind::Formal && n.parent == outputs);
        let own: BTreeMap<u32, &Node> =
            own.map(|(index, node)| (index as u32, node)).filter(|(index, _)| read.contains(index)).collect();
        uses.names.extend(own.values().map(|node| node.name.to_string()));
        // `inputs.x` and `self.inputs` alike: the name is all that counts.
        let selected = graph.nodes.iter().flat_map(Node::picks).filter(|(formal, _)| own.contains_key(formal));
        uses.names.extend(selected.map(|(_, name)| name.to_string()));
        uses
    }

    fn of(&self, input: &Input) -> Used {
        let name = &input.name;
        match self.unused.and_then(|unused| unused.get(name)) {
            Some(Readers::Known) => Used::Yes,
            Some(Readers::None) => Used::No,
            None if self.names.contains(name) || self.followed.contains(name) => Used::Yes,
            Some(Readers::LikelyNone) | None => Used::Unknown,
        }
    }

    fn likely(&self, input: &Input) -> bool {
        self.unused.and_then(|unused| unused.get(&input.name)) == Some(&Readers::LikelyNone)
    }
}

fn lock_row(flake: &Flake, lock: &Lock) -> LockRow {
    let root = lock.root_node();
    let locked: BTreeSet<&str> = root.iter().flat_map(|r| r.inputs.keys().map(String::as_str)).collect();
    let inputs = &flake.top.inputs;
    // Where inputs are computed, what is declared is not known.
    let computed = flake.top.non_literal.iter().any(|(what, _, _)| what.starts_with("inputs") || what == "flake.nix");
    let drifts = |yes: bool| yes && !computed;
    LockRow {
        file: lock.file,
        version: lock.version,
        nodes: lock.node_count(),
        nixpkgs: lock.nodes.iter().filter_map(lock::LockNode::source).filter(|source| is_nixpkgs(source)).count()
            as u32,
        duplicates: lock::duplicates(lock).into_iter().map(|d| duplicate(flake, lock, d)).collect(),
        not_locked: inputs
            .iter()
            .filter(|i| drifts(!locked.contains(i.name.as_str())))
            .map(|i| (i.name.clone(), i.at.span(flake.file)))
            .collect(),
        not_declared: root
            .iter()
            .flat_map(|r| &r.inputs_at)
            .filter(|(name, _)| drifts(flake.top.input(name).is_none()))
            .map(|(name, at)| (name.clone(), *at))
            .collect(),
        machine_paths: machine_paths(lock),
        faults: lock.notes.iter().map(|note| (note.message.clone(), note.at)).collect(),
        graph: graph(lock),
        root: lock.root_number(),
    }
}

fn graph(lock: &Lock) -> Vec<LockNodeRow> {
    let chains = lock::chains(lock);
    let row = |(number, (node, path)): (usize, (&lock::LockNode, Vec<String>))| {
        let targets = lock.targets(number);
        let edge = |(name, to): (&String, &InputRef)| LockEdgeRow {
            name: name.clone(),
            follows: match to {
                InputRef::Follows(path) => Some(path.clone()),
                InputRef::Node(_) => None,
            },
            to: targets.and_then(|targets| targets.get(name)).copied(),
        };
        let (locked, original) = (node.locked.as_ref(), node.original.as_ref());
        let is_relative = |r: &lock::LockedRef| r.path.as_deref().is_some_and(|path| !path.starts_with('/'));
        LockNodeRow {
            node: node.name.clone(),
            source: node.source(),
            kind: locked.or(original).map(|l| l.kind.clone()).unwrap_or_default(),
            reference: original.and_then(asked_reference),
            pinned: original.is_some_and(|o| o.rev.is_some()),
            revision: node.revision().to_owned(),
            nar_hash: locked.and_then(|l| l.nar_hash.clone()),
            modified: locked.and_then(|l| l.last_modified),
            flake: node.flake,
            relative: locked.or(original).is_some_and(|l| l.kind == "path" && is_relative(l)),
            parent: node.parent.is_some(),
            path,
            inputs: node.inputs.iter().map(edge).collect(),
            at: node.at,
        }
    };
    lock.nodes.iter().zip(chains).enumerate().map(row).collect()
}

/// The branch or tag that was asked for: by name, or within a URL (`channels.nixos.org/nixos-25.05/…`).
fn asked_reference(original: &lock::LockedRef) -> Option<String> {
    let within = || {
        let url = original.url.as_deref()?;
        url.split('/')
            .find(|part| part.starts_with("nixos-") || part.starts_with("nixpkgs-"))
            .map(str::to_owned)
    };
    original.reference.clone().or_else(within)
}

/// Nodes that are locked to an absolute path, which other machines do not have.
fn machine_paths(lock: &Lock) -> Vec<(String, String, Span)> {
    let of = |node: &lock::LockNode| {
        let locked = node.locked.as_ref()?;
        let place = match locked.kind.as_str() {
            "path" => locked.path.as_deref().filter(|path| path.starts_with('/')),
            "git" | "hg" => locked.url.as_deref().filter(|url| url.starts_with("file://") || url.starts_with('/')),
            _ => None,
        }?;
        Some((node.name.clone(), place.to_owned(), node.place_at.unwrap_or(node.at)))
    };
    lock.nodes.iter().filter_map(of).collect()
}

fn duplicate(flake: &Flake, lock: &Lock, found: lock::Duplicate) -> DuplicateRow {
    let fallback = found.nodes.first().and_then(|n| lock.node(&n.node)).map(|n| n.at);
    let direct = found.brought_by.iter().find_map(|name| flake.top.input(name));
    let whole = Span::new(FileId(lock.file.0), 0..0);
    let groups = groups(lock, &found.nodes);
    DuplicateRow {
        nixpkgs: is_nixpkgs(&found.source),
        at: direct.map(|i| i.at.span(flake.file)).or(fallback).unwrap_or(whole),
        nodes: found
            .nodes
            .into_iter()
            .zip(groups)
            .map(|(n, group)| DuplicateNodeRow {
                group,
                at: lock.node(&n.node).map_or(whole, |node| node.at),
                node: n.node,
                revision: n.revision,
                path: n.path,
            })
            .collect(),
        source: found.source,
        revisions: found.revisions,
        brought_by: found.brought_by,
    }
}

/// Numbers of the groups of interchangeable nodes, in the order of the nodes.
fn groups(lock: &Lock, nodes: &[lock::DuplicateNode]) -> Vec<u32> {
    let mut firsts: Vec<&str> = Vec::new();
    nodes
        .iter()
        .map(|node| {
            let known = firsts.iter().position(|first| lock.interchangeable(first, &node.node));
            known.unwrap_or_else(|| {
                firsts.push(&node.node);
                firsts.len() - 1
            }) as u32
        })
        .collect()
}
