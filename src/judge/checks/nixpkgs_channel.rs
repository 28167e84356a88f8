use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, InputRow};

/// The oldest release that still gets updates, and the day that was so. A release that is over stays over: with time
/// this table misses some and is never wrong.
const OLDEST: (&str, &str) = ("26.05", "2026-11-22");

/// FA515: a nixpkgs of somebody else, of a branch that is no channel, or of a release that is over.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in flake.inputs.iter().filter(|input| input.follows.is_none()) {
            let Some((owner, branch)) = nixpkgs(flake, input) else { continue };
            let place = input.url_at.unwrap_or(input.at);
            let name = &input.name;
            if owner != "nixos" {
                let message = format!("input `{name}` is the nixpkgs of `{owner}`, not of NixOS");
                out.push(Draft::new(place, name.clone(), message));
            } else if let Some(branch) = branch {
                if let Some(release) = release(&branch) {
                    if release < OLDEST.0 {
                        let message = format!("input `{name}` is of release {release}, which gets no more updates");
                        let note = format!("as of {}, {} is the oldest that does", OLDEST.1, OLDEST.0);
                        out.push(Draft::new(place, name.clone(), message).note(note));
                    }
                } else if !is_rolling(&branch) {
                    let message = format!("input `{name}` is of branch `{branch}`, which is no channel");
                    out.push(Draft::new(place, name.clone(), message));
                }
            }
        }
    }
}

/// Owner and branch of an input that is a nixpkgs on GitHub; the branch where one is asked for and no revision.
fn nixpkgs(flake: &FlakeRow, input: &InputRow) -> Option<(String, Option<String>)> {
    let node = flake.lock.as_ref().and_then(|lock| lock.resolve(&[input.name.as_str()]));
    let source = node.map_or(input.source.as_deref(), |node| node.source.as_deref())?;
    let (owner, repository) = source.split('?').next()?.strip_prefix("github:")?.split_once('/')?;
    let (branch, pinned) = node.map_or((&input.reference, input.pinned), |node| (&node.reference, node.pinned));
    (repository == "nixpkgs").then(|| (owner.to_owned(), branch.clone().filter(|_| !pinned)))
}

/// `25.05` of `nixos-25.05`, `nixos-25.05-small`, `nixpkgs-25.05-darwin`.
fn release(branch: &str) -> Option<&str> {
    let (family, rest) = branch.split_once('-')?;
    let (release, tail) = rest.split_once('-').unwrap_or((rest, ""));
    let known = matches!((family, tail), ("nixos", "" | "small") | ("nixpkgs", "darwin"));
    let (year, month) = release.split_once('.')?;
    let digits = year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit());
    (known && digits && matches!(month, "03" | "05" | "09" | "11")).then_some(release)
}

fn is_rolling(branch: &str) -> bool {
    matches!(branch, "nixos-unstable" | "nixos-unstable-small" | "nixpkgs-unstable")
}
