use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::{NonLiteralRow, Role};

/// FA003: Nix reads `flake.nix` without evaluating it as a whole, so these parts must be written out.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        // A function in a file of this name is a module or a package: Nix never reads it as a flake.
        let is_module = |part: &NonLiteralRow| part.what == "flake.nix" && part.found == "a function";
        if flake.role != Role::Root && flake.non_literal.iter().any(is_module) {
            continue;
        }
        for part in &flake.non_literal {
            let message = match part.what.as_str() {
                "outputs" => format!("`outputs` must be a function written out, but is {}", part.found),
                "flake.nix" => format!("`flake.nix` must be an attribute set written out, but is {}", part.found),
                what => format!("`{what}` must be literal, but is {}", part.found),
            };
            out.push(Draft::new(part.at, part.what.clone(), message));
        }
    }
}
