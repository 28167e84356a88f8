//! What files define and do not use, as rows.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::parse::Parsed;
use crate::resolve::Project;
use crate::resolve::ir::Loc;
use crate::resolve::names::FunctionRole;
use crate::resolve::nodes::{NodeKind, ROOT};
use crate::resolve::rec_outputs::RecOutputs;
use crate::resolve::unused::{Unused, UnusedBinding, UnusedName, Useless};
use crate::source::{FileId, SourceFile, Sources, Span};

/// Files that are followed along imports, to find what took a binding's place.
const MAX_IMPORTED: usize = 200;
/// Lines from which a binding that an imported file defines too is held to be the same thing.
const MIN_LINES: u32 = 3;

/// What a file defines and does not use.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UnusedRow {
    /// `let` bindings, each chain once.
    pub bindings: Vec<UnusedBindingRow>,
    /// Names of set patterns, a row a pattern.
    pub formals: Vec<UnusedFormalsRow>,
    /// The `name` of `{ … }@name:`.
    pub whole: Vec<UnusedNameRow>,
    /// `x:`.
    pub arguments: Vec<UnusedNameRow>,
    /// `with`s that no name of their body can come from.
    pub withs: Vec<UselessRow>,
    /// `rec`s of sets whose attributes do not name each other.
    pub recs: Vec<UselessRow>,
    /// `rec` sets of outputs that name each other; of flakes alone.
    pub rec_outputs: Vec<RecOutputsRow>,
    /// Formals that a `let` binding hides in the whole body of their function.
    pub hidden: Vec<HiddenRow>,
}

/// A `let` binding that nothing needs.
#[derive(Clone, Debug, Serialize)]
pub struct UnusedBindingRow {
    /// Its name.
    pub name: String,
    /// Anchor: the name.
    pub at: Span,
    /// Lines it spans.
    pub lines: u32,
    /// Whether it is inherited.
    pub inherited: bool,
    /// What only it uses, or only it and others that nothing needs.
    pub chain: Vec<(String, Span)>,
    /// What to remove; empty where that is not known.
    pub edits: Vec<Span>,
    /// How many of the chain go with it.
    pub removed: usize,
    /// The imported file that defines the name too.
    pub superseded_by: Option<String>,
}

/// Names of one set pattern that the function never reads.
#[derive(Clone, Debug, Serialize)]
pub struct UnusedFormalsRow {
    /// The names with their anchors, in order of place; there is one at least.
    pub names: Vec<(String, Span)>,
    /// Whether the function takes names that it does not list.
    pub ellipsis: bool,
    /// Whether the function is the file's value, which other files call.
    pub of_file: bool,
    /// Whether the function is the `outputs` of a flake.
    pub of_outputs: bool,
    /// What to remove.
    pub edits: Vec<Span>,
}

/// A name that is never read.
#[derive(Clone, Debug, Serialize)]
pub struct UnusedNameRow {
    /// The name.
    pub name: String,
    /// Anchor: the name.
    pub at: Span,
    /// What to remove; empty where that is not known.
    pub edits: Vec<Span>,
}

/// A `with` or a `rec` that changes nothing.
#[derive(Clone, Debug, Serialize)]
pub struct UselessRow {
    /// The code it stands before, or its namespace, as written.
    pub text: String,
    /// Anchor: `with X`, or the word `rec`.
    pub at: Span,
    /// What to remove.
    pub edits: Vec<Span>,
}

/// A `rec` set of outputs that name each other.
#[derive(Clone, Debug, Serialize)]
pub struct RecOutputsRow {
    /// Anchor: the word `rec`.
    pub at: Span,
    /// Output kinds that are named in it, with the first place of each.
    pub read: Vec<(String, Span)>,
}

/// A formal that a `let` binding hides.
#[derive(Clone, Debug, Serialize)]
pub struct HiddenRow {
    /// The name.
    pub name: String,
    /// Anchor: the binding's name.
    pub at: Span,
    /// Anchor: the formal.
    pub formal: Span,
    /// Whether the formal is never read at all.
    pub unused: bool,
}

