use super::{Context, Sink, count, sound_flakes};
use crate::config::{NixVersion, located::shorten};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, InputRow};

/// More inputs of one flake are told together.
const TOLD_ONE_BY_ONE: usize = 3;

/// FA509: an input that is a path relative to the flake. What it means depends on the version of Nix.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let mut notes = Vec::new();
        for input in flake.inputs.iter().filter(|input| input.relative) {
            let at = input.url_at.unwrap_or(input.at);
            let url = shorten(input.url.as_deref().unwrap_or_default());
            let found = if input.outside {
                let message = format!("input `{}` leaves the tree of the flake: `{url}`", input.name);
                Some((message, Level::Warning))
            } else {
                within(context.nix, flake, input, &url)
            };
            if let Some((message, level)) = found {
                let draft = Draft::new(at, input.name.clone(), message).level(level);
                if level == Level::Note { notes.push((at, draft)) } else { out.push(draft) }
            }
        }
        match notes.as_slice() {
            // Where they are the way of the house, one finding says it.
            [(first, _), rest @ ..] if notes.len() > TOLD_ONE_BY_ONE => {
                let first_version = NixVersion::RELATIVE_PATHS;
                let many = count(notes.len(), "input");
                let message =
                    format!("{many} are relative paths, which Nix before {first_version} does not lock for good");
                let draft = Draft::new(*first, flake.path.clone(), message).level(Level::Note);
                let shown = rest.iter().take(TOLD_ONE_BY_ONE * 3);
                out.push(shown.fold(draft, |draft, (at, _)| draft.related(*at, "and this")));
            }
            _ => notes.into_iter().for_each(|(_, draft)| out.push(draft)),
        }
    }
}

/// What is to be said of a path within the tree.
fn within(nix: Option<NixVersion>, flake: &FlakeRow, input: &InputRow, url: &str) -> Option<(String, Level)> {
    let node = flake.lock.as_ref().and_then(|lock| lock.resolve(&[&input.name])).filter(|node| node.kind == "path");
    let first = NixVersion::RELATIVE_PATHS;
    let named = format!("input `{}` is the relative path `{url}`", input.name);
    let parent = node.is_some_and(|node| node.parent);
    match nix {
        Some(version) if version >= first && node.is_none_or(|node| node.parent) => None,
        Some(version) if version >= first => {
            Some((format!("{named}, locked by Nix before {first}: lock it anew"), Level::Note))
        }
        Some(version) if parent => {
            Some((format!("{named}, and its lock entry needs Nix {first}; this is for {version}"), Level::Warning))
        }
        Some(version) => Some((format!("{named}, which Nix {version} locks anew with every change"), Level::Warning)),
        None if parent => Some((format!("{named}: its lock entry needs Nix {first} or later"), Level::Note)),
        None => Some((format!("{named}: Nix before {first} locks it anew with every change"), Level::Note)),
    }
}
