//! Which findings of two states are the same finding.
//!
//! A finding is code, path and subject, and may occur several times. What has no partner under its own path is looked
//! for under the name that its file had, and at last among code that moved to another file as it was.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::source::{FileId, Sources};

/// Names of files are compared only up to this many on either side: each pair is looked at.
const MAX_RENAMES: usize = 200;
/// Lines of a file that take part in the comparison of two files.
const MAX_LINES: usize = 2000;

/// One of two states.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    /// Its findings, in the order in which they were judged.
    pub findings: &'a [Finding],
    /// Its texts.
    pub sources: &'a Sources,
}

/// For each finding of the newer state, the number of the same finding in the older one.
pub type Moves = Vec<Option<usize>>;

/// What two findings have in common where they are taken for one: message and line of code, or less.
type Likeness<'a> = dyn Fn(State<'a>, usize) -> (&'a str, &'a str) + 'a;
/// Code, path and subject.
type Key<'a> = (&'a str, &'a str, &'a str);

/// Matches the findings of two states. Each has at most one partner.
pub fn matched(before: State<'_>, after: State<'_>) -> Moves {
    let mut matching = Matching {
        before,
        after,
        partners: vec![None; after.findings.len()],
        taken: vec![false; before.findings.len()],
    };
    matching.by(|state, finding| Some(own_key(state, finding)), |state, finding| Some(own_key(state, finding)));
    let renamed = matching.renamed();
    if !renamed.is_empty() {
        let now = |path: &str| renamed.get(path).map_or_else(|| path.to_owned(), Clone::clone);
        let then = |state: State<'_>, finding: &Finding| {
            let path = state.sources.path(finding.primary.span.file);
            let (code, subject) = (finding.code.clone(), finding.subject.replace(path, &now(path)));
            Some((code, now(path), subject))
        };
        let today = |state: State<'_>, finding: &Finding| {
            let path = state.sources.path(finding.primary.span.file).to_owned();
            Some((finding.code.clone(), path, finding.subject.clone()))
        };
        matching.by(then, today);
    }
    // Code that moved: the same words about the same line of code, in another file.
    let moved = |state: State<'_>, finding: &Finding| {
        let line = line(state, finding).trim();
        let speaks = !line.is_empty() && !finding.subject.is_empty();
        speaks.then(|| (finding.code.clone(), finding.subject.clone(), line.to_owned()))
    };
    matching.by(moved, moved);
    matching.partners
}

fn own_key<'a>(state: State<'a>, finding: &'a Finding) -> Key<'a> {
    (&finding.code, state.sources.path(finding.primary.span.file), &finding.subject)
}

/// The line that a finding is at.
fn line<'a>(state: State<'a>, finding: &Finding) -> &'a str {
    let file = state.sources.file(finding.primary.span.file);
    file.line_text(file.line(finding.primary.span.start))
}

struct Matching<'a> {
    before: State<'a>,
    after: State<'a>,
    partners: Moves,
    taken: Vec<bool>,
}

impl<'a> Matching<'a> {
    /// Matches what is left by a key: first those that say the same about the same code, then those that say the same,
    /// then in their order.
    fn by<K: Ord>(
        &mut self,
        then: impl Fn(State<'a>, &'a Finding) -> Option<K>,
        now: impl Fn(State<'a>, &'a Finding) -> Option<K>,
    ) {
        let mut groups: BTreeMap<K, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (index, finding) in self.before.findings.iter().enumerate().filter(|(index, _)| !self.taken[*index]) {
            if let Some(key) = then(self.before, finding) {
                groups.entry(key).or_default().0.push(index);
            }
        }
        let open = |index: &usize| self.partners[*index].is_none();
        for (index, finding) in self.after.findings.iter().enumerate().filter(|(index, _)| open(index)) {
            if let Some(key) = now(self.after, finding) {
                groups.entry(key).or_default().1.push(index);
            }
        }
        for (then, now) in groups.into_values().filter(|(then, now)| !then.is_empty() && !now.is_empty()) {
            self.pair(&then, &now);
        }
    }

