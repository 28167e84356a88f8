use super::{Context, Sink, count, sound_flakes};
use crate::finding::{Confidence, Level};
use crate::judge::sink::Draft;
use crate::measure::{Role, Used};

/// FA506: an input that nothing reads. Only what is proven warns.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts).filter(|flake| flake.role <= Role::Sub) {
        for input in &flake.inputs {
            let proven = input.used == Used::No;
            let asked = input.likely_unused && context.options.flag("likely");
            if !(proven || asked) {
                continue;
            }
            let name = &input.name;
            let mut message = if proven {
                format!("nothing reads input `{name}`")
            } else {
                format!("the inputs are passed on, but no file names input `{name}`")
            };
            if input.own_nodes > 1 {
                message = format!("{message}, which locks {}", count(input.own_nodes as usize, "node"));
            }
            let draft = Draft::new(input.at, name.clone(), message);
            let title = format!("remove input `{name}`, then `nix flake lock`");
            let draft = draft.cutting(title, false, &input.cuts);
            out.push(if proven { draft } else { draft.level(Level::Note).confidence(Confidence::Low) });
        }
    }
}
