use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::measure::Role;

/// FA011: `flake.lock` is there and cannot be used, or an input in it leads nowhere.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in context.facts.flakes.iter().filter(|flake| flake.role != Role::Fixture) {
        for (why, at) in flake.lock.iter().flat_map(|lock| &lock.faults) {
            out.push(Draft::new(*at, flake.path.clone(), format!("`flake.lock` is broken: {why}")));
        }
        let Some((why, at)) = &flake.lock_error else { continue };
        let at = at.or(flake.inputs_at).unwrap_or(flake.head);
        out.push(Draft::new(at, flake.path.clone(), format!("`flake.lock` cannot be used: {why}")));
    }
}
