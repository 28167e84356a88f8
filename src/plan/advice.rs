//! What helps besides files: outputs of one function, partitions, sub-flakes put back, flakes of their own. The last is
//! hard to earn, and its cost is said.

use std::collections::BTreeSet;

use super::{Risk, Step, StepKind, Verdict, variants};
use crate::measure::{COMMON, EXPORTED, Facts, FlakeRow, NeedRow, Role, development_inputs};
use crate::number::counted;

/// Lock nodes of development that are worth a partition.
const LEAKED_NODES: u32 = 3;
/// The same for a flake that stays whole otherwise: a partition must not be its largest part.
const MANY_LEAKED_NODES: u32 = 10;
/// What part of a flake's lines, at most, may be code in other files that no output is known to need (one in this many),
/// so that it can be said what only one concern needs.
const NOT_TRACED: u32 = 10;
/// Bindings that a concern may share and still stand alone.
const SHARED: u32 = 1;

/// A verdict that holds besides the files.
pub(super) struct Advice {
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    pub(super) step: Option<Step>,
}

/// All that holds, in the order in which it is to be done.
pub(super) fn all(facts: &Facts, flake: &FlakeRow, divided: bool) -> Vec<Advice> {
    let mut found: Vec<Advice> = Vec::new();
    if divided {
        found.extend(outputs(flake));
    }
    found.extend(partition(flake, if divided { LEAKED_NODES } else { MANY_LEAKED_NODES }));
    found.extend(merge(facts, flake));
    found.extend(separate(facts, flake));
    found
}

/// Dev shells that differ in little. The step is made with the others that move code.
fn outputs(flake: &FlakeRow) -> Option<Advice> {
    let (shells, same, names) = variants::shells(flake)?;
    let total: u32 = shells.iter().map(|unit| unit.lines).sum();
    Some(Advice {
        verdict: Verdict::Outputs,
        reason: format!("{} dev shells ({total} lines) need the same {same} of {names} names", shells.len()),
        step: None,
    })
}

/// Inputs that only development needs, in a flake that others use.
fn partition(flake: &FlakeRow, least: u32) -> Option<Advice> {
    let inputs = development_inputs(flake);
    let nodes: u32 = inputs.iter().map(|input| input.own_nodes).sum();
    if inputs.is_empty() || nodes < least {
        return None;
    }
    let named = inputs.iter().map(|input| input.name.as_str()).collect::<Vec<_>>().join(", ");
    let title = format!("move {named} to a partition for development");
    let reason = "flake-parts' `partitions` with a flake.nix and flake.lock in a folder of their own; a plain flake calls one with flake-compat";
    let which = counted(nodes, "lock node", "lock nodes");
    Some(Advice {
        verdict: Verdict::Partition,
        reason: format!(
            "only dev shells, checks or the formatter need {named}, and whoever uses this flake locks them too ({which})"
        ),
        step: Some(Step::new(StepKind::Partition, title, Risk::Medium, reason)),
    })
}

/// Sub-flakes that this flake takes as inputs and that lock what it locks already.
fn merge(facts: &Facts, flake: &FlakeRow) -> Option<Advice> {
    let mut hurt = Vec::new();
    for input in &flake.inputs {
        let Some(url) = input.url.as_deref() else { continue };
        let path = url.strip_prefix("path:").unwrap_or(url);
        let Some(folder) = path.strip_prefix("./") else { continue };
        let at = folder.trim_end_matches('/');
        let full = if flake.path == "." { at.to_owned() } else { format!("{}/{at}", flake.path) };
        let Some(sub) = facts.flakes.iter().find(|row| row.path == full && row.role == Role::Sub) else { continue };
        let follows: BTreeSet<&str> = input.overrides.iter().map(|over| over.path.as_str()).collect();
        let shares = sub.inputs.iter().any(|theirs| {
            let same = flake.inputs.iter().any(|own| own.source.is_some() && own.source == theirs.source);
            same && !follows.contains(theirs.name.as_str())
        });
        if shares {
            hurt.push(input.name.clone());
        }
    }
    if hurt.is_empty() {
        return None;
    }
    let named = hurt.join(", ");
    let reason =
        "import the folder's files instead of locking it; whoever uses the sub-flake with `?dir=` must be told";
    let title = format!("put {named} back into this flake");
    Some(Advice {
        verdict: Verdict::Merge,
        reason: format!(
            "{named}: locked once more with inputs that this flake has too. Relative `path:` inputs need Nix 2.26 or newer, and lock anew with each change before that"
        ),
        step: Some(Step::new(StepKind::Flake, title, Risk::Medium, reason)),
    })
}