/// The row of a file; an empty one where it does not parse, for then half of it may be missing.
pub(super) fn row(project: &Project, sources: &Sources, id: FileId, parsed: &Parsed) -> UnusedRow {
    if parsed.problem.is_some() || parsed.refused.is_some() {
        return UnusedRow::default();
    }
    let unused = &project.unused[id];
    let is_flake = project.flakes.iter().any(|flake| flake.file == id);
    let name = |row: &UnusedName| UnusedNameRow {
        name: row.name.to_string(),
        at: row.at.span(id),
        edits: spans(&row.edits, id),
    };
    let useless = |row: &Useless| UselessRow {
        text: words(sources.slice(row.at.span(id))),
        at: row.at.span(id),
        edits: spans(&row.edits, id),
    };
    let kinds = |row: &RecOutputs| RecOutputsRow {
        at: row.at.span(id),
        read: row.read.iter().map(|(name, at)| (name.to_string(), at.span(id))).collect(),
    };
    let file = sources.file(id);
    let skips: BTreeSet<u32> = parsed.remarks.skips.iter().map(|at| file.line(*at)).collect();
    let wanted = |at: Loc| !is_skipped(file, &skips, at);
    let formals = |row: &crate::resolve::unused::UnusedFormals| UnusedFormalsRow {
        names: row.names.iter().map(|(name, at)| (name.to_string(), at.span(id))).collect(),
        ellipsis: row.ellipsis,
        of_file: row.role == FunctionRole::File,
        of_outputs: row.role == FunctionRole::Outputs && is_flake,
        edits: spans(&row.edits, id),
    };
    UnusedRow {
        bindings: bindings(project, sources, id, unused, &wanted),
        formals: unused
            .formals
            .iter()
            .filter(|row| row.names.first().is_some_and(|(_, at)| wanted(*at)))
            .map(formals)
            .collect(),
        whole: unused.whole.iter().filter(|row| wanted(row.at)).map(name).collect(),
        arguments: unused.arguments.iter().filter(|row| wanted(row.at)).map(name).collect(),
        withs: unused.withs.iter().filter(|row| wanted(row.at)).map(useless).collect(),
        rec_outputs: unused.rec_outputs.iter().filter(|_| is_flake).map(kinds).collect(),
        recs: unused.recs.iter().filter(|row| wanted(row.at)).map(useless).collect(),
        hidden: unused
            .hidden
            .iter()
            .map(|row| HiddenRow {
                name: row.name.to_string(),
                at: row.at.span(id),
                formal: row.formal.span(id),
                unused: row.unused,
            })
            .collect(),
    }
}

fn spans(edits: &[std::ops::Range<u32>], id: FileId) -> Vec<Span> {
    edits.iter().map(|edit| Span::new(id, edit.clone())).collect()
}

fn words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

/// Whether the line above, or its own, is one of those.
fn is_skipped(file: &SourceFile, skips: &BTreeSet<u32>, at: Loc) -> bool {
    !skips.is_empty() && {
        let line = file.line(at.start);
        skips.contains(&line) || skips.contains(&line.saturating_sub(1))
    }
}

fn bindings(
    project: &Project,
    sources: &Sources,
    id: FileId,
    unused: &Unused,
    is_wanted: &dyn Fn(Loc) -> bool,
) -> Vec<UnusedBindingRow> {
    let wanted: Vec<&UnusedBinding> = unused.bindings.iter().filter(|row| is_wanted(row.at)).collect();
    let lines = |row: &UnusedBinding| {
        let (first, last) = sources.lines(row.span.span(id));
        last - first + 1
    };
    let is_large = |row: &UnusedBinding| !row.inherited && lines(row) >= MIN_LINES;
    let large: BTreeSet<&str> = wanted.iter().filter(|row| is_large(row)).map(|row| &*row.name).collect();
    let elsewhere = if large.is_empty() { Vec::new() } else { defined_elsewhere(project, id, &large) };
    let row = |row: &UnusedBinding| UnusedBindingRow {
        name: row.name.to_string(),
        at: row.at.span(id),
        lines: lines(row),
        inherited: row.inherited,
        chain: row.chain.iter().map(|(name, at)| (name.to_string(), at.span(id))).collect(),
        edits: spans(&row.edits, id),
        removed: row.removed,
        superseded_by: elsewhere
            .iter()
            .find(|(name, _)| is_large(row) && *name == &*row.name)
            .map(|(_, file)| sources.path(*file).to_owned()),
    };
    wanted.into_iter().map(row).collect()
}

/// Which of the names are attributes of the value of a file that this one imports, directly or not.
fn defined_elsewhere<'a>(project: &Project, id: FileId, names: &BTreeSet<&'a str>) -> Vec<(&'a str, FileId)> {
    let (mut seen, mut next, mut found) = (vec![id], 0, Vec::new());
    while let Some(from) = seen.get(next).copied().filter(|_| next < MAX_IMPORTED) {
        next += 1;
        let first = project.links.imports.partition_point(|import| import.from < from);
        let imports = project.links.imports[first..].iter().take_while(|import| import.from == from);
        for import in imports.filter(|import| import.exact) {
            if !seen.contains(&import.to) && seen.len() < MAX_IMPORTED {
                seen.push(import.to);
            }
        }
    }
    for file in seen.into_iter().skip(1) {
        let nodes = &project.graph(file).nodes;
        let is_top = |mut parent: u32| {
            while parent != ROOT {
                let Some(node) = nodes.get(parent as usize).filter(|node| node.kind == NodeKind::Formal) else {
                    return false;
                };
                parent = node.parent;
            }
            true
        };
        for node in nodes.iter().filter(|node| node.kind == NodeKind::Attribute && is_top(node.parent)) {
            if let Some(name) = names.get(&*node.name) {
                found.push((*name, file));
            }
        }
    }
    found
}
