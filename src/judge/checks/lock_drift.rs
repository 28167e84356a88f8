use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// FA505: `flake.nix` and `flake.lock` do not name the same inputs. Where `inputs` cannot be read, nothing is said.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let readable = !flake.non_literal.iter().any(|part| part.what == "inputs" || part.what == "flake.nix");
        let Some(lock) = flake.lock.as_ref().filter(|_| readable) else { continue };
        for (name, at) in &lock.not_locked {
            out.push(Draft::new(*at, name.clone(), format!("input `{name}` is declared but not locked")));
        }
        for (name, at) in &lock.not_declared {
            out.push(Draft::new(*at, name.clone(), format!("input `{name}` is locked but not declared")));
        }
    }
}