    fn pair(&mut self, then: &[usize], now: &[usize]) {
        let (before, after) = (self.before, self.after);
        let same_code = |state: State<'a>, index: usize| {
            let finding = &state.findings[index];
            (finding.message.as_str(), line(state, finding))
        };
        let same_words = |state: State<'a>, index: usize| (state.findings[index].message.as_str(), "");
        let any = |_: State<'a>, _: usize| ("", "");
        let passes: [&Likeness<'a>; 3] = [&same_code, &same_words, &any];
        for likeness in passes {
            let mut free: BTreeMap<_, Vec<usize>> = BTreeMap::new();
            for index in then.iter().rev().filter(|index| !self.taken[**index]) {
                free.entry(likeness(before, *index)).or_default().push(*index);
            }
            for index in now {
                if self.partners[*index].is_some() {
                    continue;
                }
                if let Some(partner) = free.get_mut(&likeness(after, *index)).and_then(Vec::pop) {
                    self.partners[*index] = Some(partner);
                    self.taken[partner] = true;
                }
            }
        }
    }

    /// New names of files that hold findings without a partner: a file that is gone and one that came, of which at
    /// least half the lines are the same (as git has it), the likest first.
    fn renamed(&self) -> BTreeMap<String, String> {
        let gone = left(self.before, |index| !self.taken[index]);
        let gone: Vec<FileId> = gone.into_iter().filter(|file| !holds(self.after, self.before, *file)).collect();
        let came = left(self.after, |index| self.partners[index].is_none());
        let came: Vec<FileId> = came.into_iter().filter(|file| !holds(self.before, self.after, *file)).collect();
        if gone.is_empty() || came.is_empty() || gone.len() > MAX_RENAMES || came.len() > MAX_RENAMES {
            return BTreeMap::new();
        }
        let gone: Vec<_> = gone.into_iter().map(|file| (file, lines(self.before, file))).collect();
        let came: Vec<_> = came.into_iter().map(|file| (file, lines(self.after, file))).collect();
        let mut pairs = Vec::new();
        for (old, old_lines) in &gone {
            for (new, new_lines) in &came {
                let longer = old_lines.len().max(new_lines.len());
                let same = common(old_lines, new_lines);
                if longer > 0 && same * 2 >= longer {
                    pairs.push((same * 1000 / longer, *old, *new));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        let (mut renamed, mut used) = (BTreeMap::new(), Vec::new());
        for (_, old, new) in pairs {
            let old = self.before.sources.path(old);
            if !renamed.contains_key(old) && !used.contains(&new) {
                used.push(new);
                renamed.insert(old.to_owned(), self.after.sources.path(new).to_owned());
            }
        }
        renamed
    }
}

/// Files of findings that have no partner, in order.
fn left(state: State<'_>, open: impl Fn(usize) -> bool) -> Vec<FileId> {
    let findings = state.findings.iter().enumerate().filter(|(index, _)| open(*index));
    let mut files: Vec<FileId> = findings.map(|(_, finding)| finding.primary.span.file).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// Whether `state` has a file of the same path as another state's file.
fn holds(state: State<'_>, other: State<'_>, file: FileId) -> bool {
    state.sources.find(other.sources.path(file)).is_some()
}

/// The lines of a file that say something, sorted.
fn lines(state: State<'_>, file: FileId) -> Vec<&str> {
    let all = state.sources.file(file).text().lines().map(str::trim).filter(|line| line.len() > 1);
    let mut lines: Vec<&str> = all.take(MAX_LINES).collect();
    lines.sort_unstable();
    lines
}

/// Lines that two sorted lists share.
fn common(a: &[&str], b: &[&str]) -> usize {
    let (mut i, mut j, mut same) = (0, 0, 0);
    while let (Some(left), Some(right)) = (a.get(i), b.get(j)) {
        match left.cmp(right) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, same) = (i + 1, j + 1, same + 1),
        }
    }
    same
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{State, matched};
    use crate::finding::{Confidence, Finding, Label, Level};
    use crate::source::{SourceFile, Sources, Span};

    /// Findings as (path, line, code, subject, message).
    type Told<'a> = (&'a str, u32, &'a str, &'a str, &'a str);

    fn state(files: &[(&str, &str)], told: &[Told<'_>]) -> (Sources, Vec<Finding>) {
        let files = files.iter().map(|(path, text)| SourceFile::new((*path).into(), Arc::from(*text)));
        let sources = Sources::new(files.collect());
        let finding = |(path, line, code, subject, message): &Told<'_>| {
            let file = sources.find(path).unwrap();
            let start = sources.file(file).line_start(*line).unwrap();
            Finding {
                primary: Label { span: Span::new(file, start..start + 1), text: String::new() },
                code: (*code).into(),
                rule: "x".into(),
                level: Level::Warning,
                confidence: Confidence::High,
                message: (*message).into(),
                subject: (*subject).into(),
                related: vec![],
                flows: vec![],
                notes: vec![],
                fix: None,
            }
        };
        let findings = told.iter().map(finding).collect();
        (sources, findings)
    }

    fn partners(before: &(Sources, Vec<Finding>), after: &(Sources, Vec<Finding>)) -> Vec<Option<usize>> {
        let of = |(sources, findings): &'_ (Sources, Vec<Finding>)| (sources.clone(), findings.clone());
        let (before, after) = (of(before), of(after));
        matched(State { findings: &before.1, sources: &before.0 }, State { findings: &after.1, sources: &after.0 })
    }

    #[test]
    fn lines_may_move_and_numbers_may_change() {
        let before = state(&[("a.nix", "x\ny\n")], &[("a.nix", 1, "FA1", "x", "300 lines")]);
        let after = state(&[("a.nix", "\n\n\nx\ny\n")], &[("a.nix", 4, "FA1", "x", "310 lines")]);
        assert_eq!(partners(&before, &after), [Some(0)]);
    }

    #[test]
    fn of_several_the_one_that_says_something_else_is_new() {
        let before =
            state(&[("a.nix", "p = 1;\nq = 1;\n")], &[("a.nix", 1, "FA1", "", "m"), ("a.nix", 2, "FA1", "", "m")]);
        let after = state(
            &[("a.nix", "n = 1;\np = 1;\nq = 1;\n")],
            &[("a.nix", 1, "FA1", "", "m"), ("a.nix", 2, "FA1", "", "m"), ("a.nix", 3, "FA1", "", "m")],
        );
        assert_eq!(partners(&before, &after), [None, Some(0), Some(1)]);
    }

    #[test]
    fn a_renamed_file_keeps_its_findings() {
        let text = "one = 1;\ntwo = 2;\nthree = 3;\nfour = 4;\n";
        let before = state(&[("old.nix", text)], &[("old.nix", 1, "FA7", "old.nix", "`old.nix` is not read")]);
        let now = "one = 1;\ntwo = 2;\nthree = 3;\nfive = 5;\n";
        let after = state(&[("b/new.nix", now)], &[("b/new.nix", 1, "FA7", "b/new.nix", "`b/new.nix` is not read")]);
        assert_eq!(partners(&before, &after), [Some(0)]);
        let other = state(
            &[("b/new.nix", "five = 5;\nsix = 6;\nseven = 7;\n")],
            &[("b/new.nix", 1, "FA7", "b/new.nix", "`b/new.nix` is not read")],
        );
        assert_eq!(partners(&before, &other), [None]);
    }

    #[test]
    fn code_that_moves_to_another_file_takes_its_findings_along() {
        let before = state(&[("flake.nix", "a\n  unused = 1;\n")], &[("flake.nix", 2, "FA710", "unused", "m")]);
        let after =
            state(&[("flake.nix", "a\n"), ("nix/p.nix", "unused = 1;\n")], &[("nix/p.nix", 1, "FA710", "unused", "m")]);
        assert_eq!(partners(&before, &after), [Some(0)]);
        // The same code in both files: one of them is new.
        let twice = state(
            &[("flake.nix", "a\n  unused = 1;\n"), ("nix/p.nix", "unused = 1;\n")],
            &[("flake.nix", 2, "FA710", "unused", "m"), ("nix/p.nix", 1, "FA710", "unused", "m")],
        );
        assert_eq!(partners(&before, &twice), [Some(0), None]);
    }
}
