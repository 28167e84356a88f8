use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// Sources that their authors no longer keep: source, what they say, where they say it. State of 2026-11-22.
const STALE: [(&str, &str, &str); 3] = [
    ("github:divnix/devos", "was renamed to digga, which is deprecated", "https://github.com/divnix/digga"),
    ("github:divnix/digga", "is deprecated and no longer maintained", "https://github.com/divnix/digga"),
    ("github:snowfallorg/lib", "looks for maintainers", "https://github.com/snowfallorg/lib/issues/185"),
];

/// FA705: an input whose authors have given it up.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in &flake.inputs {
            let Some(source) = input.source.as_deref() else { continue };
            let source = source.split('?').next().unwrap_or(source);
            if let Some((name, state, page)) = STALE.iter().find(|(stale, _, _)| *stale == source) {
                let message = format!("input `{}` ({name}) {state}", input.name);
                let draft = Draft::new(input.url_at.unwrap_or(input.at), input.name.clone(), message);
                out.push(draft.note(format!("as of 2026-11-22: {page}")));
            }
        }
    }
}