/// Its own inputs, where a concern is used by others, has inputs of its own, and shares next to nothing.
fn stands_alone<'a>(flake: &FlakeRow, need: &'a NeedRow) -> Option<Vec<&'a str>> {
    let exported = EXPORTED.contains(&need.concern.as_str())
        && flake.concerns.iter().any(|concern| concern.name == need.concern && concern.outputs > 0);
    let own: Vec<&str> = need.inputs.iter().map(String::as_str).filter(|name| !COMMON.contains(name)).collect();
    let disjoint = !own.is_empty() && own.iter().all(|name| need.alone.iter().any(|alone| alone == name));
    let pairs = flake.coupling.iter().filter(|pair| pair.a == need.concern || pair.b == need.concern);
    let shared: u32 = pairs.map(|pair| pair.bindings).sum();
    // Code that is loaded by its directory may need any of them, for any output.
    let not_traced = flake.own_wiring_lines - flake.wiring_lines;
    let traced = not_traced.saturating_mul(NOT_TRACED) <= flake.own_lines.total;
    (exported && traced && !need.open && disjoint && shared <= SHARED && flake.complete && flake.concerns.len() > 1)
        .then_some(own)
}

/// A concern that stands alone and has a flake of its own already: its own cadence.
fn separate(facts: &Facts, flake: &FlakeRow) -> Option<Advice> {
    let has_flake = |need: &NeedRow| {
        let outputs = flake.outputs.iter().filter(|output| output.concern == need.concern);
        let files: Vec<&str> =
            outputs.filter_map(|output| facts.file(output.value?.file)).map(|row| row.path.as_str()).collect();
        let own = if flake.path == "." { String::new() } else { format!("{}/", flake.path) };
        facts.flakes.iter().any(|sub| {
            let inside = format!("{}/", sub.path);
            // Not the folder that the concern is in already.
            let below = sub.path != flake.path && sub.path.starts_with(&own);
            sub.role == Role::Sub && below && !files.is_empty() && files.iter().all(|path| path.starts_with(&inside))
        })
    };
    let need = flake.structure.needs.iter().find(|need| stands_alone(flake, need).is_some() && has_flake(need))?;
    let own = stands_alone(flake, need)?.join(", ");
    let cost = "another lock file to keep up to date; as a `path:` input it needs Nix 2.26 or newer";
    Some(Advice {
        verdict: Verdict::Separate,
        reason: format!(
            "{} alone needs {own}, shares next to nothing, and its folder is a flake already. The cost: {cost}",
            need.concern
        ),
        step: Some(Step::new(StepKind::Flake, format!("give {} a flake of its own", need.concern), Risk::Medium, cost)),
    })
}

/// Why a concern that could stand alone does not get a flake.
pub(super) fn not_separate(flake: &FlakeRow) -> Option<String> {
    let need = flake.structure.needs.iter().find(|need| stands_alone(flake, need).is_some())?;
    let own = stands_alone(flake, need)?.join(", ");
    Some(format!(
        "{} alone needs {own} and shares next to nothing, but nothing here shows that it is released or used apart: a flake of its own would only add a lock file",
        need.concern
    ))
}
