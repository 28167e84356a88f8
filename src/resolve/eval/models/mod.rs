//! Models of libraries outside the workspace: short Nix files written for this project, one a library,
//! chosen by the *source* of an input and never by a function's name.
//!
//! A model is a function from `{ lib, name, inputs }` (the modelled `nixpkgs.lib`, the input's name, the
//! flake's inputs) to what stands for the input.

use std::sync::OnceLock;

use super::super::ir::Ir;

/// A model and the sources it stands for.
struct Model {
    /// Its Nix code.
    text: &'static str,
    /// `forge:owner/repo` in lower case; a trailing `*` matches any rest.
    sources: &'static [&'static str],
}

/// Place of the model of `nixpkgs.lib` in the list.
pub(super) const LIB: u32 = 0;
/// What stands for the folder of the models in the paths by which they import their parts.
pub(super) const FOLDER: &str = "/.models.";

/// All models. One list.
const MODELS: &[Model] = &[
    Model { text: include_str!("lib.nix"), sources: &[] },
    Model {
        text: include_str!("nixpkgs-lib.nix"),
        sources: &["github:nix-community/nixpkgs.lib", "github:nixos/nixpkgs?dir=lib"],
    },
    Model {
        text: include_str!("nixpkgs.nix"),
        sources: &[
            "github:nixos/nixpkgs",
            "github:nixos/nixpkgs-channels",
            "flakehub:nixos/nixpkgs",
            "flakehub:determinatesystems/nixpkgs-weekly",
            "github:cachix/devenv-nixpkgs",
            "channels.nixos.org",
            "https://channels.nixos.org/*",
            "https://nixos.org/channels/*",
            "https://releases.nixos.org/*",
            "git+https://github.com/nixos/nixpkgs*",
            "github:nixos/nixpkgs*",
        ],
    },
    Model {
        text: include_str!("flake-utils.nix"),
        sources: &["github:numtide/flake-utils", "flakehub:numtide/flake-utils"],
    },
    Model {
        text: include_str!("flake-parts.nix"),
        sources: &["github:hercules-ci/flake-parts", "flakehub:hercules-ci/flake-parts"],
    },
    Model { text: include_str!("systems.nix"), sources: &["github:nix-systems/*"] },
    Model { text: include_str!("import-tree.nix"), sources: &["github:vic/import-tree", "github:denful/import-tree"] },
    Model { text: include_str!("treefmt-nix.nix"), sources: &["github:numtide/treefmt-nix"] },
    Model {
        text: include_str!("git-hooks.nix"),
        sources: &["github:cachix/git-hooks.nix", "github:cachix/pre-commit-hooks.nix"],
    },
    Model { text: include_str!("devshell.nix"), sources: &["github:numtide/devshell"] },
];

/// Parts of models, by the path that imports them.
const PARTS: &[(&str, &str)] = &[
    ("lib.nix", include_str!("lib.nix")),
    ("nixpkgs/attrsets.nix", include_str!("nixpkgs/attrsets.nix")),
    ("nixpkgs/builders.nix", include_str!("nixpkgs/builders.nix")),
    ("nixpkgs/customisation.nix", include_str!("nixpkgs/customisation.nix")),
    ("nixpkgs/filesystem.nix", include_str!("nixpkgs/filesystem.nix")),
    ("nixpkgs/lists.nix", include_str!("nixpkgs/lists.nix")),
    ("nixpkgs/misc.nix", include_str!("nixpkgs/misc.nix")),
    ("nixpkgs/strings.nix", include_str!("nixpkgs/strings.nix")),
    ("nixpkgs/systems.nix", include_str!("nixpkgs/systems.nix")),
    ("nixpkgs/trivial.nix", include_str!("nixpkgs/trivial.nix")),
];

/// The text of a model or a part; parts are numbered after the models.
fn text(number: u32) -> &'static str {
    let number = number as usize;
    MODELS.get(number).map_or_else(|| PARTS[number - MODELS.len()].1, |model| model.text)
}

/// The part that a path names, from [`FOLDER`] on.
pub(super) fn part(path: &str) -> Option<u32> {
    let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    let at = PARTS.iter().position(|(part, _)| *part == name)?;
    Some((MODELS.len() + at) as u32)
}

/// The model for a source, if there is one.
pub(super) fn find(source: &str) -> Option<u32> {
    let fits = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(prefix) => source.starts_with(prefix),
        None => source == *pattern,
    };
    // A fork of nixpkgs keeps its name, and offers what nixpkgs offers.
    let source = match source.split_once(':') {
        Some(("github" | "gitlab" | "codeberg", path)) if path.ends_with("/nixpkgs") => "github:nixos/nixpkgs",
        _ => source,
    };
    let exact = MODELS.iter().position(|m| m.sources.contains(&source));
    let found = exact.or_else(|| MODELS.iter().position(|m| m.sources.iter().any(fits)));
    found.map(|at| at as u32)
}

/// The lowered code of a model.
pub(super) fn ir(model: u32) -> &'static Ir {
    static LOWERED: OnceLock<Vec<OnceLock<Ir>>> = OnceLock::new();
    let all = LOWERED.get_or_init(|| (0..MODELS.len() + PARTS.len()).map(|_| OnceLock::new()).collect());
    all[model as usize].get_or_init(|| {
        let parsed = rnix::Root::parse(text(model));
        super::super::lower::lower(parsed.syntax().green().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_parses() {
        for number in 0..(MODELS.len() + PARTS.len()) as u32 {
            let text = text(number);
            let errors: Vec<String> = rnix::Root::parse(text).errors().iter().map(ToString::to_string).collect();
            assert!(errors.is_empty(), "{errors:?} in {text:.60}");
        }
    }
}
