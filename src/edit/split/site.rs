//! What stands in the place of units that moved.

use std::collections::BTreeSet;

use super::Refusal;
use super::group::{Found, Job, Shape, file, last_key};
use super::step::{Cut, Written};
use super::write::{self, Importer};
use crate::resolve::ir::{Loc, Name};
use crate::resolve::units::{Entry, HolderKind};

/// Files that are imported as one.
pub(super) struct Bundle<'a> {
    /// The `default.nix` that imports them.
    pub(super) tie: Option<String>,
    pub(super) jobs: Vec<Job<'a>>,
}

/// Whether a binding can be given by an `inherit (…) name;`.
fn is_inheritable(one: &Found) -> bool {
    let Some(entry) = one.entry() else { return false };
    let named = entry.keys.first().is_some_and(Option::is_some);
    match entry.kind {
        HolderKind::Let => named && one.spans().iter().all(|part| one.doc.layout.entry(*part).is_some()),
        HolderKind::Rec | HolderKind::Set => named && entry.keys.len() == 1 && entry.parts.len() == 1,
        HolderKind::LegacyLet => false,
    }
}

/// Whether the value of a binding can be replaced where it stands.
fn is_alone(one: &Found) -> bool {
    one.entry().is_none_or(|entry| entry.parts.len() <= 1 || entry.kind != HolderKind::Let)
}

/// Whether a binding's value is that of its name: of `a.b = 1;` it is a part of it.
fn is_named(one: &Found) -> bool {
    one.entry().is_some_and(|entry| entry.keys.len() == 1)
}

impl Bundle<'_> {
    fn units(&self) -> impl Iterator<Item = &Found<'_>> {
        self.jobs.iter().flat_map(|job| &job.units)
    }

    /// Whether a `default.nix` can give all units by name.
    pub(super) fn is_tieable(&self) -> bool {
        match self.shape() {
            Shape::Bindings => true,
            // A name of its own for each.
            Shape::Below(keys) => self.units().all(|one| one.entry().is_some_and(|entry| entry.keys.len() == keys + 1)),
            Shape::Value | Shape::Last => false,
        }
    }

    /// What the units have in common.
    fn shape(&self) -> Shape {
        let units: Vec<&Found> = self.units().collect();
        if let [one] = units.as_slice()
            && is_alone(one)
        {
            return Shape::Value;
        }
        if units.iter().all(|one| is_inheritable(one)) {
            return Shape::Bindings;
        }
        Self::common(&units).map_or(Shape::Last, Shape::Below)
    }

    /// How many keys all paths begin with, where no other binding of the set begins with them.
    fn common(units: &[&Found]) -> Option<usize> {
        let entries: Vec<&Entry> = units.iter().filter_map(|one| one.entry()).collect();
        let first = entries.first()?;
        let shortest = entries.iter().map(|entry| entry.keys.len()).min()?;
        if entries.len() != units.len() || entries.iter().any(|entry| entry.keys.iter().any(Option::is_none)) {
            return None;
        }
        let same = |n: usize| entries.iter().all(|entry| entry.keys[..n] == first.keys[..n]);
        let count = (1..shortest).rev().find(|n| same(*n))?;
        let doc = units.first()?.doc;
        let moves = |part: &Loc| entries.iter().any(|entry| entry.span == *part);
        let begins = |part: &Loc| {
            let other = doc.layout.entry(*part);
            other.is_none_or(|other| {
                let known = other.keys.len().min(count);
                other.keys[..known] == first.keys[..known]
            })
        };
        first.parts.iter().all(|part| moves(part) || !begins(part)).then_some(count)
    }
}

