use super::{Context, Sink, sound_flakes};
use crate::config::located::shorten;
use crate::judge::sink::Draft;

/// FA512: an input or a binary cache that is fetched without authentication.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in flake.inputs.iter().filter(|input| input.insecure) {
            let url = shorten(input.url.as_deref().unwrap_or_default());
            let message = format!("input `{}` is fetched without authentication: `{url}`", input.name);
            out.push(Draft::new(input.url_at.unwrap_or(input.at), input.name.clone(), message));
        }
        for (address, at) in &flake.insecure {
            let message = format!("`nixConfig` names an address without authentication: `{}`", shorten(address));
            out.push(Draft::new(*at, address.clone(), message));
        }
    }
}
