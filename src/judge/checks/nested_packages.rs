use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// Kinds below whose systems Nix wants derivations and nothing else (Nix manual, `nix flake check`).
const DERIVATIONS: &[&str] = &["checks", "devShells", "packages"];

/// FA608: a set of attributes where a derivation must be.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let kinds = flake.kinds.iter().filter(|kind| kind.per_system && DERIVATIONS.contains(&kind.name.as_str()));
        let kinds: Vec<&str> = kinds.map(|kind| kind.name.as_str()).collect();
        for output in flake.outputs.iter().filter(|output| output.bare && kinds.contains(&output.kind.as_str())) {
            let (kind, name) = (&output.kind, &output.name);
            let Some(at) = output.at.filter(|_| !output.systems.is_empty()) else { continue };
            let message = format!("`{kind}.<system>.{name}` is a set of attributes, not a derivation");
            out.push(Draft::new(at, format!("{kind}.{name}"), message));
        }
    }
}
