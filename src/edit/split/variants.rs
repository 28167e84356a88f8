//! Code that is written several times, all of it alike but for some leaves, made one function: a file that takes the
//! leaves as arguments. What is common is the least general generalisation of the trees (Plotkin 1970), as far out as
//! what differs reads nothing that is bound inside.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Refusal;
use super::doc::Doc;
use super::free::{free, within};
use super::group::{Found, What};
use super::indent::Moving;
use super::site::is_identifier;
use super::step::{Cut, Written};
use super::write;
use crate::resolve::clones::{children, own_digest};
use crate::resolve::globals::is_global;
use crate::resolve::ir::{AttrValue, ExprId, Kind, Loc, Name, Set};
use crate::resolve::names::Target;

/// Arguments that differ: a function of more is no easier to read than what it stands for.
const MOST_ARGUMENTS: usize = 8;

/// Writes one function for all units of a file, and calls of it in their places.
pub(super) fn write(found: &[Found], written: &mut Written) -> Result<(), Refusal> {
    let mut files: BTreeMap<&str, Vec<&Found>> = BTreeMap::new();
    for one in found {
        files.entry(&one.to).or_default().push(one);
    }
    files.into_iter().try_for_each(|(to, units)| function(to, &units, written))
}

fn function(to: &str, units: &[&Found], written: &mut Written) -> Result<(), Refusal> {
    let [first, rest @ ..] = units else { return Ok(()) };
    let doc = first.doc;
    if rest.is_empty() {
        return Err(doc.refuse("one thing alone has no variants", first.span().start));
    }
    if let Some(other) = rest.iter().find(|one| one.doc.path != doc.path) {
        return Err(other.doc.refuse("variants of one thing are made one function within a file", other.span().start));
    }
    let values: Vec<Loc> = units.iter().map(|one| one.value()).collect();
    let holes = Unifier::new(doc, &values)?.holes()?;
    let arguments = named(doc, first.value(), &holes);
    let (text, takes) = file(doc, first.value(), to, &arguments)?;
    for (place, one) in units.iter().enumerate() {
        call(one, to, &takes, &arguments, place, written);
    }
    written.files.insert(to.to_owned(), (text, takes));
    Ok(())
}

/// A place that differs: where it is in each unit, and the attribute around it.
#[derive(Clone, Debug)]
struct Hole {
    places: Vec<Loc>,
    name: Option<Name>,
}

/// An argument, and the places that it stands for.
struct Argument {
    name: Name,
    holes: Vec<Hole>,
}

struct Unifier<'a> {
    doc: &'a Doc,
    values: &'a [Loc],
    roots: Vec<ExprId>,
    /// What each name means, by where it is written.
    targets: BTreeMap<u32, Target>,
    /// The names of attributes, by their values in the first unit.
    names: BTreeMap<ExprId, Name>,
    holes: Vec<Hole>,
}

impl<'a> Unifier<'a> {
    fn new(doc: &'a Doc, values: &'a [Loc]) -> Result<Self, Refusal> {
        let exprs = &doc.ir().exprs;
        let root = |at: &Loc| {
            let inside = exprs.iter().zip(0..).filter(|(expr, _)| within(expr.loc, &[*at]));
            let largest = inside.max_by_key(|(expr, number)| (expr.loc.end - expr.loc.start, *number));
            largest.map(|(_, number)| ExprId(number)).ok_or_else(|| doc.refuse("it cannot be read", at.start))
        };
        let targets = doc.names().references.iter().map(|one| (one.at.start, one.target)).collect();
        let mut names = BTreeMap::new();
        for set in exprs.iter().filter_map(|expr| set_of(&expr.kind)) {
            for attr in &set.attrs {
                if let AttrValue::Expr(value) = attr.value {
                    names.insert(value, attr.name.clone());
                }
            }
        }
        let roots: Vec<ExprId> = values.iter().map(root).collect::<Result<_, _>>()?;
        // What a unit is called says nothing of what differs in it.
        for root in &roots {
            names.remove(root);
        }
        Ok(Self { doc, values, roots, targets, names, holes: Vec::new() })
    }

    fn holes(mut self) -> Result<Vec<Hole>, Refusal> {
        let roots = self.roots.clone();
        let start = self.values[0].start;
        self.unify(&roots, None).map_err(|at| {
            self.doc.refuse("what differs here reads what is bound inside, so no argument can stand for it", at)
        })?;
        let mut seen = BTreeSet::new();
        self.holes.retain(|hole| seen.insert(hole.places.clone()));
        let bytes = |at: &Loc| (at.end - at.start) as usize;
        let different: usize = self.holes.iter().map(|hole| bytes(&hole.places[0])).sum();
        if different * 2 > bytes(&self.values[0]) {
            let reason = "these differ in more than they share: one function would be a list of its arguments";
            return Err(Refusal { pointless: true, ..self.doc.refuse(reason, start) });
        }
        Ok(self.holes)
    }

