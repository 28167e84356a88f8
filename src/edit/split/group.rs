//! Units grouped into files: which form a file takes, and what stands in the place of its units.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::doc::Doc;
use super::free::{Free, free, within};
use super::indent::Moving;
use super::path;
use super::site::{self, Bundle};
use super::step::Written;
use super::write;
use crate::resolve::ir::{Loc, Name};
use crate::resolve::names::Target;
use crate::resolve::units::{Entry, HolderKind, Piece};

/// Code that moves.
pub(super) enum What {
    /// A binding.
    Entry(Entry),
    /// Another expression.
    Piece(Piece),
}

/// A unit that was found in the text.
pub(super) struct Found<'a> {
    pub(super) number: usize,
    pub(super) doc: &'a Doc,
    pub(super) to: String,
    pub(super) what: What,
}

impl Found<'_> {
    pub(super) fn span(&self) -> Loc {
        match &self.what {
            What::Entry(entry) => entry.span,
            What::Piece(piece) => piece.whole,
        }
    }

    pub(super) fn value(&self) -> Loc {
        match &self.what {
            What::Entry(entry) => entry.value,
            What::Piece(piece) => piece.whole,
        }
    }

    pub(super) fn entry(&self) -> Option<&Entry> {
        match &self.what {
            What::Entry(entry) => Some(entry),
            What::Piece(_) => None,
        }
    }

    /// The set or `let` that it is written in; a piece is by itself.
    fn holder(&self) -> Loc {
        match &self.what {
            What::Entry(entry) => entry.holder,
            What::Piece(piece) => piece.whole,
        }
    }

    /// All code that goes with the whole binding.
    pub(super) fn spans(&self) -> Vec<Loc> {
        match &self.what {
            What::Entry(entry) if entry.kind == HolderKind::Let => entry.parts.clone(),
            _ => vec![self.span()],
        }
    }

    fn is_let(&self) -> bool {
        self.entry().is_some_and(|entry| entry.kind == HolderKind::Let)
    }

    /// Numbers of the definitions that it makes.
    fn definitions(&self) -> Vec<u32> {
        let Some(start) = self.entry().and_then(|entry| entry.parts.first().or(Some(&entry.span))).map(|at| at.start)
        else {
            return Vec::new();
        };
        let all = self.doc.names().definitions.iter().enumerate();
        all.filter(|(_, one)| one.at.start == start).map(|(number, _)| number as u32).collect()
    }
}

/// One file to be.
pub(super) struct Job<'a> {
    pub(super) path: String,
    pub(super) doc: &'a Doc,
    /// Units of one holder.
    pub(super) units: Vec<Found<'a>>,
    /// `let` bindings that only these units read.
    pub(super) private: Vec<Found<'a>>,
}

/// Writes all files of a step.
pub(super) fn write<'a>(
    found: Vec<Found<'a>>,
    ties: &[String],
    exists: &dyn Fn(&str) -> bool,
    written: &mut Written,
) -> Result<(), Refusal> {
    let mut taken: BTreeSet<String> = found.iter().map(|one| one.to.clone()).chain(ties.iter().cloned()).collect();
    let mut files: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for one in found {
        files.entry(one.to.clone()).or_default().push(one);
    }
    let mut jobs = Vec::new();
    for (path, units) in files {
        jobs.extend(divided(&path, units, exists, &mut taken));
    }
    for bundle in bundled(jobs, ties) {
        site::write(&bundle, written)?;
    }
    Ok(())
}

/// The units of one file, a job for each set or `let` that they are written in. `let` bindings that only the others
/// read go with them.
fn divided<'a>(
    path: &str,
    units: Vec<Found<'a>>,
    exists: &dyn Fn(&str) -> bool,
    taken: &mut BTreeSet<String>,
) -> Vec<Job<'a>> {
    let mut parts: BTreeMap<(String, Loc), Vec<Found>> = BTreeMap::new();
    for one in units {
        parts.entry((one.doc.path.clone(), one.holder())).or_default().push(one);
    }
    let mut parts: Vec<Vec<Found>> = parts.into_values().collect();
    let mut private = Vec::new();
    if parts.len() > 1 {
        let ranges: Vec<(String, Loc)> = parts
            .iter()
            .flatten()
            .flat_map(|one| one.spans().into_iter().map(|at| (one.doc.path.clone(), at)))
            .collect();
        let absorbed: Vec<bool> = parts.iter().map(|part| is_private(part, &ranges)).collect();
        let alone = absorbed.iter().filter(|absorbed| !**absorbed).count() == 1;
        if alone && reads_alike(&parts, &absorbed) {
            let (inner, outer): (Vec<_>, Vec<_>) = parts.into_iter().zip(absorbed).partition(|(_, absorbed)| *absorbed);
            private = inner.into_iter().flat_map(|(part, _)| part).collect();
            parts = outer.into_iter().map(|(part, _)| part).collect();
        }
    }
    // The largest part keeps the name.
    let size = |part: &Vec<Found>| part.iter().map(|one| one.span().end - one.span().start).sum::<u32>();
    parts.sort_by_key(|part| std::cmp::Reverse(size(part)));
    let mut jobs: Vec<Job> = Vec::new();
    for (place, units) in parts.into_iter().enumerate() {
        let path = if place == 0 { path.to_owned() } else { fresh(path, &units, exists, taken) };
        let Some(doc) = units.first().map(|one| one.doc) else { continue };
        jobs.push(Job { path, doc, units, private: Vec::new() });
    }
    if let Some(job) = jobs.first_mut() {
        job.private = private;
    }
    jobs
}

