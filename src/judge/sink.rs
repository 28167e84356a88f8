//! What a check reads and where it puts what it found.

use std::collections::BTreeMap;

use crate::config::{Config, NixVersion};
use crate::finding::{Confidence, Edit, Finding, Fix, Label, Level};
use crate::judge::options::Options;
use crate::judge::rule::Rule;
use crate::judge::suppress::Suppressions;
use crate::measure::Facts;
use crate::source::{FileId, Sources, Span};

/// A longer message is cut, in characters.
const MAX_MESSAGE: usize = 1000;
/// Findings of one rule in one file that are held; how many more there are, the last of them says.
const MAX_HELD: usize = 100_000;

/// Ways of a finding that are kept: nobody reads more.
const MAX_FLOWS: usize = 12;

/// What a check may read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The facts.
    pub(crate) facts: &'a Facts,
    /// What the plan says, where a rule that runs asks for it.
    pub(crate) advice: &'a [crate::judge::Advice],
    /// The texts.
    pub(crate) sources: &'a Sources,
    /// The configuration: what a project agreed on.
    pub(crate) config: &'a Config,
    /// The rule's options in this run.
    pub(crate) options: &'a Options,
    /// The version of Nix that the flakes are used with, where it is said.
    pub(crate) nix: Option<NixVersion>,
    /// Suppression comments, with what they matched once the other rules have run.
    pub(crate) suppressions: &'a Suppressions,
}

/// A finding as a check makes it: the rule's own data are added by the sink.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    at: Span,
    subject: String,
    message: String,
    related: Vec<Label>,
    flows: Vec<Vec<Label>>,
    notes: Vec<String>,
    level: Option<Level>,
    confidence: Option<Confidence>,
    fix: Option<Fix>,
}

impl Draft {
    /// A finding at a place, about a subject.
    pub(crate) fn new(at: Span, subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            at,
            subject: subject.into(),
            message: message.into(),
            related: Vec::new(),
            flows: Vec::new(),
            notes: Vec::new(),
            level: None,
            confidence: None,
            fix: None,
        }
    }

    /// A further place.
    #[must_use]
    pub(crate) fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push(Label { span, text: text.into() });
        self
    }

    /// A way in which it comes about, from where it begins: spans with what is to be said of them.
    #[must_use]
    pub(crate) fn flow(mut self, steps: impl IntoIterator<Item = (Span, String)>) -> Self {
        if self.flows.len() < MAX_FLOWS {
            self.flows.push(steps.into_iter().map(|(span, text)| Label { span, text }).collect());
        }
        self
    }

    /// A further sentence.
    #[must_use]
    pub(crate) fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Another level than the rule's; configuration still wins.
    #[must_use]
    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// A change that ends it.
    #[must_use]
    pub(crate) fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// A change that takes code out; none where nothing is to be cut.
    #[must_use]
    pub(crate) fn cutting(self, title: String, safe: bool, cuts: &[Span]) -> Self {
        if cuts.is_empty() {
            return self;
        }
        let edits = cuts.iter().map(|span| Edit { span: *span, text: String::new() }).collect();
        self.fix(Fix { title, safe, edits })
    }

    /// Another confidence than the rule's.
    #[must_use]
    pub(crate) fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }
}

/// Takes the findings of one rule.
#[derive(Debug)]
pub(crate) struct Sink<'a> {
    rule: &'a Rule,
    level: Option<Level>,
    sources: &'a Sources,
    notes: Vec<String>,
    findings: Vec<Finding>,
    /// By file: findings that are listed, the last of them, and those that are not.
    counts: BTreeMap<FileId, (usize, usize, usize)>,
}

impl<'a> Sink<'a> {
    /// An empty sink. `level` is what configuration sets; `notes` are added to every finding.
    pub(crate) fn new(rule: &'a Rule, level: Option<Level>, sources: &'a Sources, notes: Vec<String>) -> Self {
        Self { rule, level, sources, notes, findings: Vec::new(), counts: BTreeMap::new() }
    }

    /// Takes a finding. Its place is cut to one line, because code scanning shows an alert only where the
    /// changed lines hold all of it.
    pub(crate) fn push(&mut self, draft: Draft) {
        let Draft { at, subject, message, related, flows, mut notes, level, confidence, fix } = draft;
        let (listed, last, more) = self.counts.entry(at.file).or_default();
        if *listed == MAX_HELD {
            *more += 1;
            return;
        }
        (*listed, *last) = (*listed + 1, self.findings.len());
        notes.extend(self.notes.iter().cloned());
        self.findings.push(Finding {
            primary: Label { span: one_line(self.sources, at), text: String::new() },
            code: self.rule.code.clone(),
            rule: self.rule.id.clone(),
            level: self.level.or(level).unwrap_or(self.rule.level),
            confidence: confidence.unwrap_or(self.rule.confidence),
            message: one_sentence(&message),
            subject,
            related,
            flows,
            notes: notes.iter().map(|note| one_sentence(note)).collect(),
            fix,
        });
    }

    /// The findings in the order in which they were made.
    pub(crate) fn into_findings(mut self) -> Vec<Finding> {
        for (_, last, more) in self.counts.into_values().filter(|(_, _, more)| *more > 0) {
            self.findings[last].notes.push(super::more(more));
        }
        self.findings
    }
}

/// The part of a span on its first line.
fn one_line(sources: &Sources, span: Span) -> Span {
    let length = sources.slice(span).find('\n').map(|end| end as u32);
    Span { end: length.map_or(span.end, |length| span.start + length), ..span }
}

/// A message on one line, of bounded length and without characters that steer a terminal: it may quote names that
/// somebody else chose.
fn one_sentence(text: &str) -> String {
    let clean = text.chars().map(|c| match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_whitespace() => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    });
    let mut shown: String = clean.clone().take(MAX_MESSAGE).collect();
    if clean.count() > MAX_MESSAGE {
        shown.push('…');
    }
    shown
}
