use super::{Context, Sink, name_list, sound_flakes};
use crate::judge::sink::Draft;

/// FA302: outputs that name each other through `rec`.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let Some(file) = super::file(context.facts, flake.file).filter(|file| !file.generated) else { continue };
        for row in &file.unused.rec_outputs {
            let names = name_list(row.read.iter().map(|(name, _)| name.as_str()), 3);
            let draft = Draft::new(row.at, "rec", format!("outputs name each other ({names}) through `rec`"));
            let places = row.read.iter().take(5);
            out.push(places.fold(draft, |draft, (name, at)| draft.related(*at, format!("`{name}` is named here"))));
        }
    }
}
