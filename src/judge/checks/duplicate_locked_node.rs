use std::collections::BTreeMap;

use super::{Context, Sink, name_list, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::DuplicateNodeRow;

/// How many overrides the notes spell out.
const SPELLED: usize = 3;

/// FA501: one source, locked at one revision, by several nodes.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for duplicate in flake.lock.iter().flat_map(|lock| &lock.duplicates) {
            let mut by_revision: BTreeMap<&str, Vec<&DuplicateNodeRow>> = BTreeMap::new();
            for node in &duplicate.nodes {
                by_revision.entry(&node.revision).or_default().push(node);
            }
            let repeated: Vec<_> = by_revision
                .into_iter()
                .filter(|(revision, nodes)| !revision.is_empty() && nodes.len() > 1)
                .collect();
            for (revision, nodes) in &repeated {
                let short: String = revision.chars().take(7).collect();
                let message = format!(
                    "`{}` is locked {} times at one revision ({short}): {}",
                    duplicate.source,
                    nodes.len(),
                    name_list(nodes.iter().map(|node| node.node.as_str()), 6)
                );
                let mut draft = Draft::new(duplicate.at, format!("{}@{short}", duplicate.source), message);
                for note in overrides(nodes) {
                    draft = draft.note(note);
                }
                out.push(draft);
            }
        }
    }
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
