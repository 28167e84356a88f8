use std::collections::BTreeMap;

use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, InputRow, LockNodeRow, Role};

/// A direct input as one of the flakes locks it.
struct Pin<'a> {
    flake: &'a FlakeRow,
    input: &'a InputRow,
    node: &'a LockNodeRow,
}

/// FA514: flakes of one workspace lock the same branch of the same source at different revisions.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let mut by_source: BTreeMap<(&str, Option<&str>), Vec<Pin<'_>>> = BTreeMap::new();
    for flake in sound_flakes(context.facts).filter(|flake| flake.role <= Role::Sub) {
        let Some(lock) = &flake.lock else { continue };
        for input in flake.inputs.iter().filter(|input| input.follows.is_none() && !input.relative) {
            let Some(node) = lock.resolve(&[&input.name]).filter(|node| !node.revision.is_empty()) else { continue };
            // Another branch, or a revision that somebody chose, is meant to differ.
            if let Some(source) = node.source.as_deref().filter(|_| !node.pinned) {
                by_source.entry((source, node.reference.as_deref())).or_default().push(Pin { flake, input, node });
            }
        }
    }
    for ((source, _), pins) in by_source {
        let Some(first) = pins.first() else { continue };
        let differs = |pin: &&Pin<'_>| pin.flake.path != first.flake.path && pin.node.revision != first.node.revision;
        let Some(other) = pins.iter().find(differs) else { continue };
        let short = |pin: &Pin<'_>| pin.node.revision.chars().take(7).collect::<String>();
        let message = format!(
            "`{source}` is locked at {} here and at {} in {}",
            short(other),
            short(first),
            if first.flake.path == "." { "the root flake".to_owned() } else { format!("`{}`", first.flake.path) }
        );
        let mut draft = Draft::new(other.input.at, source, message);
        for pin in pins.iter().filter(|pin| !std::ptr::eq(*pin, other)).take(9) {
            draft = draft.related(pin.input.at, format!("locked at {}", short(pin)));
        }
        out.push(draft);
    }
}