/// Writes the files of a bundle and cuts its units out.
pub(super) fn write(bundle: &Bundle, written: &mut Written) -> Result<(), Refusal> {
    let shape = bundle.shape();
    let mut takes = BTreeSet::new();
    let mut tied = Vec::new();
    for job in &bundle.jobs {
        let own = if let [one] = job.units.as_slice()
            && is_alone(one)
            && (shape != Shape::Bindings || is_named(one))
        {
            Shape::Value
        } else {
            shape
        };
        let cut_out = matches!(shape, Shape::Bindings | Shape::Below(_));
        let (text, arguments) = file(job, own, cut_out)?;
        written.files.insert(job.path.clone(), (text, arguments.clone()));
        takes.extend(arguments.iter().cloned());
        tied.push((job, own, arguments));
    }
    let target = match (&bundle.tie, bundle.jobs.first()) {
        (Some(tie), _) => {
            takes = write_tie(tie, shape, &tied, written)?;
            tie
        }
        (None, Some(job)) => &job.path,
        (None, None) => return Ok(()),
    };
    for job in &bundle.jobs {
        remove(&job.private, written);
    }
    match shape {
        Shape::Value => bundle.units().for_each(|one| replace_value(one, target, &takes, None, written)),
        Shape::Last => {
            let mut names = BTreeSet::new();
            for one in bundle.units() {
                let name = last_key(one).filter(|name| names.insert(name.clone()));
                let name = name.ok_or_else(|| {
                    one.doc.refuse("units that go to one file need names of their own", one.span().start)
                })?;
                replace_value(one, target, &takes, Some(&name), written);
            }
        }
        Shape::Bindings | Shape::Below(_) => replace_all(bundle, shape, target, &takes, written),
    }
    Ok(())
}

/// The `default.nix` of a bundle; gives what it takes.
fn write_tie(
    tie: &str,
    shape: Shape,
    jobs: &[(&Job, Shape, BTreeSet<Name>)],
    written: &mut Written,
) -> Result<BTreeSet<Name>, Refusal> {
    let mut takes: BTreeSet<Name> = jobs.iter().flat_map(|(_, _, names)| names.iter().cloned()).collect();
    let mut gives = BTreeSet::new();
    let mut lines = String::new();
    let mut scoped = false;
    let from = Importer::new(tie, takes.contains("import"));
    for (job, own, arguments) in jobs {
        let mut names: Vec<Name> = Vec::new();
        for one in &job.units {
            let Some(entry) = one.entry() else { continue };
            let at = if let Shape::Below(keys) = shape { keys } else { 0 };
            let name = entry.keys.get(at).cloned().flatten();
            let name = name.filter(|name| is_identifier(name) && gives.insert(name.clone()));
            names.push(name.ok_or_else(|| one.doc.refuse("this name cannot be handed on", one.span().start))?);
            scoped |= entry.kind != HolderKind::Set && shape == Shape::Bindings;
        }
        if let (Shape::Value, [name]) = (own, names.as_slice()) {
            let used = 2 + name.len() + 3;
            let call = write::import(from, &job.path, arguments, "  ", used, 1);
            lines.extend(["  ", &**name, " = ", &call, ";\n"]);
        } else {
            let call = write::inherit(from, &job.path, arguments, &names, "  ");
            lines.extend(["  ", &call, "\n"]);
        }
    }
    // What one file reads of another is handed over here.
    let inner = scoped && takes.iter().any(|name| gives.contains(name));
    if inner {
        takes.retain(|name| !gives.contains(name));
    }
    let body = format!("{}{{\n{lines}}}", if inner { "rec " } else { "" });
    written.files.insert(tie.to_owned(), (write::file(&takes, &[], &body), takes.clone()));
    Ok(takes)
}

pub(super) fn is_identifier(name: &str) -> bool {
    let keywords = ["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"];
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '\''))
        && !keywords.contains(&name)
}

/// Puts an import in the place of a value.
fn replace_value(one: &Found, target: &str, takes: &BTreeSet<Name>, member: Option<&str>, written: &mut Written) {
    let doc = one.doc;
    let at = one.value();
    let indent = doc.indent(at.start);
    let around = if one.entry().is_none() || member.is_some() { 2 } else { 0 };
    let call = write::import(doc.importer(), target, takes, indent, doc.column(at.start) + around, 1 + around);
    let text = match member {
        Some(name) => format!("({call}).{name}"),
        None if one.entry().is_none() => format!("({call})"),
        None => call,
    };
    let replacement = match one.entry() {
        Some(entry) => format!("{} = {text};", doc.slice(entry.path)),
        None => text.clone(),
    };
    written.replacements.insert(one.number, replacement);
    written.cuts.entry(doc.path.clone()).or_default().push(Cut { at, text });
}

