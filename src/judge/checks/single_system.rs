use std::collections::BTreeSet;

use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::{Certainty, FlakeRow, Role};

/// Concerns that are of one machine or one kernel: what else the flake offers may be for those alone.
const OF_MACHINES: &[&str] = &["hosts", "darwin", "deployment", "NixOS modules", "images and containers"];
/// Kinds that other people's machines want.
const WANTED: &[&str] = &["packages", "devShells", "apps", "defaultPackage", "devShell", "legacyPackages"];

/// FA605: all outputs of a flake are for one system.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let flakes = sound_flakes(context.facts).filter(|flake| flake.complete && !flake.generated);
    // Whoever takes a template has their own systems in mind.
    for flake in flakes.filter(|flake| flake.role != Role::Template) {
        if flake.concerns.iter().any(|concern| OF_MACHINES.contains(&concern.name.as_str())) {
            continue;
        }
        let Some((system, at)) = only_system(flake) else { continue };
        out.push(Draft::new(at, system.clone(), format!("what this flake offers is for `{system}` alone")));
    }
}

/// The one system of all outputs that have systems, and where such an output is written.
fn only_system(flake: &FlakeRow) -> Option<(String, crate::source::Span)> {
    let systems: BTreeSet<&String> = flake.outputs.iter().flat_map(|output| &output.systems).collect();
    let wanted = flake.outputs.iter().filter(|output| {
        WANTED.contains(&output.kind.as_str()) && !output.systems.is_empty() && output.certainty == Certainty::Known
    });
    let at = wanted.filter_map(|output| output.at).min()?;
    match systems.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => Some(((*one).clone(), at)),
        _ => None,
    }
}
