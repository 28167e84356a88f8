//! One result a finding.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, CodeFlow, Fix as SarifFix, Location, Message, PropertyBag, Replacement,
    Result as SarifResult, ResultLevel, ThreadFlow, ThreadFlowLocation,
};

use super::{line_hash, place, rules};
use crate::audit::{Audit, RuleInfo};
use crate::finding::{Finding, Fix, Label, Level, fingerprints};
use crate::source::FileId;

/// Related places of a result, and steps of a flow, that code scanning shows.
const RELATED: usize = 100;
const STEPS: usize = 1_000;

/// The results of the chosen findings, in order.
pub(super) fn results(audit: &Audit, rules: &[RuleInfo], chosen: &[usize]) -> Vec<SarifResult> {
    let index: BTreeMap<&str, i64> = rules.iter().map(|rule| rule.code.as_str()).zip(0..).collect();
    let prints = fingerprints(&audit.findings, &audit.sources);
    let chosen = chosen.iter().filter_map(|i| Some((audit.findings.get(*i)?, prints.get(*i)?)));
    let line = |finding: &Finding| audit.sources.lines(finding.primary.span).0;
    let mut lines: BTreeMap<FileId, BTreeSet<u32>> = BTreeMap::new();
    for (finding, _) in chosen.clone() {
        lines.entry(finding.primary.span.file).or_default().insert(line(finding));
    }
    let hash = |(file, lines): (&FileId, &BTreeSet<u32>)| {
        (*file, line_hash::line_hashes(audit.sources.file(*file).text(), lines))
    };
    let hashes: BTreeMap<FileId, BTreeMap<u32, String>> = lines.iter().map(hash).collect();
    chosen
        .map(|(finding, print)| {
            let mut partial = BTreeMap::from([("flakeAudit/v1".to_owned(), print.clone())]);
            if let Some(hash) = hashes.get(&finding.primary.span.file).and_then(|lines| lines.get(&line(finding))) {
                partial.insert("primaryLocationLineHash".to_owned(), hash.clone());
            }
            result(finding, partial, &index, audit)
        })
        .collect()
}

fn result(
    finding: &Finding,
    partial: BTreeMap<String, String>,
    index: &BTreeMap<&str, i64>,
    audit: &Audit,
) -> SarifResult {
    let location = Location::builder().physical_location(place::physical(finding.primary.span, audit)).build();
    let mut result = SarifResult::builder()
        .rule_id(finding.code.clone())
        .level(level(finding.level))
        .message(Message::builder().text(text(finding)).build())
        .locations(vec![location])
        .partial_fingerprints(partial)
        .build();
    result.rule_index = index.get(finding.code.as_str()).copied();
    if !finding.related.is_empty() {
        result.related_locations = Some(related(finding, audit));
    }
    if !finding.flows.is_empty() {
        result.code_flows = Some(finding.flows.iter().map(|steps| flow(steps, audit)).collect());
    }
    if let Some(fix) = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty()) {
        result.fixes = Some(vec![self::fix(fix, audit)]);
    }
    if !finding.notes.is_empty() {
        let notes = BTreeMap::from([("notes".to_owned(), json!(finding.notes))]);
        result.properties = Some(PropertyBag::builder().additional_properties(notes).build());
    }
    result
}

fn level(level: Level) -> ResultLevel {
    match level {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Note => ResultLevel::Note,
    }
}

/// The message with a link to each related place.
fn text(finding: &Finding) -> String {
    let mut text = escape_links(&rules::sentence(&finding.message));
    if !finding.related.is_empty() {
        let links = finding.related.iter().take(RELATED).zip(1..).map(|(label, id)| {
            let words = if label.text.is_empty() { "here" } else { &label.text };
            format!("[{}]({id})", escape_links(words))
        });
        text.push_str(" See ");
        text.push_str(&links.collect::<Vec<_>>().join(", "));
        text.push('.');
    }
    text
}

/// Brackets and backslashes that are no links.
pub(super) fn escape_links(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '[' | ']' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Further places, numbered as the message links them.
fn related(finding: &Finding, audit: &Audit) -> Vec<Location> {
    let location = |(label, id): (&Label, i64)| {
        let words = if label.text.is_empty() { "here" } else { &label.text };
        let mut location = place::location(label.span, escape_links(words), audit);
        location.id = Some(id);
        location
    };
    finding.related.iter().take(RELATED).zip(1..).map(location).collect()
}

/// A way through the code, step by step.
fn flow(steps: &[Label], audit: &Audit) -> CodeFlow {
    let step = |label: &Label| {
        let location = place::location(label.span, escape_links(&label.text), audit);
        ThreadFlowLocation::builder().location(location).build()
    };
    let steps: Vec<_> = steps.iter().take(STEPS).map(step).collect();
    CodeFlow::builder().thread_flows(vec![ThreadFlow::builder().locations(steps).build()]).build()
}

/// A change that ends it, by file.
fn fix(fix: &Fix, audit: &Audit) -> SarifFix {
    let mut by_file: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let mut replacement = Replacement::builder().deleted_region(place::plain(edit.span, &audit.sources)).build();
        if !edit.text.is_empty() {
            replacement.inserted_content = Some(ArtifactContent::builder().text(edit.text.clone()).build());
        }
        by_file.entry(edit.span.file).or_default().push(replacement);
    }
    let change = |(file, replacements): (FileId, Vec<Replacement>)| {
        ArtifactChange::builder()
            .artifact_location(place::artifact(audit.sources.path(file), audit))
            .replacements(replacements)
            .build()
    };
    SarifFix::builder()
        .description(Message::builder().text(escape_links(&rules::sentence(&fix.title))).build())
        .artifact_changes(by_file.into_iter().map(change).collect::<Vec<_>>())
        .build()
}
