//! The truth: what the real Nix says of public flakes, a row a flake.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Top-level names that are not scored.
pub(crate) const SKIPPED: [&str; 6] = ["lib", "self", "inputs", "debug", "allSystems", "currentSystem"];

#[derive(Deserialize)]
pub(crate) struct Row {
    pub(crate) repo: String,
    pub(crate) commit: Option<String>,
    pub(crate) subdir: Option<String>,
    pub(crate) status: String,
    pub(crate) top: Vec<String>,
    #[serde(default)]
    pub(crate) names: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) systems: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) system_used: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) types: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) unknown: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) opaque: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(crate) throws_in_nix: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    pub(crate) tainted_by: Vec<String>,
    #[serde(default)]
    pub(crate) facts: Facts,
}

#[derive(Deserialize, Default)]
pub(crate) struct Facts {
    #[serde(default)]
    pub(crate) framework: Option<String>,
}

impl Row {
    pub(crate) fn framework(&self) -> &str {
        self.facts.framework.as_deref().unwrap_or("unknown")
    }

    /// Whether a path is left out: Nix does not tell it either, or it is all of nixpkgs.
    fn left_out(&self, path: &str) -> bool {
        let all = self.unknown.keys().chain(self.opaque.keys()).chain(self.throws_in_nix.keys());
        // `packages.x86_64-linux` leaves out the kind: names of one system are scored.
        all.into_iter().any(|out| out == path || out.starts_with(&format!("{path}.")) || below(path, out))
    }

    pub(crate) fn is_scored(&self, kind: &str) -> bool {
        !is_skipped(kind) && !self.left_out(kind)
    }

    /// Top-level names that are scored.
    pub(crate) fn kinds(&self) -> BTreeSet<&str> {
        self.top.iter().map(String::as_str).filter(|kind| !is_skipped(kind)).collect()
    }

    /// The names of a kind; `None` where the truth does not tell them.
    pub(crate) fn names_of(&self, kind: &str) -> Option<BTreeSet<&str>> {
        if let Some(names) = self.names.get(kind) {
            return Some(names.iter().map(String::as_str).collect());
        }
        match self.types.get(kind).map(String::as_str) {
            Some("set" | "functor") => None,
            // A value without names: naming something below it is wrong.
            Some(_) => Some(BTreeSet::new()),
            // A kind that is not there at all has no names.
            None if !self.top.iter().any(|name| name == kind) && kind != "deploy.nodes" => Some(BTreeSet::new()),
            None => None,
        }
    }

    /// Lists of this row are lower bounds: modules that are not at hand could add to them.
    pub(crate) fn is_lower_bound(&self) -> bool {
        !self.tainted_by.is_empty()
    }

    /// Where the checkout is.
    pub(crate) fn checkout(&self, repos: &Path) -> Option<PathBuf> {
        let plus = self.repo.replace('/', "+");
        let commit = self.commit.as_deref().unwrap_or_default();
        // The commit as long as somebody writes it.
        let dated = (7..=commit.len()).filter_map(|digits| Some(format!("{plus}@{}", commit.get(..digits)?)));
        dated
            .chain([plus.clone(), self.repo.clone()])
            .map(|name| repos.join(name))
            .find(|path| path.is_dir())
    }
}

pub(crate) fn is_skipped(kind: &str) -> bool {
    SKIPPED.contains(&kind.split('.').next().unwrap_or(kind))
}

/// Whether a path is another one or lies below it; `""` is the whole.
pub(crate) fn below(path: &str, other: &str) -> bool {
    other.is_empty() || path == other || path.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'))
}
