//! GitLab Code Quality: the part of Code Climate's format that GitLab documents.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::audit::Audit;
use crate::finding::{Level, fingerprints};

/// Writes the report.
pub(super) fn render(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    // Two reports of one fingerprint are one to GitLab; ours count equal findings of a file.
    let prints = fingerprints(&audit.findings, &audit.sources);
    let issues: Vec<Value> = audit
        .findings
        .iter()
        .zip(prints)
        .map(|(finding, print)| {
            let (first, last) = audit.sources.lines(finding.primary.span);
            json!({
                "description": format!("{}: {}", finding.code, finding.message),
                "check_name": finding.code,
                "fingerprint": print,
                "severity": severity(finding.level),
                "location": {
                    "path": audit.in_repository(audit.sources.path(finding.primary.span.file)),
                    "lines": { "begin": first, "end": last },
                },
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "critical",
        Level::Warning => "major",
        Level::Note => "info",
    }
}