/// Puts one binding in the place of all units of a bundle.
fn replace_all(bundle: &Bundle, shape: Shape, target: &str, takes: &BTreeSet<Name>, written: &mut Written) {
    let mut units: Vec<&Found> = bundle.units().collect();
    units.sort_by_key(|one| one.span().start);
    let Some((first, rest)) = units.split_first() else { return };
    let Some(entry) = first.entry() else { return };
    let doc = first.doc;
    let indent = doc.indent(entry.span.start);
    let text = if let Shape::Below(keys) = shape {
        let end = entry.starts.get(keys).copied().unwrap_or(entry.path.end);
        let prefix = doc.slice(Loc { start: entry.path.start, end }).trim_end().trim_end_matches('.').trim_end();
        let used = indent.chars().count() + prefix.chars().count() + 3;
        format!("{prefix} = {};", write::import(doc.importer(), target, takes, indent, used, 1))
    } else {
        let names: Vec<Name> = units.iter().filter_map(|one| one.entry()?.keys.first()?.clone()).collect();
        write::inherit(doc.importer(), target, takes, &names, indent)
    };
    let mut removed: Vec<Loc> = Vec::new();
    for one in rest {
        removed.extend(lines(one));
    }
    let mut own = lines(first).into_iter();
    let cuts = written.cuts.entry(doc.path.clone()).or_default();
    if let Some(at) = own.next() {
        let slice = doc.slice(at);
        let whole = doc.line_start(at.start) == at.start && slice.ends_with('\n');
        let lead = &slice[..slice.len() - slice.trim_start().len()];
        let trail = &slice[slice.trim_end().len()..];
        let new = if whole { format!("{indent}{text}\n") } else { format!("{lead}{text}{trail}") };
        cuts.push(Cut { at, text: new });
    }
    removed.extend(own);
    written.replacements.insert(first.number, text);
    cut(doc, removed, cuts);
}

/// The bytes that go with each part of a unit.
fn lines(one: &Found) -> Vec<Loc> {
    one.spans()
        .into_iter()
        .filter_map(|part| one.doc.layout.entry(part))
        .map(|entry| entry.lines)
        .collect()
}

/// Cuts `let` bindings out that moved with what reads them.
fn remove(units: &[Found], written: &mut Written) {
    let Some(doc) = units.first().map(|one| one.doc) else { return };
    let places: BTreeSet<u32> = units
        .iter()
        .filter_map(|one| one.entry())
        .map(|entry| entry.parts.first().map_or(entry.span.start, |at| at.start))
        .collect();
    let edits = doc.layout.delete(&places);
    let cuts = edits.into_iter().map(|cut| Cut { at: Loc { start: cut.start, end: cut.end }, text: String::new() });
    written.cuts.entry(doc.path.clone()).or_default().extend(cuts);
}

/// Cuts places out; of two blank lines that would come together, one goes too.
pub(super) fn cut(doc: &super::doc::Doc, mut places: Vec<Loc>, cuts: &mut Vec<Cut>) {
    places.sort();
    let mut joined: Vec<Loc> = Vec::new();
    for place in places {
        let between = |last: &Loc| doc.slice(Loc { start: last.end, end: place.start.max(last.end) }).trim().is_empty();
        match joined.last_mut().filter(|last| between(last)) {
            Some(last) => last.end = last.end.max(place.end),
            None => joined.push(place),
        }
    }
    for mut place in joined {
        let before = &doc.text[..place.start as usize];
        let behind = &doc.text[place.end as usize..];
        let blank = behind.find('\n').filter(|end| behind[..*end].trim().is_empty());
        let opens = before.ends_with("\n\n") || before.trim_end().ends_with("let") || before.trim_end().ends_with('{');
        if let Some(end) = blank.filter(|_| opens && before.ends_with('\n')) {
            place.end += end as u32 + 1;
        }
        cuts.push(Cut { at: place, text: String::new() });
    }
}