/// Whether everything that names these `let` bindings moves with them.
fn is_private(part: &[Found], ranges: &[(String, Loc)]) -> bool {
    let mut used = false;
    part.iter().all(|one| {
        let own: BTreeSet<u32> = one.definitions().into_iter().collect();
        let here: Vec<Loc> = ranges.iter().filter(|(path, _)| *path == one.doc.path).map(|(_, at)| *at).collect();
        let mut all = true;
        for reference in &one.doc.names().references {
            if matches!(reference.target, Target::Definition(number) if own.contains(&number)) {
                used = true;
                all &= within(reference.at, &here);
            }
        }
        one.is_let() && !own.is_empty() && all
    }) && used
}

/// Whether every name means one thing in all of this code, also once what is absorbed stands in a `let` around the rest.
/// Where it does not, what would be absorbed gets a file of its own, and the place of each says what it means.
fn reads_alike(parts: &[Vec<Found>], absorbed: &[bool]) -> bool {
    let Some(doc) = parts.iter().flatten().map(|one| one.doc).next() else { return true };
    let all = || parts.iter().zip(absorbed).flat_map(|(part, absorbed)| part.iter().map(move |one| (one, *absorbed)));
    if all().any(|(one, _)| one.doc.path != doc.path) {
        return false;
    }
    let ranges: Vec<Loc> = all().flat_map(|(one, _)| one.spans()).collect();
    let Ok(needs) = free(doc, &ranges) else { return false };
    let inner = all().filter(|(_, absorbed)| *absorbed).flat_map(|(one, _)| one.definitions());
    inner
        .map(|number| &doc.names().definitions[number as usize].name)
        .all(|name| !needs.names.contains(name))
}

/// A name for a file beside another, after its first unit.
fn fresh(beside: &str, units: &[Found], exists: &dyn Fn(&str) -> bool, taken: &mut BTreeSet<String>) -> String {
    let stem = beside.strip_suffix(".nix").unwrap_or(beside);
    let name = units
        .first()
        .and_then(Found::entry)
        .and_then(|entry| entry.keys.iter().flatten().next_back().cloned());
    let name: String = name.map_or_else(
        || "part".to_owned(),
        |name| name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect(),
    );
    let mut path = format!("{stem}-{name}.nix");
    let mut nth = 1;
    while exists(&path) || taken.contains(&path) {
        nth += 1;
        path = format!("{stem}-{name}-{nth}.nix");
    }
    taken.insert(path.clone());
    path
}

/// Jobs that a `default.nix` ties together, and all others by themselves.
fn bundled<'a>(jobs: Vec<Job<'a>>, ties: &[String]) -> Vec<Bundle<'a>> {
    let mut bundles: Vec<Bundle> = Vec::new();
    let mut together: BTreeMap<(String, String, Loc), Vec<Job>> = BTreeMap::new();
    for job in jobs {
        let tie = ties.iter().find(|tie| path::folder(tie) == path::folder(&job.path));
        let holder = job.units.first().map_or(Loc::default(), Found::holder);
        match tie {
            Some(tie) if job.units.iter().all(|one| one.entry().is_some()) => {
                together.entry((tie.clone(), job.doc.path.clone(), holder)).or_default().push(job);
            }
            _ => bundles.push(Bundle { tie: None, jobs: vec![job] }),
        }
    }
    // One `default.nix` speaks for the units of one place.
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for ((tie, _, _), jobs) in &together {
        let most = best.entry(tie.clone()).or_default();
        *most = jobs.len().max(*most);
    }
    for ((tie, _, _), jobs) in together {
        let most = best.get(&tie).copied().unwrap_or(0);
        let bundle = Bundle { tie: None, jobs };
        if most > 1 && bundle.jobs.len() == most && bundle.is_tieable() {
            best.insert(tie.clone(), usize::MAX);
            bundles.push(Bundle { tie: Some(tie), ..bundle });
        } else {
            bundles.extend(bundle.jobs.into_iter().map(|job| Bundle { tie: None, jobs: vec![job] }));
        }
    }
    bundles
}

/// How a file's units are written, and so what its value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// The value of the only unit.
    Value,
    /// A set of whole bindings.
    Bindings,
    /// A set of attributes, their paths without so many keys at the start.
    Below(usize),
    /// A set of attributes, named by the last key of each.
    Last,
}

