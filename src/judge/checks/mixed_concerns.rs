use super::{Context, Sink, length, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::ConcernRow;
use crate::number::grouped;

/// Outputs of no known kind: no responsibility that could be told from others.
const UNSORTED: &str = "other outputs";

/// FA201: `flake.nix` itself defines several concerns of some size; what it imports does not count.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let (least, most) = (context.options.integer("lines"), context.options.integer("concerns"));
    for flake in sound_flakes(context.facts).filter(|flake| !flake.generated) {
        let named = flake.concerns.iter().filter(|concern| concern.name != UNSORTED);
        // What only shares the code of others is no concern that could stand elsewhere.
        let own = |concern: &ConcernRow| i64::from(concern.exclusive_in_flake) * 2 >= least;
        let large = named.filter(|concern| i64::from(concern.defined_in_flake) >= least && own(concern));
        let mut large: Vec<_> = large.collect();
        if length(&large) < most || large.is_empty() {
            continue;
        }
        large.sort_by(|a, b| b.defined_in_flake.cmp(&a.defined_in_flake).then_with(|| a.name.cmp(&b.name)));
        let named: Vec<String> = large
            .iter()
            .map(|concern| format!("{} ({})", concern.name, grouped(concern.defined_in_flake)))
            .collect();
        let message = format!(
            "`flake.nix` itself defines {} concerns of {} lines or more: {}",
            large.len(),
            grouped(least),
            named.join(", ")
        );
        let at = flake.outputs_at.unwrap_or(flake.head);
        let mut draft = Draft::new(at, flake.path.clone(), message);
        let (sum, only) = large
            .iter()
            .fold((0, 0), |(sum, only), concern| (sum + concern.defined_in_flake, only + concern.exclusive_in_flake));
        if sum > only * 2 {
            draft = draft.note("most of these lines are shared and count for each concern that reaches them");
        }
        for concern in &large {
            if let Some(piece) = concern.at {
                draft = draft.related(piece, concern.name.clone());
            }
        }
        out.push(draft);
    }
}
