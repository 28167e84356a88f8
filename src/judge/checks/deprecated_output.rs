use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// Names that `nix flake check` warns about, and their successors (Nix 2.36, `src/nix/flake.cc`).
const RENAMED: [(&str, &str); 7] = [
    ("defaultApp", "apps.<system>.default"),
    ("defaultBundler", "bundlers.<system>.default"),
    ("defaultPackage", "packages.<system>.default"),
    ("defaultTemplate", "templates.default"),
    ("devShell", "devShells.<system>.default"),
    ("nixosModule", "nixosModules.default"),
    ("overlay", "overlays.default"),
];

/// FA601: an output under a name that Nix has given up. An alias that warns by itself is the right thing.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        for kind in flake.kinds.iter().filter(|kind| !kind.deprecation_alias) {
            let successor = RENAMED.iter().find(|(old, _)| *old == kind.name);
            if let (Some((old, new)), Some(at)) = (successor, kind.at) {
                out.push(Draft::new(at, *old, format!("output `{old}` is deprecated: its name is now `{new}`")));
            }
        }
    }
}
