use super::{Context, Sink, sound_flakes};
use crate::judge::follows::{self, THEN_LOCK};
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, LockNodeRow};

/// The one flake that must keep its own nixpkgs.
const KEEPS_NIXPKGS: &str = "github:lopsided98/nix-ros-overlay";

/// FA503: a direct input locks its own copy of a source that is a direct input too, at another revision.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in flake.inputs.iter().filter(|input| input.follows.is_none() && input.flake) {
            for (name, inner, target) in copies(flake, &input.name) {
                let path = vec![input.name.clone(), name.to_owned()];
                if follows::is_written(flake, &path) || input.source.as_deref() == Some(KEEPS_NIXPKGS) {
                    continue;
                }
                let source = inner.source.as_deref().unwrap_or_default();
                let message = format!("input `{}` locks its own `{source}` beside input `{target}`", input.name);
                let draft = Draft::new(input.at, path.join("/"), message);
                let fix = follows::fix(flake, &[(path, vec![target.to_owned()])], false);
                let draft = draft.note(format!("with `follows`, {THEN_LOCK}"));
                out.push(match fix {
                    Some(fix) => draft.fix(fix),
                    None => draft,
                });
            }
        }
    }
}

/// Inputs that a direct input locks for itself: name, node, and the direct input of the same source.
fn copies<'a>(flake: &'a FlakeRow, input: &str) -> Vec<(&'a str, &'a LockNodeRow, &'a str)> {
    let Some(lock) = &flake.lock else { return Vec::new() };
    let Some(node) = lock.resolve(&[input]) else { return Vec::new() };
    let own = node.inputs.iter().filter(|edge| edge.follows.is_none());
    let copy = |edge: &'a crate::measure::LockEdgeRow| {
        let inner = lock.graph.get(edge.to?)?;
        let same = flake.inputs.iter().find(|other| {
            let node = lock.resolve(&[&other.name]).filter(|_| other.follows.is_none() && other.name != input);
            node.is_some_and(|node| {
                node.source.is_some() && node.source == inner.source && node.revision != inner.revision
            })
        })?;
        Some((edge.name.as_str(), inner, same.name.as_str()))
    };
    own.filter_map(copy).collect()
}
