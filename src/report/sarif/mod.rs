//! SARIF 2.1.0 as GitHub code scanning reads it: one location a result, all rules with their help.

mod line_hash;
mod place;
mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    Invocation, Location, Message, Notification, PhysicalLocation, PropertyBag, Result as SarifResult, ResultLevel,
    Run, RunAutomationDetails, Sarif, Tool, ToolComponent,
};

use crate::audit::Audit;
use crate::audit::RuleInfo;
use crate::finding::fingerprints;
use crate::finding::{Finding, Level};
use crate::measure::SkippedRow;
use crate::source::Sources;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the log.
pub(super) fn render(audit: &Audit, rules: &[RuleInfo], out: &mut dyn Write) -> io::Result<()> {
    let log = Sarif::builder()
        .schema(SCHEMA.to_owned())
        .version(json!("2.1.0"))
        .runs(vec![run(audit, rules)])
        .build();
    serde_json::to_writer_pretty(&mut *out, &log).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn run(audit: &Audit, rules: &[RuleInfo]) -> Run {
    let driver = ToolComponent::builder()
        .name("flake-audit".to_owned())
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .information_uri(env!("CARGO_PKG_REPOSITORY").to_owned())
        .rules(rules.iter().map(rules::descriptor).collect::<Vec<_>>())
        .build();
    let skipped = &audit.facts.workspace.skipped;
    let invocation = Invocation::builder()
        .execution_successful(true)
        .tool_execution_notifications(skipped.iter().map(notification).collect::<Vec<_>>())
        .build();
    Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation])
        .automation_details(RunAutomationDetails::builder().id("flake-audit/".to_owned()).build())
        .column_kind(json!("unicodeCodePoints"))
        .results(results(audit, rules))
        .build()
}

fn results(audit: &Audit, rules: &[RuleInfo]) -> Vec<SarifResult> {
    let index: BTreeMap<&str, i64> = rules.iter().map(|rule| rule.code.as_str()).zip(0..).collect();
    let mut hashes: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    let prints = fingerprints(&audit.findings, &audit.sources);
    audit
        .findings
        .iter()
        .zip(prints)
        .map(|(finding, print)| {
            let file = finding.primary.span.file;
            let lines = hashes.entry(file.0).or_insert_with(|| line_hash::line_hashes(&audit.sources.file(file).text));
            let line = audit.sources.position(finding.primary.span).line;
            let mut partial: BTreeMap<String, String> = BTreeMap::new();
            partial.insert("flakeAudit/v1".to_owned(), print);
            if let Some(hash) = lines.get(&line) {
                partial.insert("primaryLocationLineHash".to_owned(), hash.clone());
            }
            result(finding, partial, &index, &audit.sources)
        })
        .collect()
}

fn result(
    finding: &Finding,
    partial: BTreeMap<String, String>,
    index: &BTreeMap<&str, i64>,
    sources: &Sources,
) -> SarifResult {
    let location = Location::builder().physical_location(place::physical(finding.primary.span, sources)).build();
    let mut result = SarifResult::builder()
        .rule_id(finding.code.clone())
        .level(level(finding.level))
        .message(Message::builder().text(text(finding)).build())
        .locations(vec![location])
        .partial_fingerprints(partial)
        .build();
    result.rule_index = index.get(finding.code.as_str()).copied();
    if !finding.related.is_empty() {
        result.related_locations = Some(related(finding, sources));
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
        let links = finding.related.iter().zip(1..).map(|(label, id)| {
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
fn escape_links(text: &str) -> String {
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
fn related(finding: &Finding, sources: &Sources) -> Vec<Location> {
    let location = |(label, id): (&crate::finding::Label, i64)| {
        let words = if label.text.is_empty() { "here" } else { &label.text };
        Location::builder()
            .id(id)
            .physical_location(place::physical(label.span, sources))
            .message(Message::builder().text(escape_links(words)).build())
            .build()
    };
    finding.related.iter().zip(1..).map(location).collect()
}

/// Something that was not analysed.
fn notification(row: &SkippedRow) -> Notification {
    let physical = PhysicalLocation::builder().artifact_location(place::artifact(&row.path)).build();
    Notification::builder()
        .message(
            Message::builder()
                .text(escape_links(&rules::sentence(&format!("not analysed: {}", row.reason))))
                .build(),
        )
        .level(json!(if row.counts { "warning" } else { "note" }))
        .locations(vec![Location::builder().physical_location(physical).build()])
        .build()
}
