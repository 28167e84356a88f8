//! SARIF 2.1.0 as GitHub code scanning reads it: one location a result, all rules with their help.

mod help;
mod limit;
mod line_hash;
mod place;
mod result;
mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, Notification, PhysicalLocation, Run, RunAutomationDetails, Sarif,
    Tool, ToolComponent,
};

use crate::audit::{Audit, RuleInfo};
use crate::measure::SkippedRow;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the log, cut to what code scanning takes.
pub(super) fn render(audit: &Audit, rules: &[RuleInfo], out: &mut dyn Write) -> io::Result<()> {
    let ranked = limit::by_weight(&audit.findings);
    let mut kept = ranked.len().min(limit::RESULTS);
    let mut bytes = log(audit, rules, &ranked, kept)?;
    // The share that fits is an estimate; each round comes nearer.
    for _ in 0..limit::ROUNDS {
        let Some(fewer) = limit::that_fit(&bytes, kept)? else { break };
        kept = fewer;
        bytes = log(audit, rules, &ranked, kept)?;
    }
    out.write_all(&bytes)
}

/// The log with the `kept` findings that weigh most.
fn log(audit: &Audit, rules: &[RuleInfo], ranked: &[usize], kept: usize) -> io::Result<Vec<u8>> {
    let mut chosen: Vec<usize> = ranked.iter().take(kept).copied().collect();
    chosen.sort_unstable();
    let log = Sarif::builder()
        .schema(SCHEMA.to_owned())
        .version(json!("2.1.0"))
        .runs(vec![run(audit, rules, &chosen)])
        .build();
    let mut bytes = serde_json::to_vec_pretty(&log).map_err(io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn run(audit: &Audit, rules: &[RuleInfo], chosen: &[usize]) -> Run {
    let driver = ToolComponent::builder()
        .name("flake-audit".to_owned())
        .semantic_version(env!("CARGO_PKG_VERSION").to_owned())
        .information_uri(super::REPOSITORY.to_owned())
        .rules(rules.iter().map(rules::descriptor).collect::<Vec<_>>())
        .build();
    let mut notifications: Vec<Notification> = limit::told(audit.findings.len(), chosen.len());
    notifications.extend(audit.facts.workspace.skipped.iter().map(|row| notification(row, audit)));
    let invocation =
        Invocation::builder().execution_successful(true).tool_execution_notifications(notifications).build();
    let root = ArtifactLocation::builder()
        .description(Message::builder().text("The root of the repository.".to_owned()).build())
        .build();
    Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation])
        .automation_details(RunAutomationDetails::builder().id(category(audit)).build())
        .original_uri_base_ids(BTreeMap::from([(place::ROOT.to_owned(), root)]))
        .column_kind(json!("unicodeCodePoints"))
        .results(result::results(audit, rules, chosen))
        .build()
}

/// What tells the analyses of one commit apart: each audited directory has its own.
fn category(audit: &Audit) -> String {
    if audit.prefix.is_empty() { "flake-audit/".to_owned() } else { format!("flake-audit/{}/", audit.prefix) }
}

/// Something that was not analysed.
fn notification(row: &SkippedRow, audit: &Audit) -> Notification {
    let physical = PhysicalLocation::builder().artifact_location(place::artifact(&row.path, audit)).build();
    let text = result::escape_links(&rules::sentence(&format!("not analysed: {}", row.reason)));
    Notification::builder()
        .message(Message::builder().text(text).build())
        .level(json!(if row.counts { "warning" } else { "note" }))
        .locations(vec![Location::builder().physical_location(physical).build()])
        .build()
}
