use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;

/// FAW06: nix-ros-overlay with a nixpkgs that is not its own.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for flake in sound_flakes(context.facts) {
        let ros = |source: Option<&str>| source == Some("github:lopsided98/nix-ros-overlay");
        for input in flake.inputs.iter().filter(|input| ros(input.source.as_deref())) {
            let Some(over) = input.overrides.iter().find(|over| over.path == "nixpkgs") else { continue };
            let message = format!("`{}` is given another nixpkgs than the one it is made for", input.name);
            let note =
                format!("the other direction keeps both alike: `inputs.nixpkgs.follows = \"{}/nixpkgs\";`", input.name);
            out.push(Draft::new(over.at, input.name.clone(), message).note(note));
        }
    }
}
