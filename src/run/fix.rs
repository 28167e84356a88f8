//! `check --fix`: audit, apply what is safe, audit what that gives, until nothing is left to apply.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Request, Texts, audit_texts, in_workers, since};
use crate::audit::Audit;
use crate::discover::Tree;
use crate::edit::{self, Change};
use crate::error::Error;
use crate::finding::Level;

/// Rounds of fixes: one fix may make the next one possible (a binding used only by an unused binding).
const MAX_ROUNDS: usize = 20;

/// What fixing gives. Nothing is written yet.
#[derive(Debug)]
pub struct Fixed {
    /// The audit of the workspace as it is with the changes.
    pub audit: Audit,
    /// Changed files in order of path.
    pub changes: Vec<Change>,
    /// Fixes that were applied.
    pub applied: usize,
    /// Files whose fixes were taken back, because the file would have been worse with them.
    pub left: Vec<String>,
}

/// Applies the fixes of a workspace's findings in memory.
///
/// After each round everything is audited again. Where a changed file no longer parses, or has more findings of
/// level *error* than before, the round is taken back and the file is left alone.
///
/// # Errors
/// As [`super::audit`].
pub fn fix(request: &Request, unsafe_too: bool) -> Result<Fixed, Error> {
    in_workers(request, || fix_in_rounds(request, unsafe_too))
}

fn fix_in_rounds(request: &Request, unsafe_too: bool) -> Result<Fixed, Error> {
    let mut texts = Texts::new();
    let mut left = BTreeSet::new();
    let mut applied = 0;
    let (first, tree) = audit_texts(request, &texts)?;
    let before = first.sources.clone();
    let mut audit = first;
    for _ in 0..MAX_ROUNDS {
        let round = edit::apply(&audit.findings, &audit.sources, unsafe_too, &left);
        if round.texts.is_empty() {
            break;
        }
        let mut next_texts = texts.clone();
        next_texts.extend(round.texts.iter().map(|(path, text)| (path.clone(), text.clone())));
        let (next, _) = audit_texts(request, &next_texts)?;
        let worse: Vec<&String> = round.texts.keys().filter(|path| is_worse(&audit, &next, path)).collect();
        if !worse.is_empty() {
            left.extend(worse.into_iter().cloned());
        } else if errors(&next, None) > errors(&audit, None) {
            // Worse elsewhere, and nobody can say by which of them.
            left.extend(round.texts.into_keys());
        } else {
            (texts, audit) = (next_texts, next);
            applied += round.applied;
        }
    }
    let changes = changes(&texts, &before, &tree);
    since::tell_new(request, &mut audit, &tree)?;
    Ok(Fixed { audit, changes, applied, left: left.into_iter().collect() })
}

fn is_worse(before: &Audit, after: &Audit, path: &str) -> bool {
    // A fix may mend a file, or leave it parsing; of one that does not parse either way nobody knows what it did.
    let parsed = |audit: &Audit| audit.facts.files.iter().any(|row| row.path == path && row.parsed);
    let read = |audit: &Audit| audit.facts.files.iter().any(|row| row.path == path);
    read(before) && !parsed(after) || errors(after, Some(path)) > errors(before, Some(path))
}

/// Findings of level *error*, in one file or everywhere.
fn errors(audit: &Audit, path: Option<&str>) -> usize {
    let counts = |file| path.is_none_or(|path| audit.sources.path(file) == path);
    audit.findings.iter().filter(|f| f.level == Level::Error && counts(f.primary.span.file)).count()
}

fn changes(texts: &Texts, before: &crate::source::Sources, tree: &Tree) -> Vec<Change> {
    let change = |(path, after): (&String, &Arc<str>)| {
        let file = before.find(path)?;
        let on_disk = tree.os_path(tree.find(path)?);
        Some(Change { path: path.clone(), on_disk, before: before.file(file).text().clone(), after: after.clone() })
    };
    texts.iter().filter_map(change).filter(|change| change.before != change.after).collect()
}
