use super::duplicate_locked_node::ways_in;
use super::{Context, Sink, length, name_list, sound_flakes};
use crate::judge::sink::Draft;

/// FA502: more nixpkgs nodes in the lock than the limit, of whatever revision.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let max = context.options.integer("max");
    for flake in sound_flakes(context.facts) {
        let all: Vec<_> = flake.lock.iter().flat_map(|lock| &lock.duplicates).filter(|source| source.nixpkgs).collect();
        let nodes: i64 = all.iter().map(|source| length(&source.nodes)).sum();
        let Some(first) = all.first().filter(|_| nodes > max) else { continue };
        let revisions: u32 = all.iter().map(|source| source.revisions).sum();
        let mut brought: Vec<&str> = all.iter().flat_map(|source| &source.brought_by).map(String::as_str).collect();
        brought.sort_unstable();
        brought.dedup();
        let by = if brought.is_empty() { String::new() } else { format!(", brought by {}", name_list(brought, 6)) };
        let message = format!("nixpkgs is locked {nodes} times in {revisions} revisions (limit {max}){by}");
        let draft = Draft::new(first.at, "nixpkgs", message);
        out.push(ways_in(draft, flake, all.iter().flat_map(|source| &source.nodes)));
    }
}
