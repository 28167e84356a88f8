use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::development_inputs;
use crate::number::counted;

/// FA510: an input that only development needs, in a flake that others use.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let least = context.options.integer("nodes");
    for flake in sound_flakes(context.facts).filter(|flake| !flake.generated) {
        for input in development_inputs(flake).into_iter().filter(|input| i64::from(input.own_nodes) >= least) {
            let nodes = counted(input.own_nodes, "lock node", "lock nodes");
            let message = format!(
                "only dev shells, checks or the formatter need input `{}`, and whoever uses this flake locks it too ({nodes})",
                input.name
            );
            out.push(Draft::new(input.at, input.name.clone(), message));
        }
    }
}
