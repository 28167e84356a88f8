use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// Kinds that hold the same for every system: what reads them looks for names right below (Nix manual, `nix flake
/// check`; home-manager and nix-darwin manuals).
const WITHOUT: &[&str] =
    &["darwinModules", "homeManagerModules", "homeModules", "nixosModules", "overlays", "templates"];

/// FA603: an output that must not be given for each system, and is.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for kind in flake.kinds.iter().filter(|kind| kind.per_system && kind.outputs > 0) {
            if !WITHOUT.contains(&kind.name.as_str()) {
                continue;
            }
            let name = &kind.name;
            let at =
                kind.at.or_else(|| flake.outputs.iter().find(|output| output.kind == *name).and_then(|one| one.at));
            let Some(at) = at else { continue };
            out.push(Draft::new(
                at,
                name.clone(),
                format!("`{name}` is given for each system: nothing looks for names below `{name}.<system>`"),
            ));
        }
    }
}
