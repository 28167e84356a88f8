//! Where new files go: the project's own folders first, then the community's.

use std::collections::BTreeSet;

use crate::measure::{Facts, FlakeRow, ReadingRow};

/// Folders for new code, the first that nothing reads as a whole.
const BASES: &[&str] = &["nix", "flake", "flake-files"];

/// Folders that projects keep the code of their flake in, besides those.
const OWN: &[&str] = &["nix", "flake", "parts", "flake-parts", "flake-modules", "packaging", "outputs"];

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
    /// Whether a framework gives folders of usual names a meaning.
    named: bool,
    /// Folders of [`OWN`] that `flake.nix` reads files of.
    own: Vec<&'static str>,
    taken: BTreeSet<String>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(facts: &'a Facts, flake: &FlakeRow) -> Self {
        let prefix =
            if flake.path.is_empty() || flake.path == "." { String::new() } else { format!("{}/", flake.path) };
        let read = |base: &&&str| {
            let inside = format!("{prefix}{base}/");
            let mut read = facts.routes.imports.iter().filter(|one| one.from == flake.file);
            read.any(|one| facts.file(one.to).is_some_and(|row| row.path.starts_with(&inside)))
        };
        let own = OWN.iter().filter(read).copied().collect();
        Self { facts, own, prefix, named: ReadingRow::takes_names(&flake.frameworks), taken: BTreeSet::new() }
    }

    fn has(&self, folder: &str) -> bool {
        let inside = format!("{}{folder}/", self.prefix);
        self.facts.files.iter().any(|row| row.path.starts_with(&inside))
    }

    /// The folder of a family: one below `nix/` that exists, one of the project's own, else a new one below `nix/`.
    /// Where a new file would be found by code that reads the folder as a whole, another one.
    pub(super) fn folder(&self, family: &str) -> String {
        let base = self.base();
        let below = format!("{base}/{family}");
        if !self.named && !self.has(&below) && !self.has(base) {
            let known = KNOWN.iter().find(|(name, _)| *name == family).map_or(&[][..], |(_, folders)| *folders);
            if let Some(found) = known.iter().find(|folder| self.has(folder) && self.is_quiet(folder)) {
                return format!("{}{found}", self.prefix);
            }
        }
        format!("{}{below}", self.prefix)
    }

    /// The folder for code that no family has a folder for: the one that `flake.nix` has its code in already, else a
    /// usual one.
    pub(super) fn base(&self) -> &'static str {
        if let Some(own) = self.own.iter().find(|base| (!self.named || **base != "nix") && self.is_quiet(base)) {
            return own;
        }
        let bases = BASES.iter().filter(|base| !self.named || **base != "nix");
        let quiet = bases.clone().find(|base| self.is_quiet(base));
        quiet.or(bases.clone().next()).unwrap_or(&"nix")
    }

    /// The same, from the workspace's root.
    pub(super) fn base_path(&self) -> String {
        format!("{}{}", self.prefix, self.base())
    }

    /// Whether nothing notices a new file in a folder.
    fn is_quiet(&self, folder: &str) -> bool {
        let path = format!("{}{folder}/new.nix", self.prefix);
        let exists = |folder: &str| {
            let inside = format!("{folder}/");
            self.facts.files.iter().any(|row| row.path.starts_with(&inside))
        };
        self.facts.reading.notices(&path, &exists).is_none()
    }

    /// Whether a file exists or is promised.
    pub(super) fn exists(&self, path: &str) -> bool {
        self.taken.contains(path) || self.facts.files.iter().any(|row| row.path == path)
    }

    /// Notes that a path is promised.
    pub(super) fn take(&mut self, path: &str) {
        self.taken.insert(path.to_owned());
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
