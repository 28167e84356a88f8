use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// FAW05: nixos-generators, which nixpkgs has taken over.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in &flake.inputs {
            let source = input.source.as_deref().and_then(|source| source.split('?').next());
            if source == Some("github:nix-community/nixos-generators") {
                let message = format!("input `{}` is nixos-generators, which is retired", input.name);
                out.push(Draft::new(input.url_at.unwrap_or(input.at), input.name.clone(), message));
            }
        }
    }
}
