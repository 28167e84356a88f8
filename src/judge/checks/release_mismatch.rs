use super::{Context, Sink, sound_flakes};
use crate::finding::{Confidence, Level};
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, InputRow};

/// Projects with a branch for each release of NixOS, and whether their main branch wants the unstable nixpkgs (they
/// check it when they are evaluated), given as the first release with which it does not go together.
const RELEASED: [(&str, &str, Option<&str>); 8] = [
    ("github:danth/stylix", "Stylix", Some("24.11")),
    ("github:lnl7/nix-darwin", "nix-darwin", Some("24.11")),
    ("github:nix-community/home-manager", "Home Manager", Some("20.03")),
    ("github:nix-community/nixos-wsl", "NixOS-WSL", None),
    ("github:nix-community/nixvim", "NixVim", None),
    ("github:nix-community/stylix", "Stylix", Some("24.11")),
    ("github:nix-darwin/nix-darwin", "nix-darwin", Some("24.11")),
    ("github:rycee/home-manager", "Home Manager", Some("20.03")),
];

/// A line of development.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Branch {
    Release(String),
    Unstable,
}

impl Branch {
    fn words(&self) -> String {
        match self {
            Self::Release(release) => release.clone(),
            Self::Unstable => "unstable".to_owned(),
        }
    }
}

/// FAW03: a project of one release used with the nixpkgs of another.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for input in &flake.inputs {
            let source = input.source.as_deref();
            let Some((_, name, strict)) = RELEASED.iter().find(|(known, _, _)| Some(*known) == source) else {
                continue;
            };
            let Some(own) = of_project(input) else { continue };
            let Some((nixpkgs, sure)) = nixpkgs_of(flake, input) else { continue };
            let released = matches!((&nixpkgs, strict), (Branch::Release(of), Some(first)) if of.as_str() >= *first);
            if own == nixpkgs || own == Branch::Unstable && !released {
                continue;
            }
            let message = format!("input `{}` is {name} {}, with nixpkgs {}", input.name, own.words(), nixpkgs.words());
            let draft = Draft::new(input.url_at.unwrap_or(input.at), input.name.clone(), message);
            out.push(if sure { draft } else { draft.level(Level::Note).confidence(Confidence::Medium) });
        }
    }
}

/// The branch of such a project; `None` where it cannot be told.
fn of_project(input: &InputRow) -> Option<Branch> {
    if input.pinned || input.url.is_none() || input.registry {
        return None;
    }
    match input.reference.as_deref() {
        None | Some("master" | "main") => Some(Branch::Unstable),
        Some(reference) => release(reference).map(Branch::Release),
    }
}

/// The branch of the nixpkgs that an input comes to, and whether the lock file says so.
fn nixpkgs_of(flake: &FlakeRow, input: &InputRow) -> Option<(Branch, bool)> {
    if let Some(node) = flake.lock.as_ref().and_then(|lock| lock.resolve(&[input.name.as_str(), "nixpkgs"])) {
        let named = node.reference.as_deref().filter(|_| !node.pinned)?;
        return Some((of_nixpkgs(named)?, true));
    }
    let followed = input.overrides.iter().find(|over| over.path == "nixpkgs")?.follows.as_deref()?;
    let target = flake.inputs.iter().find(|other| other.name == followed && !other.pinned)?;
    Some((of_nixpkgs(target.reference.as_deref()?)?, false))
}

fn of_nixpkgs(reference: &str) -> Option<Branch> {
    if matches!(reference, "master" | "nixos-unstable" | "nixpkgs-unstable" | "nixos-unstable-small") {
        return Some(Branch::Unstable);
    }
    release(reference).map(Branch::Release)
}

/// `25.05` in `release-25.05`, `nixos-25.05-small`, `nix-darwin-25.05`.
fn release(reference: &str) -> Option<String> {
    let digit = |at: usize| reference.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..reference.len().saturating_sub(4)).find(|at| {
        let at = *at;
        digit(at) && digit(at + 1) && reference.as_bytes()[at + 2] == b'.' && digit(at + 3) && digit(at + 4)
    })?;
    let found = reference.get(starts..starts + 5)?;
    (found.ends_with(".05") || found.ends_with(".11")).then(|| found.to_owned())
}
