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
    Model {
        text: include_str!("flake-schemas.nix"),
        sources: &["github:determinatesystems/flake-schemas", "flakehub:determinatesystems/flake-schemas"],
    },
    // The module system of nixpkgs.lib.
    Model { text: include_str!("nixpkgs/modules.nix"), sources: &["model:modules"] },
    Model { text: include_str!("nixpkgs/types.nix"), sources: &["model:types"] },
    Model { text: include_str!("systems.nix"), sources: &["github:nix-systems/*"] },
    Model { text: include_str!("import-tree.nix"), sources: &["github:vic/import-tree", "github:denful/import-tree"] },
    // Inputs that flakes import modules of flake-parts from, or functions that make names.
    Model { text: include_str!("flake-parts/treefmt-nix.nix"), sources: &["github:numtide/treefmt-nix"] },
    Model {
        text: include_str!("flake-parts/git-hooks.nix"),
        sources: &[
            "github:cachix/git-hooks.nix",
            "github:cachix/pre-commit-hooks.nix",
            "github:hercules-ci/pre-commit-hooks.nix",
        ],
    },
    Model { text: include_str!("flake-parts/devshell.nix"), sources: &["github:numtide/devshell"] },
    Model { text: include_str!("flake-parts/devenv.nix"), sources: &["github:cachix/devenv"] },
    Model {
        text: include_str!("flake-parts/process-compose-flake.nix"),
        sources: &["github:platonic-systems/process-compose-flake", "github:f-prov/process-compose-flake"],
    },
    Model { text: include_str!("flake-parts/services-flake.nix"), sources: &["github:juspay/services-flake"] },
    Model {
        text: include_str!("flake-parts/haskell-flake.nix"),
        sources: &["github:srid/haskell-flake", "github:platonic-systems/haskell-flake"],
    },
    Model { text: include_str!("flake-parts/flake-root.nix"), sources: &["github:srid/flake-root"] },
    Model {
        text: include_str!("flake-parts/mission-control.nix"),
        sources: &["github:platonic-systems/mission-control"],
    },
    Model { text: include_str!("flake-parts/just-flake.nix"), sources: &["github:juspay/just-flake"] },
    Model { text: include_str!("flake-parts/rust-flake.nix"), sources: &["github:juspay/rust-flake"] },
    Model { text: include_str!("flake-parts/agenix-rekey.nix"), sources: &["github:oddlama/agenix-rekey"] },
    Model { text: include_str!("flake-parts/agenix-shell.nix"), sources: &["github:aciceri/agenix-shell"] },
    Model { text: include_str!("flake-parts/ez-configs.nix"), sources: &["github:ehllie/ez-configs"] },
    Model {
        text: include_str!("flake-parts/easy-hosts.nix"),
        sources: &["github:tgirlcloud/easy-hosts", "github:isabelroses/easy-hosts"],
    },
    Model {
        text: include_str!("flake-parts/hercules-ci-effects.nix"),
        sources: &["github:hercules-ci/hercules-ci-effects"],
    },
    Model {
        text: include_str!("flake-parts/github-actions-nix.nix"),
        sources: &["github:synapdeck/github-actions-nix"],
    },
    Model { text: include_str!("flake-parts/actions-nix.nix"), sources: &["github:nialov/actions.nix"] },
    Model { text: include_str!("flake-parts/nix-topology.nix"), sources: &["github:oddlama/nix-topology"] },
    Model { text: include_str!("flake-parts/terranix.nix"), sources: &["github:terranix/terranix"] },
    Model {
        text: include_str!("flake-parts/nixos-unified.nix"),
        sources: &["github:srid/nixos-unified", "github:srid/nixos-flake"],
    },
    Model { text: include_str!("flake-parts/landrun-nix.nix"), sources: &["github:srid/landrun-nix"] },
    Model { text: include_str!("flake-parts/emanote.nix"), sources: &["github:srid/emanote"] },
    Model {
        text: include_str!("flake-parts/pkgs-by-name.nix"),
        sources: &["github:drupol/pkgs-by-name-for-flake-parts"],
    },
    Model { text: include_str!("flake-parts/make-shell.nix"), sources: &["github:nicknovitski/make-shell"] },
    Model { text: include_str!("flake-parts/flat-flake.nix"), sources: &["github:linyinfeng/flat-flake"] },
    Model { text: include_str!("flake-parts/nix-unit.nix"), sources: &["github:nix-community/nix-unit"] },
    Model { text: include_str!("flake-parts/disko.nix"), sources: &["github:nix-community/disko"] },
    Model { text: include_str!("flake-parts/nixidy.nix"), sources: &["github:arnarg/nixidy"] },
    Model { text: include_str!("flake-parts/nixvim.nix"), sources: &["github:nix-community/nixvim"] },
    Model { text: include_str!("flake-parts/files.nix"), sources: &["github:mightyiam/files"] },
    Model { text: include_str!("flake-parts/wrapper-modules.nix"), sources: &["github:birdeehub/nix-wrapper-modules"] },
    Model { text: include_str!("flake-parts/dev-flake.nix"), sources: &["github:terlar/dev-flake"] },
    Model { text: include_str!("flake-parts/fourmolu-nix.nix"), sources: &["github:jedimahdi/fourmolu-nix"] },
    Model { text: include_str!("flake-parts/crane.nix"), sources: &["github:ipetkov/crane"] },
    Model {
        text: include_str!("flake-parts/flake-file.nix"),
        sources: &["github:vic/flake-file", "github:denful/flake-file"],
    },
    Model { text: include_str!("flake-parts/lite-config.nix"), sources: &["github:ataraxiasjel/lite-config"] },
    // Frameworks that build outputs. `model:` is what models call by name.
    Model { text: include_str!("frameworks/common.nix"), sources: &["model:frameworks"] },
    Model {
        text: include_str!("frameworks/blueprint.nix"),
        sources: &["github:numtide/blueprint", "flakehub:numtide/blueprint"],
    },
    Model {
        text: include_str!("frameworks/flake-utils-plus.nix"),
        sources: &["github:gytis-ivaskevicius/flake-utils-plus", "flakehub:gytis-ivaskevicius/flake-utils-plus"],
    },
    Model {
        text: include_str!("frameworks/snowfall.nix"),
        sources: &["github:snowfallorg/lib", "flakehub:snowfallorg/lib"],
    },
    Model {
        text: include_str!("frameworks/flakelight.nix"),
        sources: &[
            "github:nix-community/flakelight",
            "github:accelbread/flakelight",
            "github:accelbread/flakelight-elisp",
            "github:accelbread/flakelight-rust",
            "github:accelbread/flakelight-zig",
            "github:cmacrae/flakelight-darwin",
        ],
    },
    Model {
        text: include_str!("frameworks/flake-compat.nix"),
        sources: &[
            "github:edolstra/flake-compat",
            "github:nixos/flake-compat",
            "github:nix-community/flake-compat",
            "flakehub:edolstra/flake-compat",
            "https://git.lix.systems/lix-project/flake-compat*",
            "https://git.lix.systems/api/v1/repos/lix-project/flake-compat*",
        ],
    },
    Model { text: include_str!("frameworks/haumea.nix"), sources: &["github:nix-community/haumea"] },
    // Libraries of hosts. `model:` is what models call by name.
    Model { text: include_str!("frameworks/configuration.nix"), sources: &["model:configuration"] },
    Model {
        text: include_str!("frameworks/home-manager.nix"),
        sources: &["github:nix-community/home-manager", "flakehub:nix-community/home-manager"],
    },
    Model {
        text: include_str!("frameworks/nix-darwin.nix"),
        sources: &["github:nix-darwin/nix-darwin", "github:lnl7/nix-darwin", "flakehub:nix-darwin/nix-darwin"],
    },
    Model { text: include_str!("frameworks/deploy-rs.nix"), sources: &["github:serokell/deploy-rs"] },
    Model {
        text: include_str!("frameworks/colmena.nix"),
        sources: &["github:zhaofengli/colmena", "github:nix-community/colmena"],
    },
    Model {
        text: include_str!("frameworks/nix-github-actions.nix"),
        sources: &["github:nix-community/nix-github-actions"],
    },
    Model { text: include_str!("frameworks/lib-aggregate.nix"), sources: &["github:nix-community/lib-aggregate"] },
    Model {
        text: include_str!("frameworks/std.nix"),
        sources: &["github:divnix/std", "github:paisano-nix/core", "github:divnix/paisano"],
    },
    Model { text: include_str!("frameworks/hive.nix"), sources: &["github:divnix/hive"] },
    Model { text: include_str!("frameworks/digga.nix"), sources: &["github:divnix/digga"] },
    Model { text: include_str!("frameworks/haskell-nix.nix"), sources: &["github:input-output-hk/haskell.nix"] },
    Model {
        text: include_str!("known.nix"),
        sources: &["github:mitchellh/zig-overlay", "github:nix-community/namaka"],
    },
    Model { text: include_str!("frameworks/den.nix"), sources: &["github:vic/den", "github:denful/den"] },
    Model {
        text: include_str!("frameworks/clan.nix"),
        sources: &["https://git.clan.lol/clan/clan-core*", "github:clan-lol/clan-core"],
    },
];

