//! One step: its units found in the text, grouped, written, and proven.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::doc::Doc;
use super::group::{self, Found, What};
use super::path;
use super::proof;
use super::tidy::{self, Tidied};
use super::{Carried, Created, Move, Order, Refusal, Shift, Texts, Unit, module, variants, write};
use crate::resolve::ir::{Loc, Name};

/// A replacement within one file.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) at: Loc,
    pub(super) text: String,
}

/// What a step writes.
#[derive(Default)]
pub(super) struct Written {
    /// Cuts of each file.
    pub(super) cuts: BTreeMap<String, Vec<Cut>>,
    /// New files with the names that they take.
    pub(super) files: BTreeMap<String, (String, BTreeSet<Name>)>,
    /// Which of them are flake-parts modules, and whether they take their arguments from flake-parts.
    pub(super) modules: BTreeMap<String, bool>,
    /// What stands in the place of a move, by its number.
    pub(super) replacements: BTreeMap<usize, String>,
}

/// Carries a step out in memory. `texts` are at least the files that code moves from; `exists` says whether a path
/// is taken.
///
/// # Errors
/// Where meaning could change and it is not proven that it does not.
pub fn carry_out(texts: &Texts, exists: &dyn Fn(&str) -> bool, order: &Order) -> Result<Carried, Refusal> {
    let docs = docs(texts, order)?;
    let written = draft(&docs, texts, exists, order)?;
    finish(&docs, order, written)
}

/// Whether a step could be carried out and would be no better for it. Nothing is proven for that.
pub fn is_pointless(texts: &Texts, exists: &dyn Fn(&str) -> bool, order: &Order) -> bool {
    let drafted = docs(texts, order).and_then(|docs| draft(&docs, texts, exists, order));
    drafted.is_err_and(|refusal| refusal.pointless)
}

/// The files that code moves from.
fn docs<'a>(texts: &Texts, order: &'a Order) -> Result<BTreeMap<&'a str, Doc>, Refusal> {
    let mut docs = BTreeMap::new();
    for one in &order.moves {
        if !docs.contains_key(one.path.as_str()) {
            let text = texts.get(&one.path).ok_or_else(|| Refusal::new(format!("{} was not read", one.path)))?;
            let doc = Doc::read(&one.path, text.clone())?;
            if let Some(refusal) = doc.unmovable() {
                return Err(refusal);
            }
            docs.insert(one.path.as_str(), doc);
        }
    }
    Ok(docs)
}

/// What a step would write.
fn draft(
    docs: &BTreeMap<&str, Doc>,
    texts: &Texts,
    exists: &dyn Fn(&str) -> bool,
    order: &Order,
) -> Result<Written, Refusal> {
    let mut written = Written::default();
    delete(docs, order, &mut written)?;
    let found = find(docs, order)?;
    for to in found.iter().map(|one| &one.to).chain(&order.ties) {
        if !path::is_plain(to) || !crate::source::is_nix(to) {
            return Err(Refusal::new(format!("`{to}` cannot be written as a path in Nix code")));
        }
        if exists(to) || texts.contains_key(to) {
            return Err(Refusal::new(format!("{to} exists already")));
        }
    }
    let (modules, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| order.modules.contains(&one.to));
    let (functions, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| order.functions.contains(&one.to));
    module::write(&modules, order.passing, &mut written)?;
    variants::write(&functions, &mut written)?;
    group::write(found, &order.ties, exists, &mut written)?;
    Ok(written)
}

/// Cuts what is deleted.
fn delete(docs: &BTreeMap<&str, Doc>, order: &Order, written: &mut Written) -> Result<(), Refusal> {
    for (path, doc) in docs {
        let gone = order.moves.iter().filter(|one| one.path == *path && one.to.is_none());
        let places: BTreeSet<u32> = gone.map(|one| one.span.start).collect();
        let Some(first) = places.first() else { continue };
        let edits = doc.layout.delete(&places);
        if edits.is_empty() {
            return Err(doc.refuse("what is to be deleted is not written as `let` bindings", *first));
        }
        let cuts = edits.into_iter().map(|cut| Cut { at: Loc { start: cut.start, end: cut.end }, text: String::new() });
        written.cuts.entry((*path).to_owned()).or_default().extend(cuts);
    }
    Ok(())
}

fn find<'a>(docs: &'a BTreeMap<&str, Doc>, order: &Order) -> Result<Vec<Found<'a>>, Refusal> {
    let mut found = Vec::new();
    for (number, one) in order.moves.iter().enumerate() {
        let (Some(to), Some(doc)) = (&one.to, docs.get(one.path.as_str())) else { continue };
        let span = Loc { start: one.span.start, end: one.span.end };
        let movable = doc.movable().is_some_and(|place| place.start <= span.start && span.end <= place.end);
        if !movable {
            return Err(doc.refuse("Nix wants this part of flake.nix written out where it is", span.start));
        }
        let what = what(doc, order, one, span)
            .ok_or_else(|| doc.refuse("this is not a binding or expression that can be cut out", span.start))?;
        found.push(Found { number, doc, to: to.clone(), what });
    }
    found.sort_by_key(|one| (one.doc.path.clone(), one.span().start));
    let overlap = |pair: &&[Found]| pair[0].doc.path == pair[1].doc.path && pair[0].span().end > pair[1].span().start;
    if let Some(pair) = found.windows(2).find(overlap) {
        return Err(pair[1].doc.refuse("two units of one step overlap", pair[1].span().start));
    }
    Ok(found)
}

