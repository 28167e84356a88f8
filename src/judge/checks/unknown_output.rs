use super::{Context, Sink, sound_flakes};
use crate::config::located::nearest;
use crate::finding::Confidence;
use crate::judge::sink::Draft;

/// Names that a slip of the pen may have meant.
const COMMON: [&str; 20] = [
    "apps",
    "bundlers",
    "checks",
    "darwinConfigurations",
    "darwinModules",
    "devShells",
    "flakeModules",
    "formatter",
    "homeConfigurations",
    "homeModules",
    "hydraJobs",
    "legacyPackages",
    "lib",
    "nixosConfigurations",
    "nixosModules",
    "overlays",
    "packages",
    "schemas",
    "templates",
    "nixConfig",
];

/// FA602: a top-level output that neither Nix nor the ecosystem knows.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let allowed = context.options.list("allow");
    for flake in sound_flakes(context.facts) {
        for kind in &flake.kinds {
            let (name, Some(at)) = (&kind.name, kind.at) else { continue };
            if allowed.contains(name) || kind.deprecation_alias {
                continue;
            }
            if name == "homeManagerModules" {
                let message = "output `homeManagerModules` is called `homeModules` by Nix";
                out.push(Draft::new(at, name.clone(), message).confidence(Confidence::High));
            } else if !kind.known {
                let draft = match nearest(name, &COMMON) {
                    Some(near) => {
                        let message = format!("output `{name}` is not one that Nix knows; did you mean `{near}`?");
                        Draft::new(at, name.clone(), message).confidence(Confidence::Medium)
                    }
                    None => Draft::new(at, name.clone(), format!("output `{name}` is not one that Nix knows")),
                };
                out.push(draft);
            }
        }
    }
}
