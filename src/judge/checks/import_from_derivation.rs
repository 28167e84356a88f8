use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// FA801: evaluation reads something that has to be built first.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for row in &flake.cost.derivations {
            let message = if row.maker == row.reader {
                format!("`{}` imports what it builds while Nix evaluates", row.maker)
            } else if row.name.is_empty() {
                format!("`{}` reads what `{}` makes: a build while Nix evaluates", row.reader, row.maker)
            } else {
                format!("`{}` is made by `{}` and read by `{}` while Nix evaluates", row.name, row.maker, row.reader)
            };
            let subject = if row.name.is_empty() { row.maker.clone() } else { row.name.clone() };
            let draft = Draft::new(row.at, subject, message);
            let elsewhere = row.read_at != row.at;
            out.push(if elsewhere { draft.related(row.read_at, "read here") } else { draft });
        }
    }
}