fn what(doc: &Doc, order: &Order, one: &Move, span: Loc) -> Option<What> {
    match one.unit {
        Unit::Binding | Unit::Value => doc.layout.entry(span).map(What::Entry).or_else(|| {
            let copy = one.to.as_ref().is_some_and(|to| order.functions.contains(to));
            doc.layout.piece(span).filter(|_| copy).map(What::Piece)
        }),
        Unit::Expression => doc.layout.piece(span).map(What::Piece),
    }
}

/// Applies the cuts, reads the result back and proves it.
fn finish(docs: &BTreeMap<&str, Doc>, order: &Order, written: Written) -> Result<Carried, Refusal> {
    let mut carried = Carried::default();
    let mut new = BTreeMap::new();
    for (path, mut cuts) in written.cuts {
        let doc = &docs[path.as_str()];
        cuts.sort_by_key(|cut| cut.at);
        if let Some(pair) = cuts.windows(2).find(|pair| pair[0].at.end > pair[1].at.start) {
            return Err(doc.refuse("two changes would overlap here", pair[1].at.start));
        }
        let text: Arc<str> = Arc::from(applied(&doc.text, &cuts));
        let shift = |cut: &Cut| Shift { old: cut.at.start..cut.at.end, new: cut.text.len() as u32 };
        let deletes = order.moves.iter().any(|one| one.to.is_none());
        let Tidied { text, layers } = tidy::tidy(doc, text, vec![cuts.iter().map(shift).collect()], deletes)?;
        Doc::reread(&path, text.clone())?.names_all(doc, |at| tidy::origin(&layers, at))?;
        new.insert(path.clone(), Doc::written(&path, text.clone())?);
        carried.shifts.insert(path.clone(), layers);
        carried.texts.insert(path, text);
    }
    let changed: BTreeSet<String> = new.keys().cloned().collect();
    let is_called = |path: &str| written.modules.get(path) != Some(&true);
    let takes = |(path, (_, arguments)): (&String, &(String, BTreeSet<Name>))| {
        (path.clone(), !arguments.is_empty() && is_called(path))
    };
    let created: BTreeMap<String, bool> = written.files.iter().map(takes).collect();
    let modules: BTreeSet<String> = written.modules.keys().cloned().collect();
    for (path, (text, arguments)) in written.files {
        let text: Arc<str> = Arc::from(text);
        let doc = Doc::written(&path, text.clone())?;
        carried.created.push(Created {
            path: path.clone(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            head: if is_called(&path) { write::head(&arguments) } else { module::head(&arguments) },
            module: modules.contains(&path),
            lines: doc.lines(),
        });
        carried.texts.insert(path.clone(), text);
        new.insert(path, doc);
    }
    let old_irs = docs.iter().map(|(path, doc)| (*path, doc.ir()));
    let new_irs = new.iter().map(|(path, doc)| (path.as_str(), doc.ir()));
    proof::prove(old_irs, new_irs, &changed, (&created, &modules)).map_err(|difference| {
        let reason = format!("it is not proven that nothing changes: {}", difference.reason);
        match difference.at {
            Some((path, at)) => match docs.get(path.as_str()) {
                Some(doc) => doc.refuse(reason, at.start),
                None => Refusal::new(reason),
            },
            None => Refusal::new(reason),
        }
    })?;
    comments(docs, order, &new)?;
    let replacement = |number: usize| written.replacements.get(&number).cloned().unwrap_or_default();
    carried.replacements = (0..order.moves.len()).map(replacement).collect();
    Ok(carried)
}

fn applied(text: &str, cuts: &[Cut]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for cut in cuts {
        out.push_str(&text[from..cut.at.start as usize]);
        out.push_str(&cut.text);
        from = cut.at.end as usize;
    }
    out.push_str(&text[from..]);
    out
}

/// No comment may be lost but those of code that is deleted, and of copies whose first one has the same.
fn comments(old: &BTreeMap<&str, Doc>, order: &Order, new: &BTreeMap<String, Doc>) -> Result<(), Refusal> {
    if order.moves.iter().any(|one| one.to.is_none()) {
        return Ok(());
    }
    let plain = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let all = |doc: &Doc| {
        let whole = Loc { start: 0, end: doc.text.len() as u32 };
        doc.layout.comments(whole).into_iter().map(|at| (plain(doc.slice(at)), at)).collect::<Vec<_>>()
    };
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for (text, _) in new.values().flat_map(all) {
        *count.entry(text).or_default() += 1;
    }
    for doc in old.values() {
        for (text, at) in all(doc) {
            match count.get_mut(&text) {
                Some(left) if *left > 0 => *left -= u32::from(order.functions.is_empty()),
                _ => return Err(doc.refuse("this comment would be lost", at.start)),
            }
        }
    }
    Ok(())
}
