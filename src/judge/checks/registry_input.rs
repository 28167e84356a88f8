use super::{Context, Sink, sound_flakes};
use crate::finding::{Edit, Fix};
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, InputRow};

/// FA507: an input whose source the flake registry decides.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in flake.inputs.iter().filter(|input| input.registry) {
            let name = &input.name;
            let message = format!("the flake registry, not this file, says where input `{name}` comes from");
            let draft = Draft::new(input.url_at.unwrap_or(input.at), name.clone(), message);
            out.push(match suggestion(flake, input) {
                Some(fix) => draft.fix(fix),
                None => draft,
            });
        }
    }
}

/// The URL of what is locked today, where the forge has a short form.
fn suggestion(flake: &FlakeRow, input: &InputRow) -> Option<Fix> {
    let node = flake.lock.as_ref()?.resolve(&[&input.name])?;
    let source = node.source.as_deref().filter(|source| source.starts_with("github:") && !source.contains('?'))?;
    let source = if source == "github:nixos/nixpkgs" { "github:NixOS/nixpkgs" } else { source };
    // What the global registry means by `nixpkgs` alone.
    let unnamed = (source == "github:NixOS/nixpkgs").then_some("nixpkgs-unstable");
    let url = match input.reference.as_deref().or(unnamed) {
        Some(branch) => format!("{source}/{branch}"),
        None => source.to_owned(),
    };
    if input.pinned || url.contains(['"', '\\', '$']) {
        return None;
    }
    let at = input.url_at?;
    let edits = vec![Edit { span: at, text: format!("\"{url}\"") }];
    Some(Fix { title: format!("write `{url}`"), safe: false, edits })
}
