//! Which direct inputs an output needs at all.

use std::collections::BTreeSet;

use super::reach::{Reach, node};
use crate::resolve::nodes::{NodeKind, ROOT};
use crate::resolve::{Flake, Project};

/// Outputs times nodes of all files: of larger flakes nothing is said.
const MAX_WORK: usize = 5_000_000;
/// Attributes of `self` that say something about the tree and nothing about inputs.
const OF_THE_TREE: [&str; 9] = [
    "dirtyRev",
    "dirtyShortRev",
    "lastModified",
    "lastModifiedDate",
    "narHash",
    "outPath",
    "rev",
    "revCount",
    "shortRev",
];

/// Names of the inputs that each output's code leads to, in the order of `flake.outputs`; `None` where it may be any.
pub(super) fn needs(project: &Project, flake: &Flake, reach: &Reach) -> Vec<Option<Vec<String>>> {
    let graph = project.graph(flake.file);
    let outputs = flake.top.outputs_at.and_then(|at| graph.starting_at(at.start));
    // Of other frameworks it is not known which inputs they take for themselves.
    let known = flake.frameworks.iter().all(|name| matches!(name.as_str(), "flake-parts" | "flake-utils"));
    // Each output is followed through all files.
    let work = reach.starts.len().saturating_mul(project.links.calls.len());
    let known = known && work <= MAX_WORK;
    let one = |start: &Option<u32>| {
        let (start, outputs) = ((*start)?, outputs?);
        Needs { project, flake, outputs, found: BTreeSet::new() }.of(start)
    };
    reach.starts.iter().map(|start| if known { one(start) } else { None }).collect()
}

struct Needs<'a> {
    project: &'a Project,
    flake: &'a Flake,
    /// The node of `outputs`, whose formals are the inputs.
    outputs: u32,
    found: BTreeSet<String>,
}

impl Needs<'_> {
    fn of(mut self, start: u32) -> Option<Vec<String>> {
        let links = &self.project.links;
        let mut roots = vec![start];
        // What stands around the output is evaluated on the way to it (`eachDefaultSystem (…)`).
        let (file, mut at) = links.place(start);
        let nodes = &self.project.graph(file).nodes;
        while at != ROOT {
            at = nodes.get(at as usize)?.parent;
            let around = nodes.get(at as usize)?;
            self.reads(links.node(file, at))?;
            let helpers = around.edges.iter().filter(|to| nodes[**to as usize].kind != NodeKind::Attribute);
            roots.extend(helpers.map(|to| links.node(file, *to)));
        }
        if flake_parts(self.flake) {
            let framework = |source: &str| source == "github:hercules-ci/flake-parts";
            let inputs = self.flake.top.inputs.iter();
            let named = inputs.filter(|input| {
                let url = input.url.as_deref().and_then(|url| crate::resolve::source_id::parse_url(url).source);
                url.is_some_and(|source| framework(&source))
            });
            self.found.extend(named.map(|input| input.name.clone()));
        }
        for reached in links.calls.reach(roots, |_| false) {
            self.reads(reached)?;
        }
        Some(self.found.into_iter().collect())
    }

    /// Notes the inputs that a node's own code names; `None` where it may name any.
    fn reads(&mut self, joined: u32) -> Option<()> {
        let (file, _) = self.project.links.place(joined);
        let own = file == self.flake.file;
        let nodes = &self.project.graph(file).nodes;
        if nodes.is_empty() {
            return Some(());
        }
        for (formal, selected) in &node(self.project, joined).reads {
            let formal = nodes.get(*formal as usize)?;
            let name = &*formal.name;
            let direct = own && formal.parent == self.outputs;
            let is_input = |name: &str| self.flake.top.inputs.iter().any(|input| input.name == name);
            match (name, selected.as_deref()) {
                ("self", None) if direct => {}
                ("self", Some(of)) if direct => OF_THE_TREE.contains(&of).then_some(())?,
                (_, _) if direct && is_input(name) => {
                    self.found.insert(name.to_owned());
                }
                (_, Some(of)) if direct && is_input(of) => {
                    self.found.insert(of.to_owned());
                }
                _ if direct => return None,
                ("inputs'", Some(of)) if is_input(of) => {
                    self.found.insert(of.to_owned());
                }
                ("inputs'" | "self'", _) => return None,
                ("pkgs", _) if flake_parts(self.flake) && is_input("nixpkgs") => {
                    self.found.insert("nixpkgs".to_owned());
                }
                _ => {}
            }
        }
        Some(())
    }
}

fn flake_parts(flake: &Flake) -> bool {
    flake.frameworks.iter().any(|name| name == "flake-parts")
}
