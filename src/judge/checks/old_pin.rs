use super::{Context, Sink, count, sound_flakes};
use crate::judge::sink::Draft;

const DAY: i64 = 86_400;

/// FA513: a direct input whose pin is far behind the newest pin of the lock file. No clock is asked, so that the same
/// tree always gets the same findings.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let most = context.options.integer("days");
    for flake in sound_flakes(context.facts) {
        let Some(lock) = &flake.lock else { continue };
        let direct = |name: &str| lock.resolve(&[name])?.modified;
        let Some(newest) = flake.inputs.iter().filter_map(|input| direct(&input.name)).max() else { continue };
        for input in flake.inputs.iter().filter(|input| input.follows.is_none()) {
            let Some(modified) = direct(&input.name) else { continue };
            let days = newest.saturating_sub(modified) / DAY;
            if days > most {
                let days = count(usize::try_from(days).unwrap_or_default(), "day");
                let message = format!("input `{}` is pinned {days} before the newest pin", input.name);
                out.push(Draft::new(input.at, input.name.clone(), message));
            }
        }
    }
}