    /// Finds what differs between some expressions. Fails where that reads what is bound between there and the units.
    fn unify(&mut self, exprs: &[ExprId], around: Option<&Name>) -> Result<(), u32> {
        let name = exprs.first().and_then(|first| self.names.get(first)).or(around).cloned();
        if !self.are_alike(exprs) {
            return self.differ(exprs, name);
        }
        let below: Vec<Vec<ExprId>> = exprs.iter().map(|expr| below(self.doc.ir().kind(*expr))).collect();
        let found = self.holes.len();
        for at in 0..below[0].len() {
            let parts: Vec<ExprId> = below.iter().map(|parts| parts[at]).collect();
            if self.unify(&parts, name.as_ref()).is_err() {
                self.holes.truncate(found);
                return self.differ(exprs, name);
            }
        }
        Ok(())
    }

    /// Whether some expressions are the same, whatever is below them.
    fn are_alike(&self, exprs: &[ExprId]) -> bool {
        let ir = self.doc.ir();
        let first = ir.kind(exprs[0]);
        let (digest, count) = (own_digest(first), below(first).len());
        let meanings = |place: usize| {
            let expr = exprs[place];
            let at: Vec<u32> = match ir.kind(expr) {
                Kind::Var(_) => vec![ir.expr(expr).loc.start],
                kind => set_of(kind).into_iter().flat_map(inherited).collect(),
            };
            at.into_iter().map(|at| self.meaning(at, self.values[place])).collect::<Vec<_>>()
        };
        (1..exprs.len()).all(|place| {
            let kind = ir.kind(exprs[place]);
            own_digest(kind) == digest && below(kind).len() == count && meanings(place) == meanings(0)
        })
    }

    /// What a name means; what is bound inside of a unit means the same in all of them.
    fn meaning(&self, at: u32, unit: Loc) -> Option<Target> {
        let names = self.doc.names();
        match self.targets.get(&at).copied()? {
            Target::Definition(number) if within(names.definitions[number as usize].at, &[unit]) => None,
            Target::With(number) if within(names.withs[number as usize].at, &[unit]) => None,
            target => Some(target),
        }
    }

    fn differ(&mut self, exprs: &[ExprId], name: Option<Name>) -> Result<(), u32> {
        let places: Vec<Loc> = exprs.iter().map(|expr| self.doc.ir().expr(*expr).loc).collect();
        for (at, unit) in places.iter().zip(self.values) {
            // What Nix puts together of several places is written in none.
            if self.doc.layout.piece(*at).is_none() || self.reads_inside(*at, *unit) {
                return Err(at.start);
            }
        }
        self.holes.push(Hole { places, name });
        Ok(())
    }

    /// Whether code reads what a unit around it binds.
    fn reads_inside(&self, at: Loc, unit: Loc) -> bool {
        let names = self.doc.names();
        let between = |place: Loc| within(place, &[unit]) && !within(place, &[at]);
        names.references.iter().filter(|one| within(one.at, &[at])).any(|one| {
            let defined = match one.target {
                Target::Definition(number) => between(names.definitions[number as usize].at),
                _ => false,
            };
            let mut with = one.with;
            while let Some(number) = with.filter(|number| !between(names.withs[*number as usize].at)) {
                with = names.withs[number as usize].outer;
            }
            defined || with.is_some()
        })
    }
}

fn set_of(kind: &Kind) -> Option<&Set> {
    match kind {
        Kind::Set(set) | Kind::Let(set, _) | Kind::LegacyLet(set) => Some(set),
        _ => None,
    }
}

/// Where the names stand that a set inherits from around it.
fn inherited(set: &Set) -> impl Iterator<Item = u32> {
    set.attrs.iter().filter(|attr| matches!(attr.value, AttrValue::Inherit)).map(|attr| attr.at.start)
}

fn below(kind: &Kind) -> Vec<ExprId> {
    let mut found = Vec::new();
    children(kind, &mut |child| found.push(child));
    found
}

