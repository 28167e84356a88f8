//! The free names of code that moves: what its file must be given.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::doc::Doc;
use crate::resolve::ir::{Loc, Name};
use crate::resolve::names::{Target, With};
use crate::resolve::unused::is_everywhere;

/// Names that only a `with` gives, up to which each is passed by itself.
const FEW_NAMES: usize = 6;

/// What code needs from around it.
#[derive(Debug, Default)]
pub(super) struct Free {
    /// Names to pass, in order.
    pub(super) names: BTreeSet<Name>,
    /// Namespaces of `with`s to open again, from the outside in.
    pub(super) withs: Vec<String>,
    /// Where those are written.
    pub(super) opened: Vec<Loc>,
    /// Definitions of the moved code that it names itself.
    pub(super) own: BTreeSet<u32>,
}

pub(super) fn within(at: Loc, ranges: &[Loc]) -> bool {
    ranges.iter().any(|range| range.start <= at.start && at.end <= range.end)
}

fn is_around(with: &With, range: Loc) -> bool {
    with.namespace.end <= range.start && range.end <= with.at.end
}

/// What `ranges` of a file need that is not in them.
pub(super) fn free(doc: &Doc, ranges: &[Loc]) -> Result<Free, Refusal> {
    free_of(doc, ranges, FEW_NAMES)
}

/// The same; up to `few` names that only a `with` gives are passed by themselves.
pub(super) fn free_of(doc: &Doc, ranges: &[Loc], few: usize) -> Result<Free, Refusal> {
    let names = doc.names();
    let mut found = Finder { doc, ranges, free: Free::default(), bound: BTreeMap::new() };
    let mut from_with: BTreeMap<Name, (u32, Loc)> = BTreeMap::new();
    let mut mixed = None;
    for reference in names.references.iter().filter(|reference| within(reference.at, ranges)) {
        let with = match reference.target {
            Target::Definition(number) => {
                found.bind(&reference.name, number, reference.at)?;
                None
            }
            Target::With(with) => Some(with),
            Target::Global if !is_everywhere(&reference.name) => reference.with,
            Target::Global => None,
            Target::Undefined => {
                return Err(doc.refuse(format!("`{}` is not defined", reference.name), reference.at.start));
            }
        };
        let Some(innermost) = with else { continue };
        if !within(names.withs[innermost as usize].at, ranges) {
            from_with.insert(reference.name.clone(), (innermost, reference.at));
            continue;
        }
        let mut next = Some(innermost);
        while let Some(number) = next.filter(|number| within(names.withs[*number as usize].at, ranges)) {
            next = names.withs[number as usize].outer;
        }
        if next.is_some() {
            mixed = mixed.or(Some(reference));
        }
    }
    if mixed.is_none() && from_with.is_empty() {
        return Ok(found.free);
    }
    let around = found.around()?;
    let plain = around.iter().all(|with| is_plain(doc.slice(names.withs[*with as usize].namespace)));
    match mixed {
        Some(reference) if !plain => {
            let reason = format!(
                "whether the inner or the outer `with` gives `{}` cannot be told, and the outer one's set has no name",
                reference.name
            );
            return Err(doc.refuse(reason, reference.at.start));
        }
        None if !plain || from_with.len() <= few => {
            for (name, (_, at)) in from_with {
                if found.bound.contains_key(&name) {
                    return Err(doc.refuse(format!("`{name}` means two things in what moves"), at.start));
                }
                found.free.names.insert(name);
            }
            return Ok(found.free);
        }
        _ => {}
    }
    for with in around {
        let namespace = names.withs[with as usize].namespace;
        for reference in names.references.iter().filter(|reference| within(reference.at, &[namespace])) {
            if let Target::Definition(number) = reference.target {
                found.bind(&reference.name, number, reference.at)?;
            }
        }
        found.free.withs.push(doc.slice(namespace).to_owned());
        found.free.opened.push(namespace);
    }
    Ok(found.free)
}

/// A name, or an attribute of one: to write it twice costs nothing and can mean nothing else.
fn is_plain(namespace: &str) -> bool {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\'' | '.');
    namespace.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && namespace.chars().all(good)
}

struct Finder<'a> {
    doc: &'a Doc,
    ranges: &'a [Loc],
    free: Free,
    bound: BTreeMap<Name, u32>,
}

impl Finder<'_> {
    fn bind(&mut self, name: &Name, number: u32, at: Loc) -> Result<(), Refusal> {
        if within(self.doc.names().definitions[number as usize].at, self.ranges) {
            self.free.own.insert(number);
            return Ok(());
        }
        match self.bound.insert(name.clone(), number) {
            Some(other) if other != number => {
                Err(self.doc.refuse(format!("`{name}` means two things in what moves"), at.start))
            }
            _ => {
                self.free.names.insert(name.clone());
                Ok(())
            }
        }
    }

    /// The `with`s around all that moves, from the outside in.
    fn around(&self) -> Result<Vec<u32>, Refusal> {
        let withs = &self.doc.names().withs;
        let of = |range: &Loc| {
            let around = (0..withs.len() as u32).filter(|number| is_around(&withs[*number as usize], *range));
            around.collect::<Vec<_>>()
        };
        let mut all = self.ranges.iter().map(of);
        let first = all.next().unwrap_or_default();
        if all.any(|other| other != first) {
            let at = self.ranges.first().map_or(0, |range| range.start);
            return Err(self.doc.refuse("different `with`s are around what moves to one file", at));
        }
        let mut sorted = first;
        sorted.sort_by_key(|number| withs[*number as usize].at.start);
        Ok(sorted)
    }
}
