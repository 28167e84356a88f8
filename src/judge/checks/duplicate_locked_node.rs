use std::collections::{BTreeMap, BTreeSet};

use super::{Context, Sink, count, name_list, sound_flakes};
use crate::finding::Fix;
use crate::judge::follows::{self, Override};
use crate::judge::sink::Draft;
use crate::measure::{DuplicateNodeRow, DuplicateRow, FlakeRow};
use crate::source::Span;

/// How many overrides the notes spell out.
const SPELLED: usize = 3;

/// From this many on, what one input brings is told in one finding.
const TOLD_TOGETHER: usize = 4;

/// A source and the nodes that are locked to one revision of it.
struct Repeated<'a> {
    source: &'a str,
    revision: String,
    nodes: Vec<&'a DuplicateNodeRow>,
}

/// FA501: one source, locked at one revision, by several nodes. Reported at the input that brings the surplus.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let surplus = surplus(flake);
        let mut by_place: BTreeMap<Span, Vec<Repeated<'_>>> = BTreeMap::new();
        for duplicate in flake.lock.iter().flat_map(|lock| &lock.duplicates) {
            for one in repeated(duplicate) {
                by_place.entry(place(flake, duplicate, &one)).or_default().push(one);
            }
        }
        for (at, found) in by_place {
            match flake.inputs.iter().find(|input| input.at == at) {
                Some(input) if found.len() >= TOLD_TOGETHER => {
                    let draft = together(at, &input.name, &found);
                    let nodes = found.iter().flat_map(|one| one.nodes.iter().copied());
                    out.push(fixed(ways_in(draft, flake, nodes), fix(flake, &surplus, &found)));
                }
                _ => found.iter().for_each(|one| {
                    let draft = ways_in(single(at, one), flake, one.nodes.iter().copied());
                    out.push(fixed(draft, fix(flake, &surplus, std::slice::from_ref(one))));
                }),
            }
        }
    }
}

fn fixed(draft: Draft, fix: Option<Fix>) -> Draft {
    match fix {
        Some(fix) => draft.fix(fix),
        None => draft,
    }
}

/// Chains to every node that another one can stand for.
fn surplus(flake: &FlakeRow) -> BTreeSet<&[String]> {
    let all = flake.lock.iter().flat_map(|lock| &lock.duplicates).flat_map(repeated);
    all.flat_map(|one| {
        let kept = kept(&one.nodes).map(|node| node.node.as_str());
        let rest = one.nodes.into_iter().filter(move |node| Some(node.node.as_str()) != kept);
        rest.map(|node| node.path.as_slice()).collect::<Vec<_>>()
    })
    .collect()
}

/// The node nearest to the root.
fn kept<'a>(nodes: &[&'a DuplicateNodeRow]) -> Option<&'a DuplicateNodeRow> {
    nodes
        .iter()
        .filter(|node| !node.path.is_empty())
        .min_by_key(|node| (node.path.len(), &node.path))
        .copied()
}

