//! Suppression comments: `# flake-audit: ignore[FA101] reason`, on the line, above it, or `ignore-file` for the file.

use std::collections::BTreeMap;

use crate::config::located::{nearest, shorten};
use crate::config::{self, Config};
use crate::finding::Finding;
use crate::judge::rule::Rules;
use crate::measure::Facts;
use crate::source::{FileId, Sources, Span};

const MARK: &str = "flake-audit:";
/// Names of no rule for which the nearest is looked up.
const MAX_UNKNOWN: usize = 1_000;

/// Selectors by file, the line that they cover (`None` for all of it) and text: number of comment and of selector.
type Index = BTreeMap<(FileId, Option<u32>, String), Vec<(usize, usize)>>;

/// Every suppression comment of the workspace, in order of place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Suppressions {
    /// The comments.
    pub(crate) directives: Vec<Directive>,
}

/// One comment.
#[derive(Clone, Debug)]
pub(crate) struct Directive {
    pub(crate) at: Span,
    /// The line that it covers; `None` for the whole file.
    line: Option<u32>,
    pub(crate) selectors: Vec<Selector>,
    /// Why it cannot be read.
    pub(crate) malformed: Option<&'static str>,
}

/// One code, id or family in a comment.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) text: String,
    /// Its own place.
    pub(crate) at: Span,
    pub(crate) status: Status,
}

/// What became of a selector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// No rule is called so; the nearest name.
    Unknown(Option<String>),
    /// Some of its rules do not run, so nobody can say whether it is needed.
    NotJudged,
    /// It matched nothing (yet).
    Unused,
    /// It matched a finding.
    Used,
}

impl Suppressions {
    /// Reads the comments that the facts name.
    pub(crate) fn read(facts: &Facts, sources: &Sources, rules: &Rules, config: &Config) -> Self {
        let spans = facts.files.iter().flat_map(|file| &file.directives);
        let mut directives: Vec<Directive> = spans.filter_map(|span| directive(*span, sources)).collect();
        let specs = rules.specs();
        let names = config::names(&specs);
        let mut known: BTreeMap<String, Status> = BTreeMap::new();
        for selector in directives.iter_mut().flat_map(|directive| &mut directive.selectors) {
            if !known.contains_key(&selector.text) {
                let names = if known.len() < MAX_UNKNOWN { &names[..] } else { &[] };
                known.insert(selector.text.clone(), status(&selector.text, rules, config, names));
            }
            selector.status.clone_from(&known[&selector.text]);
        }
        directives.sort_by_key(|directive| directive.at);
        Self { directives }
    }

    /// Takes out the findings that a comment suppresses, and says how many.
    pub(crate) fn apply(&mut self, findings: &mut Vec<Finding>, sources: &Sources) -> u32 {
        if self.directives.is_empty() {
            return 0;
        }
        let mut index = self.index();
        let before = findings.len();
        findings.retain(|finding| !self.suppresses(finding, sources, &mut index));
        (before - findings.len()) as u32
    }

    fn index(&self) -> Index {
        let mut index = Index::new();
        for (number, directive) in self.directives.iter().enumerate() {
            for (place, selector) in directive.selectors.iter().enumerate() {
                let key = (directive.at.file, directive.line, selector.text.clone());
                index.entry(key).or_default().push((number, place));
            }
        }
        index
    }

    fn suppresses(&mut self, finding: &Finding, sources: &Sources, index: &mut Index) -> bool {
        let file = finding.primary.span.file;
        let line = sources.file(file).line(finding.primary.span.start);
        let mut suppressed = false;
        for covered in [None, Some(line)] {
            for name in [&finding.code[..], &finding.rule[..], config::family(&finding.code)] {
                let Some(found) = index.get_mut(&(file, covered, name.to_owned())) else { continue };
                suppressed = true;
                // Marked once; the empty list stays.
                for (number, place) in found.drain(..) {
                    self.directives[number].selectors[place].status = Status::Used;
                }
            }
        }
        suppressed
    }
}

fn status(selector: &str, rules: &Rules, config: &Config, names: &[&str]) -> Status {
    let mut meant = rules.iter().filter(|rule| config::selects(selector, &rule.code, &rule.id)).peekable();
    if meant.peek().is_none() {
        return Status::Unknown(nearest(selector, names).map(str::to_owned));
    }
    if meant.all(|rule| rule.runs(config)) { Status::Unused } else { Status::NotJudged }
}

/// Reads one comment; `None` where the mark is only mentioned in prose.
fn directive(at: Span, sources: &Sources) -> Option<Directive> {
    let comment = sources.slice(at);
    let content = comment.strip_prefix("/*").map_or(comment, |inner| inner.strip_suffix("*/").unwrap_or(inner));
    let content = content.trim_start_matches(['#', '*', ' ', '\t', '\r', '\n']);
    let rest = content.strip_prefix(MARK)?.trim_start();
    let broken = |why| Some(Directive { at, line: None, selectors: Vec::new(), malformed: Some(why) });
    let (whole_file, list) = match (rest.strip_prefix("ignore-file"), rest.strip_prefix("ignore")) {
        (Some(list), _) => (true, list),
        (None, Some(list)) => (false, list),
        (None, None) => return broken("expected `ignore[…]` or `ignore-file[…]`"),
    };
    let Some(list) = list.trim_start().strip_prefix('[') else {
        return broken("expected the rules in brackets, as in `ignore[FA101]`");
    };
    let Some((list, _reason)) = list.split_once(']') else {
        return broken("the bracket is not closed");
    };
    if list.contains('\n') {
        return broken("the rules must be on one line");
    }
    // `list` is a slice of the comment, so its address says where it stands.
    let start = at.start + (list.as_ptr() as usize - comment.as_ptr() as usize) as u32;
    let selectors = selectors(list, at.file, start);
    if selectors.is_empty() {
        return broken("no rule is named");
    }
    let line = if whole_file { None } else { Some(covered(at, sources)) };
    Some(Directive { at, line, selectors, malformed: None })
}

fn selectors(list: &str, file: FileId, start: u32) -> Vec<Selector> {
    let mut selectors = Vec::new();
    let mut offset = start;
    for part in list.split(',') {
        let name = part.trim();
        if !name.is_empty() {
            let begin = offset + (part.len() - part.trim_start().len()) as u32;
            let at = Span::new(file, begin..begin + name.len() as u32);
            selectors.push(Selector { text: shorten(name), at, status: Status::Unused });
        }
        offset += part.len() as u32 + 1;
    }
    selectors
}

/// Comment lines between a suppression and the code it is for.
const MAX_COMMENT_LINES: u32 = 100;

/// The line that a comment covers: its own where code stands there, else the next that is no comment.
fn covered(at: Span, sources: &Sources) -> u32 {
    let file = sources.file(at.file);
    let (first, last) = sources.lines(at);
    let column = (at.start - file.line_start(first).unwrap_or(at.start)) as usize;
    let alone = file.line_text(first).get(..column).is_none_or(|before| before.trim().is_empty());
    let after_start = file.line_start(last).unwrap_or(0);
    let after = file.line_text(last).get((at.end - after_start.min(at.end)) as usize..);
    if !alone || after.is_some_and(|after| !after.trim().is_empty()) {
        return last;
    }
    let mut line = last + 1;
    // Bounded, or a file of nothing but such comments would be read once for each.
    while line <= last + MAX_COMMENT_LINES && file.line_text(line).trim_start().starts_with('#') {
        line += 1;
    }
    line
}
