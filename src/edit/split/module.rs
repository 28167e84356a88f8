//! Outputs as flake-parts modules of their own, listed in `imports`.
//!
//! flake-parts gives every module the same arguments by name, so a module takes what it reads of those itself. Names
//! that only `flake.nix` has are passed by an `import` in the list, which the module system does not force.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use super::doc::Doc;
use super::free::{free_of, within};
use super::group::{Found, What, trimmed};
use super::indent::Moving;
use super::merge::may_move;
use super::path;
use super::site;
use super::step::{Cut, Written};
use super::write;
use crate::resolve::ir::{Loc, Name};
use crate::resolve::names::{DefinitionKind, Target};
use crate::resolve::units::{Entry, ModulePlace, ModuleSet};

/// A binding that goes to a module.
struct Part<'a> {
    number: usize,
    doc: &'a Doc,
    entry: Entry,
    place: ModulePlace,
}

/// What a module reads from around it.
#[derive(Default)]
struct Reads {
    /// Arguments of the module.
    module: BTreeSet<Name>,
    /// Arguments of its `perSystem`.
    system: BTreeSet<Name>,
    /// All names.
    all: BTreeSet<Name>,
    /// The first that neither gives, and where it is read.
    other: Option<(Name, u32)>,
    /// Namespaces of `with`s to open again.
    withs: Vec<String>,
}

/// Items for one `imports`, by file and place of the module's set.
type Items<'a> = BTreeMap<(String, Loc), (&'a Doc, ModuleSet, Vec<String>)>;

/// Writes each file as a module. Where `passing` is false, names that flake-parts does not give are a reason to refuse.
pub(super) fn write(found: &[Found], passing: bool, written: &mut Written) -> Result<(), Refusal> {
    let mut files: BTreeMap<&str, Vec<Part>> = BTreeMap::new();
    for one in found {
        files.entry(&one.to).or_default().push(part(one)?);
    }
    let mut items: Items = BTreeMap::new();
    for (to, parts) in &files {
        let Some(first) = parts.first() else { continue };
        let same = |part: &Part| {
            part.doc.path == first.doc.path
                && part.place.top == first.place.top
                && part.place.system.is_some() == first.place.system.is_some()
        };
        if let Some(other) = parts.iter().find(|part| !same(part)) {
            return Err(other.doc.refuse("a module holds what stands in one place", other.entry.span.start));
        }
        let (set, item) = file(to, parts, passing, written)?;
        let key = (first.doc.path.clone(), set.at);
        items.entry(key).or_insert_with(|| (first.doc, set, Vec::new())).2.push(item.clone());
        written.replacements.insert(first.number, item);
    }
    let all: Vec<&Part> = files.values().flatten().collect();
    let mut docs: BTreeMap<&str, (&Doc, Vec<Loc>)> = BTreeMap::new();
    for part in &all {
        let whole = part.place.around.filter(|around| is_whole(*around, &all)).map(|(at, _)| at);
        let outer = whole.and_then(|at| part.doc.layout.entry(at));
        let lines = outer.map_or(part.entry.lines, |outer| outer.lines);
        docs.entry(&part.doc.path).or_insert_with(|| (part.doc, Vec::new())).1.push(lines);
    }
    for (path, (doc, mut lines)) in docs {
        lines.sort();
        lines.dedup();
        site::cut(doc, lines, written.cuts.entry(path.to_owned()).or_default());
    }
    for (_, (doc, set, items)) in items {
        let cut = listed(doc, &set, &items)?;
        written.cuts.entry(doc.path.clone()).or_default().push(cut);
    }
    Ok(())
}

/// Whether all bindings of a set move, and nothing else is said there.
fn is_whole((at, bindings): (Loc, usize), all: &[&Part]) -> bool {
    let inside: Vec<&&Part> =
        all.iter().filter(|part| part.place.around.is_some_and(|(other, _)| other == at)).collect();
    let Some(doc) = inside.first().map(|part| part.doc) else { return false };
    let moved = |comment: &Loc| inside.iter().any(|part| within(*comment, &[part.entry.lines]));
    let Some(outer) = doc.layout.entry(at) else { return false };
    inside.len() == bindings && doc.layout.comments(outer.lines).iter().all(moved)
}

