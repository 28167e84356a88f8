use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// FA504: an override of an input that the locked flake does not have.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in &flake.inputs {
            for dangling in input.overrides.iter().filter(|row| row.exists == Some(false)) {
                let message = format!("locked `{}` has no input `{}` to override", input.name, dangling.path);
                out.push(Draft::new(dangling.at, format!("{}/{}", input.name, dangling.path), message));
            }
        }
    }
}
