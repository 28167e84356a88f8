use super::{Context, Sink};
use crate::judge::sink::Draft;

/// FA003: Nix reads `flake.nix` without evaluating it as a whole, so these parts must be written out.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in context.facts.flakes.iter().filter(|flake| flake.parsed) {
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
