//! The numbers by which two states of a tree are compared: one list, by name.

use super::facts::{Facts, FlakeRow, Orphan, Role};

/// Lines from which on a concern has a share of `flake.nix`; FA201 thinks so too.
const MUCH: u32 = 40;

/// Which way a number should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// Less is better.
    Fewer,
    /// Neither is better in itself.
    Any,
}

/// What a number counts.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Name, as in a configuration (`flake-lines`).
    pub name: &'static str,
    /// What it counts, in words.
    pub words: &'static str,
    /// Which way it should go.
    pub aim: Aim,
    count: Count,
}

#[derive(Clone, Copy, Debug)]
enum Count {
    Workspace(fn(&Facts) -> u32),
    /// `None` where it cannot be known.
    Flake(fn(&FlakeRow) -> Option<u32>),
}

const fn of_workspace(name: &'static str, words: &'static str, aim: Aim, count: fn(&Facts) -> u32) -> Metric {
    Metric { name, words, aim, count: Count::Workspace(count) }
}

const fn of_flake(name: &'static str, words: &'static str, aim: Aim, count: fn(&FlakeRow) -> Option<u32>) -> Metric {
    Metric { name, words, aim, count: Count::Flake(count) }
}

/// Every metric: those of the workspace, then those of each flake.
pub static METRICS: [Metric; 18] = [
    of_workspace("nix-files", "Nix files", Aim::Any, |facts| facts.workspace.nix_files),
    of_workspace("nix-lines", "lines of Nix", Aim::Any, |facts| facts.workspace.lines.total),
    of_workspace("largest-file", "lines of the largest file", Aim::Fewer, |facts| {
        let judged = facts.files.iter().filter(|file| !file.generated && !file.fixture);
        judged.map(|file| file.lines.total).max().unwrap_or(0)
    }),
    of_workspace("orphans", "files that nothing reads", Aim::Fewer, |facts| {
        // As `orphan-file` tells them: one that is only likely may be where somebody starts.
        facts.files.iter().filter(|file| file.orphan == Some(Orphan::Proven) && !file.fixture).count() as u32
    }),
    of_workspace("unparsed", "files that do not parse", Aim::Fewer, |facts| {
        facts.files.iter().filter(|file| !file.parsed && !file.fixture).count() as u32
    }),
    of_flake("flake-lines", "lines of flake.nix", Aim::Fewer, |flake| Some(flake.lines.total)),
    of_flake("script-lines", "lines of shell in strings", Aim::Fewer, |flake| Some(flake.script_lines)),
    of_flake("unreachable-lines", "lines that nothing reaches", Aim::Fewer, |flake| {
        flake.is_followed().then_some(flake.unreachable.lines)
    }),
    of_flake("own-files", "files of its own code", Aim::Any, |flake| Some(flake.own_files)),
    of_flake("outputs", "outputs", Aim::Any, |flake| flake.is_followed().then_some(flake.outputs.len() as u32)),
    of_flake("unknown-places", "places that could not be followed", Aim::Fewer, |flake| {
        Some(flake.unknown.iter().filter(|unknown| !unknown.opaque).count() as u32)
    }),
    of_flake("concerns-in-flake", "concerns with 40 lines or more in flake.nix", Aim::Fewer, |flake| {
        let here = flake.concerns.iter().filter(|concern| concern.defined_in_flake >= MUCH).count() as u32;
        flake.is_followed().then_some(here)
    }),
    of_flake("coupled-lines", "lines that two concerns share, over all pairs", Aim::Fewer, |flake| {
        flake.is_followed().then(|| flake.coupling.iter().map(|pair| pair.lines).sum())
    }),
    of_flake("components", "groups of outputs that share no code but wiring (LCOM4)", Aim::Any, |flake| {
        flake.is_followed().then_some(flake.cohesion.lcom4)
    }),
    of_flake("inputs", "inputs", Aim::Any, |flake| Some(flake.inputs.len() as u32)),
    of_flake("lock-nodes", "lock nodes", Aim::Fewer, |flake| flake.lock.as_ref().map(|lock| lock.nodes)),
    of_flake("nixpkgs-nodes", "lock nodes of nixpkgs", Aim::Fewer, |flake| {
        flake.lock.as_ref().map(|lock| lock.nixpkgs)
    }),
    of_flake("duplicate-sources", "sources locked more than once", Aim::Fewer, |flake| {
        flake.lock.as_ref().map(|lock| lock.duplicates.len() as u32)
    }),
];

impl Metric {
    /// The metric of a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        METRICS.iter().find(|metric| metric.name == name)
    }

    /// Its numbers: one with an empty path for the workspace, or one for each flake that is no fixture and no
    /// template, in their order.
    pub fn values<'a>(&self, facts: &'a Facts) -> Vec<(&'a str, u32)> {
        match self.count {
            Count::Workspace(count) => vec![("", count(facts))],
            Count::Flake(count) => {
                let judged = facts.flakes.iter().filter(|flake| matches!(flake.role, Role::Root | Role::Sub));
                judged.filter_map(|flake| Some((flake.path.as_str(), count(flake)?))).collect()
            }
        }
    }
}

impl FlakeRow {
    /// Lines that two concerns share; 0 where they share none, or one of them is not there.
    pub fn coupled_lines(&self, a: &str, b: &str) -> u32 {
        let pair = |row: &&super::CouplingRow| (row.a == a && row.b == b) || (row.a == b && row.b == a);
        self.coupling.iter().find(pair).map_or(0, |row| row.lines)
    }
}