/// The `follows` that make the nodes one. What hangs below a node that goes as well goes with it. From then on they are
/// updated together, which has to be asked for where somebody keeps them apart: by another branch, or as two inputs of
/// one flake.
fn fix(flake: &FlakeRow, surplus: &BTreeSet<&[String]>, found: &[Repeated<'_>]) -> Option<Fix> {
    let mut overrides: Vec<Override> = Vec::new();
    let asked = |node: &DuplicateNodeRow| {
        let lock = flake.lock.as_ref()?;
        let row = &lock.graph[lock.number(&node.node)?];
        Some((row.reference.as_deref(), row.pinned))
    };
    let mut safe = true;
    for one in found {
        let Some(kept) = kept(&one.nodes) else { continue };
        let goes = |path: &[String]| (1..path.len()).any(|upto| surplus.contains(&path[..upto]));
        if goes(&kept.path) || follows::is_written(flake, &kept.path) {
            continue;
        }
        for node in one.nodes.iter().filter(|node| node.node != kept.node && node.path.len() > 1) {
            if !goes(&node.path) && !follows::is_written(flake, &node.path) {
                overrides.push((node.path.clone(), kept.path.clone()));
                let siblings = node.path.split_last().map(|(_, above)| above) == kept.path.split_last().map(|(_, a)| a);
                safe &= !siblings && asked(node) == asked(kept);
            }
        }
    }
    follows::fix(flake, &overrides, safe)
}

/// The direct input that brings the first node that is not kept.
fn place(flake: &FlakeRow, duplicate: &DuplicateRow, found: &Repeated<'_>) -> Span {
    let kept = found.nodes.iter().min_by_key(|node| (node.path.len(), &node.path));
    let surplus = found.nodes.iter().find(|node| kept.is_none_or(|kept| kept.node != node.node));
    let input = surplus.and_then(|node| node.path.first());
    let row = input.and_then(|name| flake.inputs.iter().find(|row| row.name == *name));
    row.map_or(duplicate.at, |row| row.at)
}

/// How each node comes into the lock: from the input in `flake.nix` to the node.
pub(super) fn ways_in<'a>(
    draft: Draft,
    flake: &FlakeRow,
    nodes: impl IntoIterator<Item = &'a DuplicateNodeRow>,
) -> Draft {
    nodes.into_iter().fold(draft, |draft, node| {
        let input = node.path.first().and_then(|name| flake.inputs.iter().find(|row| row.name == *name));
        match input {
            Some(input) => draft.flow([
                (input.at, format!("input `{}`", input.name)),
                (node.at, format!("is locked as `{}`, by way of `{}`", node.node, node.path.join("/"))),
            ]),
            None => draft,
        }
    })
}

fn repeated(duplicate: &DuplicateRow) -> Vec<Repeated<'_>> {
    // Nodes of one revision whose own inputs differ are not the same thing, so they are not told.
    let mut by_group: BTreeMap<(&str, u32), Vec<&DuplicateNodeRow>> = BTreeMap::new();
    for node in &duplicate.nodes {
        by_group.entry((&node.revision, node.group)).or_default().push(node);
    }
    by_group
        .into_iter()
        .filter(|((revision, _), nodes)| !revision.is_empty() && nodes.len() > 1)
        .map(|((revision, _), nodes)| Repeated {
            source: &duplicate.source,
            revision: revision.chars().take(7).collect(),
            nodes,
        })
        .collect()
}

fn single(at: Span, found: &Repeated<'_>) -> Draft {
    let Repeated { source, revision, nodes } = found;
    let named = name_list(nodes.iter().map(|node| node.node.as_str()), 6);
    let message = format!("`{source}` is locked {} times at one revision ({revision}): {named}", nodes.len());
    let draft = Draft::new(at, format!("{source}@{revision}"), message);
    overrides(nodes).into_iter().fold(draft, Draft::note)
}

/// Where an input repeats much of what is locked, one finding names it all.
fn together(at: Span, input: &str, found: &[Repeated<'_>]) -> Draft {
    let sources: BTreeSet<&str> = found.iter().map(|one| one.source).collect();
    let named = name_list(sources.iter().copied(), 4);
    let brought = count(sources.len(), "source");
    let message = format!("input `{input}` brings {brought} locked already at the same revision: {named}");
    let draft = Draft::new(at, input, message);
    let nearest = found.iter().min_by_key(|one| one.nodes.iter().map(|node| node.path.len()).sum::<usize>());
    nearest.map(|one| overrides(&one.nodes)).unwrap_or_default().into_iter().fold(draft, Draft::note)
}

/// The overrides that make the nodes one, in the words of `flake.nix`. The node nearest to the root is kept.
fn overrides(nodes: &[&DuplicateNodeRow]) -> Vec<String> {
    let Some(kept) = nodes.iter().min_by_key(|node| (node.path.len(), &node.path)) else { return Vec::new() };
    if kept.path.is_empty() {
        return Vec::new();
    }
    let target = kept.path.join("/");
    let surplus = nodes.iter().filter(|node| node.node != kept.node && node.path.len() > 1);
    surplus
        .take(SPELLED)
        .map(|node| {
            format!(
                "`inputs.{}.follows = \"{target}\";` makes `{}` the same node",
                node.path.join(".inputs."),
                node.node
            )
        })
        .collect()
}
