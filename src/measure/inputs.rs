//! Rows of inputs and of the lock file.

use std::collections::BTreeSet;

use super::facts::{DuplicateNodeRow, DuplicateRow, InputRow, LockRow, OverrideRow, Used};
use crate::resolve::inputs::Input;
use crate::resolve::lock::{self, Lock};
use crate::resolve::nodes::NodeKind;
use crate::resolve::source_id::{is_nixpkgs, parse_url};
use crate::resolve::{Flake, Project, source_of};
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
            row(flake, input, &uses, cost.map_or((0, 0), |cost| (cost.reached, cost.own)))
        })
        .collect();
    (inputs, flake.lock.as_ref().map(|lock| lock_row(flake, lock)))
}

fn row(flake: &Flake, input: &Input, uses: &Uses, (nodes, own_nodes): (u32, u32)) -> InputRow {
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
        used: uses.of(flake, input),
        nodes,
        own_nodes,
        at: span(input.at),
        url_at: input.url_at.map(span),
    }
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

/// What `flake.nix` reads of the inputs.
struct Uses {
    /// Names that are read.
    names: BTreeSet<String>,
    /// Inputs that others follow.
    followed: BTreeSet<String>,
    /// The set of all inputs goes somewhere as a whole.
    whole: bool,
}

impl Uses {
    fn read(project: &Project, flake: &Flake) -> Self {
        let graph = &project.graphs[flake.file.0 as usize];
        let follows = |input: &Input| {
            let targets = input.overrides.iter().filter_map(|o| o.follows.as_deref()).chain(input.follows.as_deref());
            targets.filter_map(|target| Some(target.split('/').next()?.to_owned())).collect::<Vec<_>>()
        };
        let followed = flake.top.inputs.iter().flat_map(follows).collect();
        let mut uses = Self { names: BTreeSet::new(), followed, whole: false };
        let Some(outputs) = flake.top.outputs_at.and_then(|at| graph.by_start.get(&at.start)) else { return uses };
        let read: BTreeSet<u32> = graph.nodes.iter().flat_map(|n| n.edges.iter().copied()).collect();
        let own = graph.nodes.iter().enumerate().filter(|(_, n)| n.kind == NodeKind::Formal && n.parent == *outputs);
        for (index, node) in own {
            let index = index as u32;
            let is_input = node.name == "self" || flake.top.input(&node.name).is_some();
            if !read.contains(&index) {
                continue;
            }
            if is_input && node.name != "self" {
                uses.names.insert(node.name.clone());
                continue;
            }
            // `inputs.x`, and `self.inputs`, which may be any of them.
            let selected = graph.selected.get(&index).into_iter().flatten();
            for name in selected {
                uses.whole |= node.name == "self" && &**name == "inputs";
                uses.names.insert(name.to_string());
            }
            uses.whole |= node.name != "self" && graph.whole.contains(&index);
        }
        uses
    }

    fn of(&self, flake: &Flake, input: &Input) -> Used {
        let name = &input.name;
        if self.names.contains(name) || self.followed.contains(name) {
            return Used::Yes;
        }
        // flake-compat and sources are read through flake.lock by default.nix.
        let through_lock = !input.flake || input.url.as_deref().is_some_and(|u| u.contains("flake-compat"));
        if self.whole || through_lock || flake.top.outputs.is_none() { Used::Unknown } else { Used::No }
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
    }
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
