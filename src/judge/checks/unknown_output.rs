use super::{Context, Sink, name_list, sound_flakes};
use crate::finding::Confidence;
use crate::judge::sink::Draft;
use crate::measure::{FlakeRow, KindRow};
use crate::source::Span;

/// Names that a slip of the pen may have meant.
const COMMON: [&str; 19] = [
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
];

/// From this many on, names without a near one are told in one finding.
const TOLD_TOGETHER: usize = 4;

/// FA602: a top-level output that neither Nix nor the ecosystem knows.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let allowed = context.options.list("allow");
    for flake in sound_flakes(context.facts) {
        let mut unknown = Vec::new();
        for (kind, at) in written(flake).filter(|(kind, _)| !allowed.contains(&kind.name)) {
            let name = &kind.name;
            if name == "homeManagerModules" {
                if flake.kinds.iter().any(|other| other.name == "homeModules") {
                    continue;
                }
                let message = "output `homeManagerModules` is called `homeModules` by Nix";
                out.push(Draft::new(at, name.clone(), message).confidence(Confidence::High));
            } else if name == "nixConfig" {
                let message = "output `nixConfig` configures nothing; Nix reads it beside `outputs`";
                out.push(Draft::new(at, name.clone(), message).confidence(Confidence::Medium));
            } else if let Some(near) = slip_of(name).filter(|_| !kind.known) {
                let message = format!("output `{name}` is not one that Nix knows; did you mean `{near}`?");
                out.push(Draft::new(at, name.clone(), message).confidence(Confidence::Medium));
            } else if !kind.known {
                unknown.push((name.as_str(), at));
            }
        }
        unknown.sort_by_key(|(_, at)| *at);
        tell(&unknown, out);
    }
}

/// Outputs whose name is written in the workspace and is no alias for an old one.
fn written(flake: &FlakeRow) -> impl Iterator<Item = (&KindRow, Span)> {
    flake
        .kinds
        .iter()
        .filter(|kind| !kind.deprecation_alias)
        .filter_map(|kind| kind.at.map(|at| (kind, at)))
}

/// The common name that `name` may have been meant as: one letter off, or two in a long name.
fn slip_of(name: &str) -> Option<&'static str> {
    let far = |near: &str| strsim::damerau_levenshtein(name, near);
    let most = |near: &str| if near.len() < 11 { 1 } else { 2 };
    COMMON.into_iter().filter(|near| far(near) <= most(near)).min_by_key(|near| far(near))
}

fn tell(unknown: &[(&str, Span)], out: &mut Sink<'_>) {
    if let [(first, at), rest @ ..] = unknown
        && unknown.len() >= TOLD_TOGETHER
    {
        let names = name_list(unknown.iter().map(|(name, _)| *name), 6);
        let message = format!("{} outputs are not ones that Nix knows: {names}", unknown.len());
        let draft = Draft::new(*at, *first, message);
        out.push(rest.iter().take(5).fold(draft, |draft, (name, at)| draft.related(*at, format!("`{name}`"))));
        return;
    }
    for (name, at) in unknown {
        out.push(Draft::new(*at, *name, format!("output `{name}` is not one that Nix knows")));
    }
}
