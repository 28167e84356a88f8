//! Where new files go: the project's own folders first, then the community's.

use std::collections::BTreeSet;

use crate::measure::{Facts, FlakeRow};

/// Folders at the top of a project that serve a family, besides the family's own name.
const KNOWN: &[(&str, &[&str])] = &[
    ("packages", &["pkgs", "packages"]),
    ("shells", &["shells", "devshells", "devShells"]),
    ("hosts", &["hosts", "machines", "systems"]),
    ("home", &["home", "homes", "users"]),
    ("modules", &["modules"]),
    ("overlays", &["overlays"]),
    ("lib", &["lib"]),
    ("checks", &["checks", "tests"]),
    ("darwin", &["darwin"]),
    ("templates", &["templates"]),
    ("images", &["images"]),
    ("commands", &["commands", "scripts"]),
];

/// Paths of a flake's folder, existing and promised.
pub(super) struct Layout<'a> {
    facts: &'a Facts,
    /// The flake's folder with a slash, empty for the root.
    prefix: String,
    taken: BTreeSet<String>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(facts: &'a Facts, flake: &FlakeRow) -> Self {
        let prefix =
            if flake.path.is_empty() || flake.path == "." { String::new() } else { format!("{}/", flake.path) };
        Self { facts, prefix, taken: BTreeSet::new() }
    }

    fn has(&self, folder: &str) -> bool {
        let inside = format!("{}{folder}/", self.prefix);
        self.facts.files.iter().any(|row| row.path.starts_with(&inside))
    }

    /// The folder of a family: one below `nix/` that exists, one of the project's own, else a new one below `nix/`.
    pub(super) fn folder(&self, family: &str) -> String {
        let below = format!("nix/{family}");
        if !self.has(&below) && !self.has("nix") {
            let known = KNOWN.iter().find(|(name, _)| *name == family).map_or(&[][..], |(_, folders)| *folders);
            if let Some(found) = known.iter().find(|folder| self.has(folder)) {
                return format!("{}{found}", self.prefix);
            }
        }
        format!("{}{below}", self.prefix)
    }

    /// Whether a file exists or is promised.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.taken.contains(path) || self.facts.files.iter().any(|row| row.path == path)
    }

    /// Takes a path that no file has yet, nor a folder of the same name.
    pub(super) fn fresh(&mut self, folder: &str, name: &str) -> String {
        let mut stem = format!("{folder}/{name}");
        let plain = stem.clone();
        let mut nth = 1;
        while self.exists(&format!("{stem}.nix")) || self.is_folder(&stem) {
            nth += 1;
            stem = format!("{plain}-{nth}");
        }
        let path = format!("{stem}.nix");
        self.taken.insert(path.clone());
        path
    }

    fn is_folder(&self, stem: &str) -> bool {
        let inside = format!("{stem}/");
        self.facts.files.iter().any(|row| row.path.starts_with(&inside))
            || self.taken.iter().any(|path| path.starts_with(&inside))
    }

    /// Takes `default.nix` in a folder, where it is free.
    pub(super) fn tie(&mut self, folder: &str) -> Option<String> {
        let path = format!("{folder}/default.nix");
        let free = !self.exists(&path);
        free.then(|| {
            self.taken.insert(path.clone());
            path
        })
    }
}

/// A name as a file has it.
pub(super) fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