fn part<'a>(one: &Found<'a>) -> Result<Part<'a>, Refusal> {
    let doc = one.doc;
    let at = one.span().start;
    let What::Entry(_) = &one.what else {
        return Err(doc.refuse("this is no option of a flake-parts module, so it cannot be a module of its own", at));
    };
    let place = doc.layout.module_place(one.span()).map_err(|reason| doc.refuse(reason, at))?;
    let entry = doc.layout.entry(place.span).ok_or_else(|| doc.refuse("a binding around it cannot be read", at))?;
    let own: Option<Vec<Name>> = entry.keys.iter().cloned().collect();
    let path = place.above.iter().cloned().chain(own.ok_or_else(|| doc.refuse("its name is computed", at))?);
    let mut path: Vec<Name> = path.collect();
    let flake = |names: &[Name]| names.len() == 1 && &*names[0] == "flake";
    if place.system.is_none() && flake(&place.above) && entry.parts.len() == 1 {
        // All that is below `flake.lib` is all of `flake.lib`.
        path.truncate(2);
    }
    may_move(place.system.is_some(), &path).map_err(|reason| doc.refuse(reason, at))?;
    Ok(Part { number: one.number, doc, entry, place })
}

/// What the parts of a file read.
fn reads(parts: &[Part]) -> Result<Reads, Refusal> {
    let mut reads = Reads::default();
    let Some(first) = parts.first() else { return Ok(reads) };
    let (doc, place) = (first.doc, &first.place);
    let spans: Vec<Loc> = parts.iter().map(|part| part.entry.span).collect();
    // What a `with` gives, flake-parts does not: the `with` goes along.
    let needs = free_of(doc, &spans, 0)?;
    let read: Vec<Loc> = spans.iter().chain(&needs.opened).copied().collect();
    let names = doc.names();
    let of = |formals: Option<Loc>, number: u32| {
        let definition = &names.definitions[number as usize];
        let is_formal = definition.kind == DefinitionKind::Formal;
        is_formal && formals.is_some_and(|formals| within(definition.at, &[formals]))
    };
    let given: String = doc.slice(place.given).split_whitespace().collect::<Vec<_>>().join(" ");
    let inputs = given.contains("inherit inputs") || given.contains("inputs = inputs;");
    for reference in names.references.iter().filter(|reference| within(reference.at, &read)) {
        let name = &reference.name;
        if !needs.names.contains(name) || reads.all.contains(name) {
            continue;
        }
        let known = match reference.target {
            Target::Definition(number) if of(place.system.and_then(|set| set.formals), number) => {
                reads.system.insert(name.clone())
            }
            Target::Definition(number) if of(place.top.formals, number) => reads.module.insert(name.clone()),
            Target::Definition(number) if &**name == "inputs" && inputs => {
                let outside = names.definitions[number as usize].at.start < place.top.at.start;
                outside && reads.module.insert(name.clone())
            }
            Target::Definition(number) if within(names.definitions[number as usize].at, &spans) => continue,
            _ => false,
        };
        if !known && reads.other.is_none() {
            reads.other = Some((name.clone(), reference.at.start));
        }
        reads.all.insert(name.clone());
    }
    reads.withs = needs.withs;
    Ok(reads)
}

/// Writes one file; gives the set whose `imports` it goes to, and what it is there.
fn file(to: &str, parts: &[Part], passing: bool, written: &mut Written) -> Result<(ModuleSet, String), Refusal> {
    let reads = reads(parts)?;
    let doc = parts[0].doc;
    let place = &parts[0].place;
    if let Some((name, at)) = reads.other.as_ref().filter(|_| !passing) {
        let reason = format!("a module cannot take `{name}`, which flake-parts does not give to modules");
        return Err(doc.refuse(reason, *at));
    }
    let own = reads.all.iter().all(|name| reads.module.contains(name) || reads.system.contains(name));
    if own {
        let text = module(to, parts, &reads);
        written.files.insert(to.to_owned(), (text, reads.module));
        written.modules.insert(to.to_owned(), true);
        return Ok((place.top, path::literal(&doc.path, to)));
    }
    let body = format!("{{\n{}}}", bindings(to, parts, "  "));
    written
        .files
        .insert(to.to_owned(), (write::file(&reads.all, &reads.withs, &body), reads.all.clone()));
    written.modules.insert(to.to_owned(), false);
    let set = place.system.unwrap_or(place.top);
    let indent = format!("{}    ", doc.indent(set.at.start));
    let call = write::import(doc.importer(), to, &reads.all, &indent, indent.len() + 1, 1);
    Ok((set, format!("({call})")))
}

