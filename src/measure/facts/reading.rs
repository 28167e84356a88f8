//! Which directories code reads as a whole: a new file there would not go unnoticed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::source::Span;

/// Frameworks that look for directories of certain names in a flake: a new file there is a new output.
const BY_NAME: &[&str] = &["blueprint", "clan", "flakelight", "nixos-unified", "snowfall", "std"];
/// Frameworks that load whatever is in the directory they are given.
const BY_PATH: &[&str] = &["haumea", "import-tree"];

/// Directories that are read as a whole, relative to the root, which is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadingRow {
    /// Those that are taken with all that is below them.
    pub whole: BTreeSet<String>,
    /// Those whose own entries evaluation lists.
    pub listed: BTreeSet<String>,
    /// Whether some code makes a value of the whole workspace.
    pub root: bool,
    /// Where the path to some of them is written.
    #[serde(skip)]
    pub places: BTreeMap<String, Span>,
}

impl ReadingRow {
    /// The directory that would have another entry if `path` were created; `exists` says whether a directory is there.
    pub fn notices(&self, path: &str, exists: &dyn Fn(&str) -> bool) -> Option<&str> {
        let below = |folder: &&String| folder.is_empty() || path.starts_with(&format!("{folder}/"));
        let own = |folder: &&String| {
            let inside = if folder.is_empty() { Some(path) } else { path.strip_prefix(&format!("{folder}/")) };
            inside.is_some_and(|rest| match rest.split_once('/') {
                None => true,
                Some((first, _)) if folder.is_empty() => !exists(first),
                Some((first, _)) => !exists(&format!("{folder}/{first}")),
            })
        };
        let whole = self.whole.iter().find(below);
        whole.or_else(|| self.listed.iter().find(own)).map(String::as_str)
    }

    /// Whether folders of the usual names are taken by a framework of a flake.
    pub fn takes_names(frameworks: &[String]) -> bool {
        frameworks.iter().any(|name| BY_NAME.contains(&name.as_str()))
    }

    /// The framework of a flake that may load any new file.
    pub fn loads_all<'a>(&self, frameworks: &'a [String]) -> Option<&'a str> {
        let name = frameworks.iter().find(|name| BY_PATH.contains(&name.as_str()))?;
        self.root.then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::ReadingRow;

    #[test]
    fn a_listed_directory_sees_its_own_entries_alone() {
        let set = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
        let row = ReadingRow { whole: set(&["pkgs"]), listed: set(&["hosts", ""]), ..ReadingRow::default() };
        let exists = |path: &str| matches!(path, "pkgs" | "hosts" | "hosts/one" | "nix");
        let notices = |path: &str| row.notices(path, &exists);
        assert_eq!(notices("pkgs/deep/new.nix"), Some("pkgs"));
        assert_eq!(notices("hosts/new.nix"), Some("hosts"));
        assert_eq!(notices("hosts/two/new.nix"), Some("hosts"));
        assert_eq!(notices("hosts/one/new.nix"), None);
        assert_eq!(notices("nix/new.nix"), None);
        assert_eq!(notices("new/new.nix"), Some(""));
    }
}
