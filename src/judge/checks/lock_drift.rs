use super::{Context, Sink, readable_flakes};
use crate::judge::sink::Draft;

/// FA505: `flake.nix` and `flake.lock` do not name the same inputs. Where `inputs` cannot be read, nothing is said;
/// behind a syntax error any input may be declared, so that only those before it are compared.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for (flake, believed) in readable_flakes(context.facts) {
        let readable = !flake.non_literal.iter().any(|part| part.what == "inputs" || part.what == "flake.nix");
        let Some(lock) = flake.lock.as_ref().filter(|_| readable) else { continue };
        for (name, at) in lock.not_locked.iter().filter(|(_, at)| believed(*at)) {
            out.push(Draft::new(*at, name.clone(), format!("input `{name}` is declared but not locked")));
        }
        for (name, at) in lock.not_declared.iter().filter(|_| flake.parsed) {
            out.push(Draft::new(*at, name.clone(), format!("input `{name}` is locked but not declared")));
        }
    }
}