/// Libraries whose forks are modelled like them, by the name of the repository: a fork keeps what flakes of others
/// call, or the flakes that use it would have to change with it. Only names that no other library has.
const FORKS: &[(&str, &str)] = &[
    ("deploy-rs", "github:serokell/deploy-rs"),
    ("devshell", "github:numtide/devshell"),
    ("flake-schemas", "github:determinatesystems/flake-schemas"),
    ("git-hooks.nix", "github:cachix/git-hooks.nix"),
    ("haskell-flake", "github:srid/haskell-flake"),
    ("hercules-ci-effects", "github:hercules-ci/hercules-ci-effects"),
    ("lite-config", "github:ataraxiasjel/lite-config"),
    ("landrun-nix", "github:srid/landrun-nix"),
    ("pre-commit-hooks.nix", "github:cachix/git-hooks.nix"),
    ("colmena", "github:zhaofengli/colmena"),
    ("flake-compat", "github:edolstra/flake-compat"),
    ("flake-utils-plus", "github:gytis-ivaskevicius/flake-utils-plus"),
    ("flakelight", "github:nix-community/flakelight"),
    ("flakelight-darwin", "github:cmacrae/flakelight-darwin"),
    ("haskell.nix", "github:input-output-hk/haskell.nix"),
    ("haumea", "github:nix-community/haumea"),
    ("nixos-unified", "github:srid/nixos-unified"),
    ("nixvim", "github:nix-community/nixvim"),
    ("process-compose-flake", "github:platonic-systems/process-compose-flake"),
    ("flake-parts", "github:hercules-ci/flake-parts"),
    ("flake-utils", "github:numtide/flake-utils"),
    ("home-manager", "github:nix-community/home-manager"),
    ("import-tree", "github:vic/import-tree"),
    ("nix-darwin", "github:nix-darwin/nix-darwin"),
    ("nix-github-actions", "github:nix-community/nix-github-actions"),
    ("nixpkgs.lib", "github:nix-community/nixpkgs.lib"),
    ("treefmt-nix", "github:numtide/treefmt-nix"),
];

