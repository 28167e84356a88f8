use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// FA604: outputs that a `//` drops, because both of its sides have their kind.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for row in &flake.dropped {
            let Some(first) = row.lost.first() else { continue };
            let kind = &row.kind;
            let more = match row.lost.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let message =
                format!("`//` drops `{kind}.{first}`{more}: this `{kind}` replaces the whole of the one before it");
            let draft = Draft::new(row.at, kind.clone(), message);
            out.push(match row.left {
                Some(left) => draft.related(left, format!("the `{kind}` that is replaced")),
                None => draft,
            });
        }
    }
}
