//! Concerns: which responsibility an output belongs to, by its kind and by evidence in its code.

/// Concern of an output kind. `image` says that the output's code names a builder of images or containers.
pub fn of_output(kind: &str, image: bool) -> &'static str {
    match of_kind(kind) {
        "packages" | "apps" if image => "images and containers",
        concern => concern,
    }
}

/// Concern of an output kind.
pub fn of_kind(kind: &str) -> &'static str {
    match kind {
        "packages" | "legacyPackages" | "defaultPackage" | "pkgs" => "packages",
        "devShells" | "devShell" | "devshells" => "dev shells",
        "overlays" | "overlay" => "overlays",
        "nixosModules" | "nixosModule" => "NixOS modules",
        "nixosConfigurations" | "systemConfigs" => "hosts",
        "darwinConfigurations" | "darwinModules" | "darwinModule" => "darwin",
        "homeConfigurations"
        | "homeModules"
        | "homeModule"
        | "homeManagerModules"
        | "homeManagerModule"
        | "homeManagerConfigurations"
        | "hmModules" => "home",
        "images" | "dockerImages" | "containers" | "ociImages" | "nixosImages" | "isos" | "microvms" => {
            "images and containers"
        }
        "checks" | "hydraJobs" | "ciJobs" | "githubActions" | "herculesCI" | "tests" | "effects" => "checks",
        "apps" | "defaultApp" => "apps",
        "lib" | "libs" | "flakeModule" | "flakeModules" | "modules" | "__functor" | "mkLib" => "library",
        "templates" | "defaultTemplate" => "templates",
        "formatter" => "formatter",
        "deploy" | "deploy.nodes" | "colmena" | "colmenaHive" | "nixopsConfigurations" | "nixosDeployments" => {
            "deployment"
        }
        _ => "other outputs",
    }
}

/// Whether Nix (`nix flake check`) or a widely used tool reads a top-level output of this name.
pub fn is_known_kind(kind: &str) -> bool {
    const TOOLS: &[&str] = &[
        "bundlers",
        "defaultBundler",
        "schemas",
        "apps",
        "effects",
        "nixOnDroidConfigurations",
        "nixosTests",
        "darwinModule",
        "flakeModule",
        "flakeModules",
        "modules",
        "debug",
        "allSystems",
        "currentSystem",
        "inputs",
        "self",
        "ciJobs",
        "githubActions",
        "herculesCI",
        "hydraJobs",
        "systemConfigs",
        "colmena",
        "colmenaHive",
        "deploy",
        "nixopsConfigurations",
        "topology",
        "agenix-rekey",
        "images",
        "dockerImages",
        "containers",
        "microvms",
        "homeModule",
        "homeManagerModule",
        "hmModules",
        "nixvimModules",
        "nixvimConfigurations",
        "clan",
        "clanInternals",
        "std",
        "cells",
        "devshells",
        "process-compose",
        "vimPlugins",
        "buildbot",
        "nixbot",
        "om",
        "omnix",
        "nixci",
        "flox",
        "tests",
        "libTests",
        "unitTests",
        "systems",
        "defaultTemplate",
        "packagesFunc",
        "overridePackages",
        "nixosModule",
        "legacyPackages",
        "ci",
        "pkgs",
        "lib",
        "libs",
        "docs",
        "evalModules",
        "wrapperModules",
        "wrappers",
        "robotnixConfigurations",
        "nixidyEnvs",
        "arionConfigurations",
        "terraformConfigurations",
        "githubActionsMatrix",
        "nixondroidConfigurations",
        "robotnixModules",
        "darwinConfigurations",
        "stylix",
    ];
    of_kind(kind) != "other outputs" || TOOLS.contains(&kind)
}