/// Parts of models, by the path that imports them.
const PARTS: &[(&str, &str)] = &[
    ("lib.nix", include_str!("lib.nix")),
    ("nixpkgs/builders.nix", include_str!("nixpkgs/builders.nix")),
    ("nixpkgs/attrsets.nix", include_str!("nixpkgs/attrsets.nix")),
    ("nixpkgs/customisation.nix", include_str!("nixpkgs/customisation.nix")),
    ("nixpkgs/filesystem.nix", include_str!("nixpkgs/filesystem.nix")),
    ("nixpkgs/lists.nix", include_str!("nixpkgs/lists.nix")),
    ("nixpkgs/misc.nix", include_str!("nixpkgs/misc.nix")),
    ("nixpkgs/strings.nix", include_str!("nixpkgs/strings.nix")),
    ("nixpkgs/systems.nix", include_str!("nixpkgs/systems.nix")),
    ("nixpkgs/trivial.nix", include_str!("nixpkgs/trivial.nix")),
];

/// The functions that build packages: the first of the parts but one.
pub(super) const BUILDERS: u32 = MODELS.len() as u32 + 1;

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
    let found = exact.or_else(|| MODELS.iter().position(|m| m.sources.iter().any(fits))).or_else(|| forked(source));
    found.map(|at| at as u32)
}

/// Whether the library of a source reads files with `scopedImport`, which gives them names that nothing in them shows.
pub(crate) fn reads_scoped(source: &str) -> bool {
    find(source).is_some_and(|model| text(model).contains("scopedImport"))
}

/// The model for a fork of a library, or a registry's name for it.
fn forked(source: &str) -> Option<usize> {
    let of = |original: &str| MODELS.iter().position(|m| m.sources.contains(&original));
    if super::super::source_id::is_nixpkgs(source) {
        return of("github:nixos/nixpkgs");
    }
    if source.contains('?') || source.starts_with("path:") {
        return None;
    }
    let name = source.rsplit(['/', ':']).next()?;
    let (_, original) = FORKS.iter().find(|(fork, _)| *fork == name)?;
    of(original)
}

/// The lowered code of a model.
pub(super) fn ir(model: u32) -> &'static Ir {
    static LOWERED: OnceLock<Vec<OnceLock<Ir>>> = OnceLock::new();
    let all = LOWERED.get_or_init(|| (0..MODELS.len() + PARTS.len()).map(|_| OnceLock::new()).collect());
    all[model as usize].get_or_init(|| super::super::lower::of_text(text(model)))
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
