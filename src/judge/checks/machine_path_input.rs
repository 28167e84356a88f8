use super::{Context, Sink, sound_flakes};
use crate::config::located::shorten;
use crate::judge::sink::Draft;

/// FA508: an input, or a node of the lock file, that only one machine has. A direct input is reported once, where it
/// is declared.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in flake.inputs.iter().filter(|input| input.machine_path) {
            let url = shorten(input.url.as_deref().unwrap_or_default());
            let message = format!("input `{}` is a path of one machine: `{url}`", input.name);
            out.push(Draft::new(input.url_at.unwrap_or(input.at), input.name.clone(), message));
        }
        for (node, path, at) in flake.lock.iter().flat_map(|lock| &lock.machine_paths) {
            if flake.inputs.iter().any(|input| input.machine_path && input.name == *node) {
                continue;
            }
            let message = format!("locked node `{node}` is a path of one machine: `{}`", shorten(path));
            out.push(Draft::new(*at, node.clone(), message));
        }
    }
}
