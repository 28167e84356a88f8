use std::collections::BTreeSet;

use super::{Context, Sink, readable_flakes};
use crate::finding::Level;
use crate::judge::sink::Draft;

/// FA505: `flake.nix` and `flake.lock` do not name the same inputs. Where `inputs` cannot be read, nothing is said;
/// behind a syntax error any input may be declared, so that only those before it are compared.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for (flake, believed) in readable_flakes(context.facts) {
        let readable = !flake.non_literal.iter().any(|part| part.what == "inputs" || part.what == "flake.nix");
        let Some(lock) = flake.lock.as_ref().filter(|_| readable) else { continue };
        // Locking would ask the registry for these, and fail: whoever evaluates the flake passes them.
        let open = flake.inputs.iter().filter(|input| input.registry && input.url_at.is_none());
        let open: BTreeSet<&str> = open.map(|input| input.name.as_str()).collect();
        for (name, at) in lock.not_locked.iter().filter(|(_, at)| believed(*at)) {
            out.push(if open.contains(name.as_str()) && name != "nixpkgs" {
                let message =
                    format!("input `{name}` has no URL and is not locked: it works only where it is overridden");
                Draft::new(*at, name.clone(), message).level(Level::Note)
            } else {
                Draft::new(*at, name.clone(), format!("input `{name}` is declared but not locked"))
            });
        }
        for (name, at) in lock.not_declared.iter().filter(|_| flake.parsed) {
            out.push(Draft::new(*at, name.clone(), format!("input `{name}` is locked but not declared")));
        }
    }
}