impl Job<'_> {
    /// What the file needs from outside.
    pub(super) fn free(&self, shape: Shape) -> Result<Free, Refusal> {
        let whole = |units: &[Found]| units.iter().flat_map(Found::spans).collect::<Vec<_>>();
        let mut ranges = match shape {
            Shape::Bindings => whole(&self.units),
            _ => self.units.iter().map(Found::value).collect(),
        };
        ranges.extend(whole(&self.private));
        free(self.doc, &ranges)
    }

    /// The file's text without its head.
    pub(super) fn body(&self, shape: Shape, needs: &Free) -> String {
        let mut out = String::new();
        if !self.private.is_empty() {
            out.push_str("let\n");
            self.private.iter().for_each(|one| self.whole(one, &mut out));
            out.push_str("in\n");
        }
        if let (Shape::Value, Some(one)) = (shape, self.units.first()) {
            out.push_str(&self.value(one).text(one.value(), ""));
            return out;
        }
        let names_itself = self.units.iter().flat_map(Found::definitions).any(|number| needs.own.contains(&number));
        out.push_str(if names_itself && shape == Shape::Bindings { "rec {\n" } else { "{\n" });
        for (place, one) in self.units.iter().enumerate() {
            if place > 0 && self.opens_paragraph(one) {
                out.push('\n');
            }
            match shape {
                Shape::Below(keys) => self.below(one, keys, &mut out),
                Shape::Last => self.last(one, &mut out),
                Shape::Value | Shape::Bindings => self.whole(one, &mut out),
            }
        }
        out.push('}');
        out
    }

    fn moving<'b>(&'b self, one: &'b Found, place: Loc) -> Moving<'b> {
        let from = one.doc.indent(one.span().start);
        Moving::new(one.doc, place, from, &self.path)
    }

    /// A value alone: it may begin a line of its own.
    fn value<'b>(&'b self, one: &'b Found) -> Moving<'b> {
        let at = one.value();
        Moving::new(one.doc, at, one.doc.indent(at.start), &self.path)
    }

    /// Whether a blank line stands before a unit and its comments.
    fn opens_paragraph(&self, one: &Found) -> bool {
        let Some(entry) = one.entry() else { return false };
        let before = &self.doc.text[..entry.lines.start as usize];
        before.trim_end_matches([' ', '\t']).ends_with("\n\n")
    }

    /// A whole binding with its comments.
    fn whole(&self, one: &Found, out: &mut String) {
        for part in one.spans() {
            let Some(lines) = one.doc.layout.entry(part).map(|entry| entry.lines) else { continue };
            let place = trimmed(one.doc, lines);
            out.push_str("  ");
            out.push_str(&self.moving(one, place).text(place, "  "));
            out.push('\n');
        }
    }

    /// A binding with its comments, its path without `keys` keys at the start.
    fn below(&self, one: &Found, keys: usize, out: &mut String) {
        let Some(entry) = one.entry() else { return };
        let place = trimmed(one.doc, entry.lines);
        let moving = self.moving(one, place);
        let start = entry.starts.get(keys).copied().unwrap_or(entry.span.start);
        out.push_str("  ");
        out.push_str(&moving.text(Loc { start: place.start, end: entry.span.start }, "  "));
        out.push_str(&moving.text(Loc { start, end: place.end }, "  "));
        out.push('\n');
    }

    /// A binding's value under the last key of its path.
    fn last(&self, one: &Found, out: &mut String) {
        let name = last_key(one).unwrap_or_default();
        let value = self.value(one).text(one.value(), "  ");
        out.extend(["  ", &name, " = ", &value, ";\n"]);
    }
}

/// The last key of a unit's path as it is written, where it is a plain name.
pub(super) fn last_key(one: &Found) -> Option<String> {
    let entry = one.entry()?;
    let key = entry.keys.last().cloned().flatten()?;
    let written = one.doc.slice(Loc { start: *entry.starts.last()?, end: entry.path.end });
    (*key == *written).then(|| written.to_owned())
}

pub(super) fn trimmed(doc: &Doc, at: Loc) -> Loc {
    let text = doc.slice(at);
    let start = at.start + (text.len() - text.trim_start().len()) as u32;
    Loc { start, end: (at.start + text.trim_end().len() as u32).max(start) }
}

/// The text of a job's file, and the names that it takes. Where whole bindings are cut out, the comments around a
/// value go with it.
pub(super) fn file(job: &Job, shape: Shape, cut_out: bool) -> Result<(String, BTreeSet<Name>), Refusal> {
    let needs = job.free(shape)?;
    let body = job.body(shape, &needs);
    let mut text = String::new();
    if let (Shape::Value, [one], true) = (shape, job.units.as_slice(), cut_out)
        && let Some(entry) = one.entry()
    {
        for at in one.doc.layout.comments(entry.lines) {
            if at.end <= entry.value.start || entry.value.end <= at.start {
                text.push_str(&job.moving(one, at).text(at, ""));
                text.push('\n');
            }
        }
    }
    text.push_str(&write::file(&needs.names, &needs.withs, &body));
    Ok((text, needs.names))
}
