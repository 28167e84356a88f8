//! Carries a step of a plan out on texts, or refuses; and proves that nothing changed.
//!
//! `step.rs` finds the units and groups them, `write.rs` makes the new files and what stands in their place, `proof.rs`
//! reads the result back and compares it with the old tree. The writer may be as clever as it likes: what it writes
//! counts only when the proof holds.

mod doc;
mod free;
mod group;
mod indent;
mod merge;
mod module;
mod path;
mod proof;
mod reduce;
mod site;
mod step;
mod tidy;
mod variants;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

pub use step::{carry_out, is_pointless};

/// Everything in a text that [`carry_out`] can be told to move, outermost first: for tests that try it all.
#[doc(hidden)]
pub fn candidates(path: &str, text: &str) -> Vec<Move> {
    let Ok(doc) = doc::Doc::read(path, Arc::from(text)) else { return Vec::new() };
    let Some(movable) = doc.movable() else { return Vec::new() };
    let (entries, pieces) = doc.layout.all();
    let is_let = |at| doc.layout.entry(at).is_some_and(|entry| entry.kind == crate::resolve::units::HolderKind::Let);
    let entries = entries.into_iter().map(|at| (at, if is_let(at) { Unit::Binding } else { Unit::Value }));
    let all = entries.chain(pieces.into_iter().map(|at| (at, Unit::Expression)));
    all.filter(|(at, _)| movable.start <= at.start && at.end <= movable.end)
        .map(|(at, unit)| Move { path: path.to_owned(), span: at.start..at.end, unit, to: None })
        .collect()
}

/// Texts by path relative to the workspace root.
pub type Texts = BTreeMap<String, Arc<str>>;

/// How a piece of code is cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `name = value;` of a `let`.
    Binding,
    /// `a.b = value;` of a set; the name stays.
    Value,
    /// An item of a list or an argument, without parentheses around it.
    Expression,
}

/// A piece of code that moves or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The file it is in.
    pub path: String,
    /// UTF-8 byte offsets: of the whole binding, or of the expression.
    pub span: Range<u32>,
    /// What it is.
    pub unit: Unit,
    /// The file it goes to; `None` where it is deleted.
    pub to: Option<String>,
}

/// What is to be done at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// What moves or goes.
    pub moves: Vec<Move>,
    /// Files that tie others together: a `default.nix` that imports what else is created in its folder.
    pub ties: Vec<String>,
    /// Files that are to be flake-parts modules.
    pub modules: BTreeSet<String>,
    /// Files that are to be one function of all that goes there.
    pub functions: BTreeSet<String>,
    /// Whether such a module may be passed names that flake-parts does not give it.
    pub passing: bool,
}

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// Where.
    pub path: String,
    /// The names that its function takes.
    pub arguments: Vec<String>,
    /// Its first line, where it takes something.
    pub head: Option<String>,
    /// Whether it is a flake-parts module.
    pub module: bool,
    /// Its lines.
    pub lines: u32,
}

/// One replacement of text: what it replaced, and how long what stands there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Replaced bytes of the old text.
    pub old: Range<u32>,
    /// Bytes of the new text.
    pub new: u32,
}

/// A step that was carried out in memory, and is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// New texts of files that changed or were created.
    pub texts: Texts,
    /// The created files, in order of path.
    pub created: Vec<Created>,
    /// What stands in the place of each move, in their order.
    pub replacements: Vec<String>,
    /// What was replaced in each changed file, in order of place; then what was replaced in what that gave, and so on.
    pub shifts: BTreeMap<String, Vec<Vec<Shift>>>,
}

/// Why a step is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In words, without capital and full stop.
    pub reason: String,
    /// Where.
    pub at: Option<Place>,
    /// It could be done, and what is written would be no better: nobody should be told to do it.
    pub pointless: bool,
}

/// A place in a file as it was before the step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// UTF-8 byte offset.
    pub offset: u32,
}

impl Refusal {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), at: None, pointless: false }
    }

    /// A reason without a place.
    pub fn because(reason: &str) -> Self {
        Self::new(reason)
    }

    fn at(mut self, path: &str, text: &str, offset: u32) -> Self {
        let before = text.get(..offset as usize).unwrap_or(text);
        let line = before.matches('\n').count() as u32 + 1;
        self.at = Some(Place { path: path.to_owned(), line, offset });
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.at {
            Some(place) => write!(f, "{}:{}: {}", place.path, place.line, self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Where a place of an old text is in the new one; `None` where it was replaced.
pub fn shifted(shifts: &[Shift], place: &Range<u32>) -> Option<Range<u32>> {
    let moved = |offset: u32| {
        let mut by = 0_i64;
        for shift in shifts {
            if shift.old.end <= offset {
                by += i64::from(shift.new) - i64::from(shift.old.end - shift.old.start);
            } else if shift.old.start < offset {
                return None;
            }
        }
        u32::try_from(i64::from(offset) + by).ok()
    };
    let (start, end) = (moved(place.start)?, moved(place.end)?);
    (start <= end).then_some(start..end)
}