/// An argument for each thing that differs, by the attribute that it is written in; what differs in the same way in two
/// places is one.
fn named(doc: &Doc, unit: Loc, holes: &[Hole]) -> Vec<Argument> {
    let names = doc.names();
    let uses = names.references.iter().filter(|one| within(one.at, &[unit])).map(|one| &one.name);
    let bound = names.definitions.iter().filter(|one| within(one.at, &[unit])).map(|one| &one.name);
    let mut taken: BTreeSet<Name> = uses.chain(bound).cloned().collect();
    let mut by_text: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    let mut arguments: Vec<Argument> = Vec::new();
    for hole in holes {
        let texts: Vec<&str> = hole.places.iter().map(|at| doc.slice(*at)).collect();
        if let Some(known) = by_text.get(&texts).and_then(|at| arguments.get_mut(*at)) {
            known.holes.push(hole.clone());
            continue;
        }
        by_text.insert(texts, arguments.len());
        let good = hole.name.as_ref().filter(|name| is_identifier(name) && !is_global(name));
        let stem = good.map_or("value", |name| name);
        let nth = |n: u32| if n == 1 { stem.to_owned() } else { format!("{stem}{n}") };
        // One more than there are names must find one that is free.
        let free = (1..=taken.len() as u32 + 1).map(nth).find(|name| !taken.contains(name.as_str()));
        let name: Name = Arc::from(free.unwrap_or_default());
        taken.insert(name.clone());
        arguments.push(Argument { name, holes: vec![hole.clone()] });
    }
    arguments
}

/// The function's file, out of the first unit.
fn file(doc: &Doc, unit: Loc, to: &str, arguments: &[Argument]) -> Result<(String, BTreeSet<Name>), Refusal> {
    if arguments.len() > MOST_ARGUMENTS {
        let said =
            format!("a function of these would take {} arguments besides what all of them read", arguments.len());
        return Err(doc.refuse(said, unit.start));
    }
    let mut places: Vec<(Loc, &Name)> =
        arguments.iter().flat_map(|one| one.holes.iter().map(|hole| (hole.places[0], &one.name))).collect();
    places.sort();
    let mut body = String::new();
    let mut from = unit.start;
    for (at, name) in places {
        body.push_str(doc.slice(Loc { start: from, end: at.start }));
        let touches = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '"' | '\'' | '-');
        if body.ends_with(touches) {
            body.push(' ');
        }
        body.push_str(name);
        if doc.text[at.end as usize..].starts_with(touches) {
            body.push(' ');
        }
        from = at.end;
    }
    body.push_str(doc.slice(Loc { start: from, end: unit.end }));
    // Read again with the arguments bound, so that what it needs is told as for any other code that moves.
    let names: BTreeSet<Name> = arguments.iter().map(|one| one.name.clone()).collect();
    let bound = names.iter().map(|name| &**name).collect::<Vec<_>>().join(", ");
    let head = if names.is_empty() { String::new() } else { format!("({{ {bound} }}: ") };
    let tail = if names.is_empty() { "" } else { ")" };
    let (before, behind) = (&doc.text[..unit.start as usize], &doc.text[unit.end as usize..]);
    let start = unit.start + head.len() as u32;
    let place = Loc { start, end: start + body.len() as u32 };
    let again = Doc::written(&doc.path, Arc::from(format!("{before}{head}{body}{tail}{behind}")))?;
    let needs = free(&again, &[place])?;
    let text = Moving::new(&again, place, again.indent(place.start), to).text(place, "");
    let takes: BTreeSet<Name> = needs.names.union(&names).cloned().collect();
    Ok((write::file(&takes, &needs.withs, &text), takes))
}

/// Puts a call in the place of a unit.
fn call(one: &Found, to: &str, takes: &BTreeSet<Name>, arguments: &[Argument], place: usize, written: &mut Written) {
    let doc = one.doc;
    let at = one.value();
    let indent = doc.indent(at.start);
    let alone = one.entry().is_some() || matches!(&one.what, What::Piece(piece) if piece.bound);
    let around = usize::from(!alone);
    let inner = format!("{indent}  ");
    let given = arguments.iter().map(|argument| {
        let hole = argument.holes[0].places[place];
        let value = Moving::new(doc, hole, doc.indent(hole.start), &doc.path).text(hole, &inner);
        (argument.name.clone(), value)
    });
    let given: Vec<(Name, String)> = given.collect();
    let passed: BTreeSet<Name> =
        takes.iter().filter(|name| given.iter().all(|(own, _)| own != *name)).cloned().collect();
    let used = doc.column(at.start) + around;
    let call = write::call(doc.importer(), to, &passed, &given, indent, used, 1 + around);
    let text = if alone { call } else { format!("({call})") };
    let replacement = match one.entry() {
        Some(entry) => format!("{} = {text};", doc.slice(entry.path)),
        None => text.clone(),
    };
    written.replacements.insert(one.number, replacement);
    written.cuts.entry(doc.path.clone()).or_default().push(Cut { at, text });
}
