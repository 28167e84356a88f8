use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::Role;

/// FA007: `flake.nix` has an attribute that Nix does not know, or no `outputs`.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let missing = flake.unsupported.iter().any(|row| row.missing);
        // Below the root a set without `outputs` is a module of this name.
        if missing && flake.role != Role::Root {
            continue;
        }
        for row in &flake.unsupported {
            let message = if row.missing {
                format!("`flake.nix` has no `{}`", row.name)
            } else {
                format!("`flake.nix` cannot have an attribute `{}`", row.name)
            };
            out.push(Draft::new(row.at, row.name.clone(), message));
        }
    }
}
