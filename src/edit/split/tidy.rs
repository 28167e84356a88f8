//! What nothing reads any more once a step is done goes with it: names that only deleted code read, names, `with`s and
//! `rec`s that only moved code needed, arguments that flake-parts gives to who asks for them. What nothing read before is the owner's own, and stays.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::doc::Doc;
use super::merge;
use super::{Refusal, Shift};
use crate::resolve::ir::{Loc, Name};
use crate::resolve::names::{Names, Target};

/// Rounds after which what is still unread is left.
const MAX_ROUNDS: usize = 20;

/// A text from which what became unread was taken, and how it came from the one before.
pub(super) struct Tidied {
    pub(super) text: Arc<str>,
    pub(super) layers: Vec<Vec<Shift>>,
}

/// Takes out of `text` what nothing reads and what something read in `old`. `layers` say how it came from there, and
/// are added to. Comments go only where `comments` allows it.
///
/// # Errors
/// Where the text does not parse.
pub(super) fn tidy(old: &Doc, text: Arc<str>, layers: Vec<Vec<Shift>>, comments: bool) -> Result<Tidied, Refusal> {
    let before = Read::of(old.names());
    let mut now = Tidied { text, layers };
    for _ in 0..MAX_ROUNDS {
        let doc = Doc::reread(&old.path, now.text.clone())?;
        let edits = became_unread(&doc, &before, &now.layers, comments);
        if edits.is_empty() {
            break;
        }
        let mut out = String::with_capacity(now.text.len());
        let mut from = 0;
        for cut in &edits {
            out.push_str(&now.text[from..cut.start as usize]);
            from = cut.end as usize;
        }
        out.push_str(&now.text[from..]);
        now.text = Arc::from(out);
        now.layers.push(edits.into_iter().map(|old| Shift { old, new: 0 }).collect());
    }
    Ok(now)
}

/// What something reads.
#[derive(Default)]
struct Read {
    /// Where names, `with`s and `rec`s are written that something needs.
    places: BTreeSet<u32>,
    names: BTreeSet<Name>,
}

impl Read {
    /// By uses alone: also what only dead code reads.
    fn of(names: &Names) -> Self {
        let mut found = Self::default();
        for reference in names.references.iter().filter(|one| !one.own) {
            let supplier = match reference.target {
                Target::Definition(number) => {
                    let definition = &names.definitions[number as usize];
                    let scope = names.scopes[definition.scope as usize].at;
                    found.places.extend([definition.at.start, scope.start]);
                    found.names.insert(definition.name.clone());
                    None
                }
                Target::With(number) => Some(number),
                Target::Global | Target::Undefined => reference.with,
            };
            let mut next = supplier;
            while let Some(with) = next.map(|number| &names.withs[number as usize]) {
                found.places.insert(with.at.start);
                next = with.outer;
            }
        }
        found
    }

    /// Whether something read then what is at a place now. What was written anew (`inherit (import ./x.nix) a b;`) is
    /// told by its name.
    fn holds(&self, layers: &[Vec<Shift>], at: u32, name: Option<&Name>) -> bool {
        match origin(layers, at) {
            Some(at) => self.places.contains(&at),
            None => name.is_some_and(|name| self.names.contains(name)),
        }
    }
}

/// What is to be cut out.
fn became_unread(doc: &Doc, before: &Read, layers: &[Vec<Shift>], comments: bool) -> Vec<Range<u32>> {
    let unused = doc.unused();
    let bindings = unused
        .bindings
        .iter()
        .filter(|one| !one.edits.is_empty() && before.holds(layers, one.at.start, Some(&one.name)));
    let places: BTreeSet<u32> = bindings.map(|one| one.at.start).collect();
    let lets = doc.layout.delete(&places);
    let useless = unused.withs.iter().chain(&unused.recs);
    let useless = useless.filter(|one| before.holds(layers, one.at.start, None));
    let whole = unused.whole.iter().filter(|one| before.holds(layers, one.at.start, None));
    let mut edits: Vec<Range<u32>> = lets.into_iter().chain(useless.flat_map(|one| one.edits.clone())).collect();
    let given = merge::given(doc.ir());
    for row in unused.formals.iter().filter(|row| row.ellipsis) {
        let read = row.names.iter().filter(|(_, at)| before.holds(layers, at.start, None));
        let places: BTreeSet<u32> = read.map(|(_, at)| at.start).filter(|at| given.contains(at)).collect();
        edits.extend(doc.layout.formals(&places));
    }
    edits.extend(whole.flat_map(|one| one.edits.clone()));
    if !comments {
        edits.retain(|cut| doc.layout.comments(Loc { start: cut.start, end: cut.end }).is_empty());
    }
    edits.sort_by_key(|cut| (cut.start, cut.end));
    // Of two that meet the later one waits for the next round.
    let mut kept: Vec<Range<u32>> = Vec::new();
    for cut in edits {
        if kept.last().is_none_or(|last: &Range<u32>| last.end < cut.start) {
            kept.push(cut);
        }
    }
    kept
}

/// Where a place was before; nothing where it was written anew.
pub(super) fn origin(layers: &[Vec<Shift>], at: u32) -> Option<u32> {
    layers.iter().rev().try_fold(at, |at, shifts| {
        let mut by = 0_i64;
        for shift in shifts {
            let start = i64::from(shift.old.start) + by;
            if i64::from(at) < start {
                break;
            }
            if i64::from(at) < start + i64::from(shift.new) {
                return None;
            }
            by += i64::from(shift.new) - i64::from(shift.old.end - shift.old.start);
        }
        u32::try_from(i64::from(at) - by).ok()
    })
}
