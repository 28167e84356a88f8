//! Where the code of some files may lead: a workspace is taken apart only between files of which none reads another.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;

use super::eval::join;
use super::ir::{Ir, Name};
use super::outline::Outline;
use super::{Lowered, mentions};
use crate::source::Sources;

/// A path that code leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// Relative to the root, which is `""`.
    pub to: String,
    /// Whether it leads on from there by a name that is computed.
    pub computed: bool,
}

/// Where the path literals of some files lead; those are left out of which `is_inside` says that they stay where they are.
pub fn ways(sources: &Sources, lowered: &[Lowered], is_inside: impl Fn(&str) -> bool) -> BTreeSet<Way> {
    let mut found = BTreeSet::new();
    for (file, one) in sources.ids().zip(lowered) {
        let directory = sources.path(file).rsplit_once('/').map_or("", |(directory, _)| directory);
        for (_, path) in one.outline.paths.iter().filter(|(_, path)| !path.text.starts_with(['/', '~'])) {
            let text = if path.whole { &path.text } else { path.text.rsplit_once('/').map_or(".", |(start, _)| start) };
            let to = join(directory, text).filter(|to| !is_inside(to));
            found.extend(to.map(|to| Way { to, computed: !path.whole }));
        }
    }
    found
}

/// Which of some names stand in texts that lead upwards.
pub fn upwards(lowered: &[Lowered], names: &AhoCorasick) -> BTreeSet<usize> {
    let texts = lowered.iter().flat_map(|one| &one.outline.upwards);
    texts.flat_map(|text| in_text(text, names)).collect()
}

/// Which of some names stand in the texts and paths of some files.
pub fn named(sources: &Sources, lowered: &[Lowered], names: &AhoCorasick) -> BTreeSet<usize> {
    let in_file = |ir: &Ir| mentions::texts(ir).flat_map(|text| in_text(text, names)).collect::<Vec<_>>();
    let mut found = BTreeSet::new();
    for (file, one) in sources.ids().zip(lowered).filter(|(_, one)| one.outline.has_code) {
        match &one.ir {
            Some(ir) => found.extend(in_file(ir)),
            None => found.extend(in_file(&super::lower::of_text(&sources.file(file).glance()))),
        }
    }
    found
}

/// Which names stand in a text as a whole.
fn in_text(text: &str, names: &AhoCorasick) -> impl Iterator<Item = usize> {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '@');
    let whole = move |start: usize, end: usize| {
        !text[..start].ends_with(in_name) && !text[end..].starts_with(|c| in_name(c) && c != '.')
    };
    let found = names.find_overlapping_iter(text).filter(move |found| whole(found.start(), found.end()));
    found.map(|found| found.pattern().as_usize())
}

impl Outline {
    /// The texts of a file that lead upwards.
    pub(super) fn upwards_of(ir: &Ir) -> Box<[Name]> {
        let upwards = |text: &&str| text.contains("../") || text.ends_with("..");
        mentions::texts(ir).filter(upwards).map(Name::from).collect()
    }
}
