//! Where a workspace may be taken apart.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::AhoCorasick;

use crate::discover::Entry;
use crate::resolve::ways::{self, Way};
use crate::resolve::{self, Lowered};
use crate::source::Sources;

/// The files of a workspace and where it may be taken apart.
pub(super) struct Map<'a> {
    pub(super) wanted: &'a [&'a Entry],
    /// Files of each part: a range of `wanted`.
    pub(super) parts: Vec<Range<usize>>,
    /// Parts that are projects in order, with their directories.
    projects: Vec<(usize, &'a str)>,
    /// Finds the last names of those directories.
    names: Option<AhoCorasick>,
    /// By name that is found: the projects that have it.
    named: Vec<Vec<(usize, &'a str)>>,
}

impl<'a> Map<'a> {
    pub(super) fn new(wanted: &'a [&'a Entry], whole: bool) -> Self {
        let directories: BTreeSet<&str> =
            wanted.iter().filter_map(|entry| directory_of(entry.path.strip_suffix("flake.nix")?)).collect();
        let mut map = Self { wanted, parts: Vec::new(), projects: Vec::new(), names: None, named: Vec::new() };
        let above =
            |directory: &str| directory.match_indices('/').any(|(at, _)| directories.contains(&directory[..at]));
        let mut next = 0;
        if !whole && !directories.contains("") {
            let outermost = directories.iter().filter(|directory| !above(directory));
            let mut outermost: Vec<_> = outermost.map(|directory| (map.below(directory), *directory)).collect();
            outermost.sort_by_key(|(files, _)| files.start);
            for (files, directory) in outermost {
                if next < files.start {
                    map.parts.push(next..files.start);
                }
                next = files.end;
                map.projects.push((map.parts.len(), directory));
                map.parts.push(files);
            }
        }
        if next < wanted.len() {
            map.parts.push(next..wanted.len());
        }
        let mut named: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
        for (part, directory) in &map.projects {
            named.entry(directory.rsplit('/').next().unwrap_or(directory)).or_default().push((*part, directory));
        }
        map.names = AhoCorasick::new(named.keys()).ok();
        map.named = named.into_values().collect();
        map
    }

    /// Files below a directory; `""` is the root.
    fn below(&self, directory: &str) -> Range<usize> {
        if directory.is_empty() {
            return 0..self.wanted.len();
        }
        let prefix = format!("{directory}/");
        let start = self.wanted.partition_point(|entry| *entry.path < *prefix);
        let length = self.wanted[start..].partition_point(|entry| entry.path.starts_with(&prefix));
        start..start + length
    }

    /// Files of some parts that stand beside each other.
    pub(super) fn files(&self, parts: &Range<usize>) -> Range<usize> {
        self.parts[parts.start].start..self.parts[parts.end - 1].end
    }

    /// Parts that hold some files that stand beside each other.
    fn holders(&self, files: Range<usize>) -> Range<usize> {
        if files.is_empty() {
            return 0..0;
        }
        let start = self.parts.partition_point(|part| part.end <= files.start);
        start..self.parts.partition_point(|part| part.start < files.end)
    }

    /// Parts that hold a file.
    fn holding(&self, path: &str) -> Range<usize> {
        match self.wanted.binary_search_by(|entry| entry.path.as_str().cmp(path)) {
            Ok(at) => self.holders(at..at + 1),
            Err(_) => 0..0,
        }
    }

    /// Parts that hold a file, or something below a directory.
    pub(super) fn at(&self, path: &str) -> impl Iterator<Item = usize> {
        self.holding(path).chain(self.holders(self.below(path)))
    }

    /// The first and the last part that the code of another, as it is written, may lead to.
    pub(super) fn joined(&self, own: usize, sources: &Sources, lowered: &[Lowered]) -> Option<(usize, usize)> {
        if self.parts.len() < 2 {
            return None;
        }
        let files = &self.parts[own];
        let project = self.projects.binary_search_by_key(&own, |(part, _)| *part).ok().map(|at| self.projects[at].1);
        let inside = |to: &str| project.is_some_and(|directory| is_in(to, directory));
        let mut found = Around::default();
        let mut upwards: Vec<String> = Vec::new();
        for Way { to, computed } in ways::ways(sources, lowered, inside) {
            let below = self.below(&to);
            let above = below.start <= files.start && files.end <= below.end;
            if above && !computed {
                // What a directory above imports stands in it, and other code may lead on from there.
                found.extend(resolve::join(&to, "default.nix").iter().flat_map(|path| self.holding(path)));
                upwards.push(to);
            } else {
                found.extend(self.at(&to));
            }
        }
        if let Some(names) = &self.names {
            let projects = |name: usize| self.named[name].iter().copied();
            found.extend(ways::upwards(lowered, names).into_iter().flat_map(projects).map(|(part, _)| part));
            if !upwards.is_empty() {
                let named = ways::named(sources, lowered, names).into_iter().flat_map(projects);
                let led = named.filter(|(_, directory)| upwards.iter().any(|from| is_in(directory, from)));
                found.extend(led.map(|(part, _)| part));
            }
        }
        found.0
    }
}

/// The first and the last of some parts.
#[derive(Default)]
struct Around(Option<(usize, usize)>);

impl Extend<usize> for Around {
    fn extend<T: IntoIterator<Item = usize>>(&mut self, parts: T) {
        for part in parts {
            let (first, last) = self.0.unwrap_or((part, part));
            self.0 = Some((first.min(part), last.max(part)));
        }
    }
}

/// Whether a path is a directory or below it.
fn is_in(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The directory that a path with its last `/` names; the root is `""`.
fn directory_of(start: &str) -> Option<&str> {
    if start.is_empty() { Some("") } else { start.strip_suffix('/') }
}