/// The text of a module that takes its arguments from flake-parts.
fn module(to: &str, parts: &[Part], reads: &Reads) -> String {
    let mut out = head(&reads.module).map(|head| format!("{head}\n")).unwrap_or_default();
    let system = parts[0].place.system.is_some();
    let withs = |indent: &str| reads.withs.iter().flat_map(|one| [indent, "with ", one, ";\n"]).collect::<String>();
    if !system {
        out.push_str(&withs(""));
    }
    out.push_str("{\n");
    match head(&reads.system).filter(|_| system) {
        Some(head) => {
            let head = head.replace('\n', "\n    ");
            let withs = withs("    ");
            let bindings = bindings(to, parts, "      ");
            out.extend(["  perSystem =\n    ", &head, "\n", &withs, "    {\n", &bindings, "    };\n"]);
        }
        None if system && !reads.withs.is_empty() => {
            out.extend(["  perSystem =\n", &withs("    "), "    {\n", &bindings(to, parts, "      "), "    };\n"]);
        }
        None if system => out.extend(["  perSystem = {\n", &bindings(to, parts, "    "), "  };\n"]),
        None => out.push_str(&bindings(to, parts, "  ")),
    }
    out.push_str("}\n");
    out
}

/// What a module takes; there are always more arguments than it names.
pub(super) fn head(names: &BTreeSet<Name>) -> Option<String> {
    let head = write::head(names)?;
    Some(match head.strip_suffix(" }:") {
        Some(line) => format!("{line}, ... }}:"),
        None => head.replace("\n}:", "\n  ...\n}:"),
    })
}

/// The bindings with their comments, each by its whole path, on lines that begin with `indent`.
fn bindings(to: &str, parts: &[Part], indent: &str) -> String {
    let mut out = String::new();
    for (number, part) in parts.iter().enumerate() {
        let Part { doc, entry, place, .. } = part;
        if number > 0 {
            out.push('\n');
        }
        let at = trimmed(doc, entry.lines);
        let moving = Moving::new(doc, at, doc.indent(entry.span.start), to);
        out.push_str(indent);
        out.push_str(&moving.text(Loc { start: at.start, end: entry.span.start }, indent));
        for name in &place.above {
            out.push_str(&if site::is_identifier(name) { name.to_string() } else { format!("\"{name}\"") });
            out.push('.');
        }
        out.push_str(&moving.text(Loc { start: entry.span.start, end: at.end }, indent));
        out.push('\n');
    }
    out
}

/// The change that puts items into a module's `imports`.
fn listed(doc: &Doc, set: &ModuleSet, items: &[String]) -> Result<Cut, Refusal> {
    let lines = |indent: &str| items.iter().flat_map(|item| ["\n", indent, item]).collect::<String>();
    let Some(at) = set.imports else {
        let place = Loc { start: set.at.start + 1, end: set.at.start + 1 };
        let broken = doc.slice(Loc { start: set.at.start, end: set.first.max(set.at.start) }).contains('\n');
        let text = if broken {
            let indent = doc.indent(set.first);
            let last = set.first + 1 >= set.at.end;
            let indent = if last { format!("{}  ", doc.indent(set.at.start)) } else { indent.to_owned() };
            format!("\n{indent}imports = [{}\n{indent}];", lines(&format!("{indent}  ")))
        } else {
            format!(" imports = [ {} ];", items.join(" "))
        };
        return Ok(Cut { at: place, text });
    };
    if !set.listed {
        return Err(doc.refuse("`imports` is not written out as a list, so no module can be put into it", at.start));
    }
    let inner = doc.slice(Loc { start: at.start, end: at.end - 1 });
    let end = at.start + inner.trim_end().len() as u32;
    let place = Loc { start: end, end };
    if inner.contains('\n') {
        // As deep as the first item, else a step deeper than the list.
        let second = inner.lines().nth(1).filter(|line| !line.trim().is_empty());
        let deep = second.map(|line| line[..line.len() - line.trim_start().len()].to_owned());
        let indent = deep.unwrap_or_else(|| format!("{}  ", doc.indent(at.start)));
        return Ok(Cut { at: place, text: lines(&indent) });
    }
    let closed = inner.trim_end().len() == inner.len();
    let text = format!(" {}{}", items.join(" "), if closed { " " } else { "" });
    if doc.column(at.end) + text.chars().count() > 100 || text.contains('\n') {
        let indent = doc.indent(at.start);
        return Ok(Cut {
            at: Loc { start: end, end: at.end - 1 },
            text: format!("{}\n{indent}", lines(&format!("{indent}  "))),
        });
    }
    Ok(Cut { at: place, text })
}
