//! Copies over all files: equal hashes next to each other, the largest first.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::facts::{ClonesRow, CopiesRow, FileRow, HostsRow, PerSystemRow};
use crate::resolve::clones::{Clones, Literal, Tree};
use crate::source::{FileId, PerFile, Sources, Span};

/// Literals that differ between copies: a function of more is no easier to read than the copies.
const MAX_PARAMETERS: usize = 5;

/// One subtree with its file.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: FileId,
    tree: &'a Tree,
}

impl Place<'_> {
    fn span(&self) -> Span {
        self.tree.at.span(self.file)
    }
}

/// What is written more than once, in files that somebody wrote and that are meant for use.
pub(super) fn row(clones: &PerFile<Clones>, sources: &Sources, files: &[FileRow]) -> ClonesRow {
    let judged: Vec<FileId> = files
        .iter()
        .filter(|file| file.parsed && !file.generated && !file.fixture)
        .map(|file| file.file)
        .collect();
    let lines = |span: Span| {
        let (first, last) = sources.lines(span);
        last - first + 1
    };
    let mut row = ClonesRow { copies: copies(clones, sources, &judged), ..ClonesRow::default() };
    for file in judged {
        let clones = &clones[file];
        row.systems.extend(clones.systems.iter().map(|group| PerSystemRow {
            name: group.name.as_ref().map(ToString::to_string),
            systems: group.systems.iter().map(|(name, at, _)| (name.to_string(), at.span(file))).collect(),
            lines: group.systems.iter().map(|(_, _, value)| lines(value.span(file))).sum(),
            others: group.others,
        }));
        row.hosts.extend(clones.hosts.iter().map(|group| HostsRow {
            kind: group.kind.to_string(),
            hosts: group.hosts.iter().map(|(name, at, _)| (name.to_string(), at.span(file))).collect(),
            lines: group.hosts.iter().map(|(_, _, value)| lines(value.span(file))).sum(),
            differs: group.differs.iter().map(ToString::to_string).collect(),
            maker: group.maker.clone(),
        }));
    }
    row.systems.sort_by_key(|row| row.systems.first().map(|(_, at)| *at));
    row.hosts.sort_by_key(|row| row.hosts.first().map(|(_, at)| *at));
    row
}

fn copies(clones: &PerFile<Clones>, sources: &Sources, judged: &[FileId]) -> Vec<CopiesRow> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for file in judged {
        let trees = &clones[*file].trees;
        places.extend(trees.iter().map(|tree| Place { file: *file, tree }));
    }
    places.par_sort_by_key(|place| (place.tree.shape, place.span()));
    let mut groups: Vec<&[Place<'_>]> =
        places.chunk_by(|a, b| a.tree.shape == b.tree.shape).filter(|group| group.len() > 1).collect();
    // The largest first, so that what lies in a copy is not told again.
    groups.sort_by_key(|group| (std::cmp::Reverse(group[0].tree.nodes), group[0].span()));
    let mut told = Told::default();
    let mut rows = Vec::new();
    for group in groups {
        for group in same(clones, group, &told) {
            for place in &group.places {
                told.add(place.span());
            }
            rows.push(group.row(sources));
        }
    }
    rows.sort_by_key(|row: &CopiesRow| row.places[0].0);
    rows
}

/// Spans that were told, by file; none lies in another.
#[derive(Default)]
struct Told(BTreeMap<FileId, BTreeMap<u32, u32>>);

impl Told {
    fn add(&mut self, span: Span) {
        self.0.entry(span.file).or_default().insert(span.start, span.end);
    }

    fn holds(&self, span: Span) -> bool {
        let before = self.0.get(&span.file).and_then(|spans| spans.range(..=span.start).next_back());
        before.is_some_and(|(_, end)| span.end <= *end)
    }
}

/// Copies of one thing.
struct Group<'a> {
    places: Vec<Place<'a>>,
    parameters: Vec<String>,
    whole: bool,
}

impl Group<'_> {
    fn row(&self, sources: &Sources) -> CopiesRow {
        let lines = |place: &Place<'_>| {
            let (first, last) = sources.lines(place.span());
            last - first + 1
        };
        CopiesRow {
            places: self.places.iter().map(|p| (p.span(), p.tree.name.as_ref().map(ToString::to_string))).collect(),
            lines: self.places.iter().map(lines).max().unwrap_or(0),
            nodes: self.places[0].tree.nodes,
            whole: self.whole,
            parameters: self.parameters.clone(),
        }
    }
}

/// The copies in a group of one shape that are long enough and not told yet: all of them where few literals differ,
/// else those that are wholly equal.
fn same<'a>(clones: &'a PerFile<Clones>, group: &[Place<'a>], told: &Told) -> Vec<Group<'a>> {
    let mut left: Vec<Place<'a>> = group.iter().filter(|place| !told.holds(place.span())).copied().collect();
    if left.len() < 2 {
        return Vec::new();
    }
    if let Some(parameters) = parameters(clones, &left) {
        return vec![finish(clones, left, parameters)];
    }
    left.sort_by_key(|place| (place.tree.exact, place.span()));
    let equal = left.chunk_by(|a, b| a.tree.exact == b.tree.exact).filter(|group| group.len() > 1);
    equal.map(|group| finish(clones, group.to_vec(), Vec::new())).collect()
}

fn finish<'a>(clones: &PerFile<Clones>, places: Vec<Place<'a>>, parameters: Vec<String>) -> Group<'a> {
    let is_root = |place: &Place<'_>| clones[place.file].is_whole(place.tree);
    let whole = places.iter().all(is_root);
    Group { places, parameters, whole }
}

/// The names of the literals that differ; `None` where there are too many, or the copies do not line up.
fn parameters(clones: &PerFile<Clones>, places: &[Place<'_>]) -> Option<Vec<String>> {
    let literals = |place: &Place<'_>| -> &[Literal] {
        let all = &clones[place.file].literals;
        let first = all.partition_point(|literal| literal.expr < place.tree.first);
        let last = all.partition_point(|literal| literal.expr <= place.tree.last);
        &all[first..last]
    };
    let rows: Vec<&[Literal]> = places.iter().map(literals).collect();
    let first = rows.first()?;
    if rows.iter().any(|row| row.len() != first.len()) {
        return None;
    }
    let mut seen: Vec<Vec<u64>> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (column, literal) in first.iter().enumerate() {
        let values: Vec<u64> = rows.iter().map(|row| row[column].value).collect();
        if values.iter().all(|value| *value == values[0]) || seen.contains(&values) {
            continue;
        }
        seen.push(values);
        if seen.len() > MAX_PARAMETERS {
            return None;
        }
        let name = literal.name.as_deref().unwrap_or("value");
        let same = names.iter().filter(|other| other.trim_end_matches(|c: char| c.is_ascii_digit()) == name).count();
        names.push(if same == 0 { name.to_owned() } else { format!("{name}{}", same + 1) });
    }
    Some(names)
}
