//! Fixes to texts: as many as fit beside each other in one round.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Edit, Finding, Fix};
use crate::source::{FileId, Sources};

/// What one round of fixes gives.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// New texts by path relative to the workspace root.
    pub texts: BTreeMap<String, Arc<str>>,
    /// Fixes that went into them.
    pub applied: usize,
}

/// Whether a finding has a fix that is applied: a safe one, or any if those were asked for.
pub fn fixable(finding: &Finding, unsafe_too: bool) -> Option<&Fix> {
    finding.fix.as_ref().filter(|fix| !fix.edits.is_empty() && (fix.safe || unsafe_too))
}

/// Applies the fixes of `findings`, in their order, that do not meet another one's edits and touch no file of
/// `leave`. What does not fit now fits in a later round, when it is found again.
pub fn apply(findings: &[Finding], sources: &Sources, unsafe_too: bool, leave: &BTreeSet<String>) -> Round {
    let mut taken: BTreeMap<FileId, BTreeMap<(u32, u32), &str>> = BTreeMap::new();
    let mut applied = 0;
    for fix in findings.iter().filter_map(|finding| fixable(finding, unsafe_too)) {
        let fits = fix.edits.iter().enumerate().all(|(index, edit)| {
            let others = fix.edits[..index].iter().filter(|other| other.span.file == edit.span.file);
            !leave.contains(sources.path(edit.span.file))
                && is_sliceable(sources, edit)
                && others.map(|other| (other.span.start, other.span.end)).all(|other| !meet(range(edit), other))
                && is_free(taken.get(&edit.span.file), range(edit))
        });
        if fits {
            for edit in &fix.edits {
                taken.entry(edit.span.file).or_default().insert(range(edit), &edit.text);
            }
            applied += 1;
        }
    }
    let texts = taken.into_iter().filter_map(|(file, edits)| {
        let before = &**sources.file(file).text();
        let after = edited(before, &edits);
        (after != *before).then(|| (sources.path(file).to_owned(), Arc::from(after)))
    });
    Round { texts: texts.collect(), applied }
}

fn range(edit: &Edit) -> (u32, u32) {
    (edit.span.start, edit.span.end)
}

/// Two edits meet when they share a byte, or insert at the same place: then their order would be a guess.
fn meet(a: (u32, u32), b: (u32, u32)) -> bool {
    (a.0 < b.1 && b.0 < a.1) || a.0 == b.0
}

/// Whether an edit meets none of those that are taken, which do not meet each other.
fn is_free(taken: Option<&BTreeMap<(u32, u32), &str>>, edit: (u32, u32)) -> bool {
    let Some(taken) = taken else { return true };
    let before = taken.range(..=edit).next_back();
    let after = taken.range(edit..).next();
    // An insertion beside the one before it hides an edit that reaches further: none does, they do not meet.
    before.into_iter().chain(after).all(|(other, _)| !meet(*other, edit))
        && taken.range(..edit).rev().take(2).all(|(other, _)| !meet(*other, edit))
}

fn is_sliceable(sources: &Sources, edit: &Edit) -> bool {
    let text = &sources.file(edit.span.file).text();
    let Range { start, end } = edit.span.range();
    start <= end && text.is_char_boundary(start) && text.is_char_boundary(end)
}

fn edited(text: &str, edits: &BTreeMap<(u32, u32), &str>) -> String {
    let mut after = String::with_capacity(text.len());
    let mut from = 0;
    for ((start, end), new) in edits {
        after.push_str(&text[from..*start as usize]);
        after.push_str(new);
        from = *end as usize;
    }
    after.push_str(&text[from..]);
    after
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::{Round, apply};
    use crate::finding::{Confidence, Edit, Finding, Fix, Label, Level};
    use crate::source::{FileId, SourceFile, Sources, Span};

    fn finding(safe: bool, edits: &[(u32, u32, &str)]) -> Finding {
        let span = |start, end| Span::new(FileId(0), start..end);
        let edits = edits.iter().map(|(start, end, text)| Edit { span: span(*start, *end), text: (*text).into() });
        Finding {
            primary: Label { span: span(0, 0), text: String::new() },
            code: "FA000".into(),
            rule: "x".into(),
            level: Level::Note,
            confidence: Confidence::High,
            message: String::new(),
            subject: String::new(),
            related: vec![],
            flows: vec![],
            notes: vec![],
            fix: Some(Fix { title: String::new(), safe, edits: edits.collect() }),
        }
    }

    fn round(text: &str, findings: &[Finding], unsafe_too: bool) -> (Option<String>, usize) {
        let sources = Sources::new(vec![SourceFile::new("a.nix".into(), Arc::from(text))]);
        let Round { texts, applied } = apply(findings, &sources, unsafe_too, &BTreeSet::new());
        (texts.get("a.nix").map(ToString::to_string), applied)
    }

    #[test]
    fn edits_beside_each_other_go_together() {
        let both = [finding(true, &[(0, 1, "x"), (3, 3, "+")]), finding(true, &[(1, 2, "")])];
        assert_eq!(round("abcd", &both, false), (Some("xc+d".into()), 2));
    }

    #[test]
    fn what_meets_another_edit_waits() {
        let both = [finding(true, &[(1, 3, "x")]), finding(true, &[(0, 1, "y"), (2, 4, "z")])];
        assert_eq!(round("abcd", &both, false), (Some("axd".into()), 1));
        let twice = [finding(true, &[(2, 2, "x")]), finding(true, &[(2, 2, "y")])];
        assert_eq!(round("abcd", &twice, false), (Some("abxcd".into()), 1));
        let inside = [finding(true, &[(0, 4, "")]), finding(true, &[(2, 2, "y")])];
        assert_eq!(round("abcd", &inside, false), (Some(String::new()), 1));
    }

    #[test]
    fn only_what_is_safe_or_asked_for() {
        let one = [finding(false, &[(0, 1, "")])];
        assert_eq!(round("abcd", &one, false), (None, 0));
        assert_eq!(round("abcd", &one, true), (Some("bcd".into()), 1));
    }

    #[test]
    fn an_edit_within_a_character_or_behind_the_end_is_left_out() {
        assert_eq!(round("äb", &[finding(true, &[(1, 2, "")])], false), (None, 0));
        assert_eq!(round("ab", &[finding(true, &[(1, 9, "")])], false), (None, 0));
    }
}
