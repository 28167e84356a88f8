//! Reviewdog's diagnostic format, one JSON object a line: review comments, with fixes as suggestions.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{REPOSITORY, rule_url};
use crate::audit::Audit;
use crate::finding::{Finding, Fix, Level};
use crate::source::{Sources, Span};

/// A suggestion over more lines than these is nothing to click on.
const MAX_LINES: u32 = 200;

/// Writes the report.
pub(super) fn render(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    for finding in &audit.findings {
        serde_json::to_writer(&mut *out, &diagnostic(finding, audit)).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn diagnostic(finding: &Finding, audit: &Audit) -> Value {
    let mut message = finding.message.clone();
    for note in &finding.notes {
        message.push('\n');
        message.push_str(note);
    }
    let mut code = json!({ "value": finding.code });
    if let Some(rule) = audit.rules.iter().find(|rule| rule.code == finding.code) {
        code["url"] = json!(rule_url(rule));
    }
    let mut diagnostic = json!({
        "message": message,
        "location": location(finding.primary.span, audit),
        "severity": severity(finding.level),
        "source": { "name": "flake-audit", "url": REPOSITORY },
        "code": code,
    });
    if let Some(suggestion) = finding.fix.as_ref().and_then(|fix| suggestion(fix, finding, &audit.sources)) {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter();
        let related = related.map(|label| json!({ "message": label.text, "location": location(label.span, audit) }));
        diagnostic["related_locations"] = related.collect();
    }
    diagnostic
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Note => "INFO",
    }
}

fn location(span: Span, audit: &Audit) -> Value {
    json!({
        "path": audit.in_repository(audit.sources.path(span.file)),
        "range": range(span, &audit.sources),
    })
}

/// A fix as one replacement: the edits of a fix belong together, and each suggestion is applied alone.
fn suggestion(fix: &Fix, finding: &Finding, sources: &Sources) -> Option<Value> {
    let file = finding.primary.span.file;
    let start = fix.edits.iter().map(|edit| edit.span.start).min()?;
    let end = fix.edits.iter().map(|edit| edit.span.end).max()?;
    let all = Span::new(file, start..end);
    let (first, last) = sources.lines(all);
    if fix.edits.iter().any(|edit| edit.span.file != file) || last - first >= MAX_LINES {
        return None;
    }
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort();
    let (mut text, mut at) = (String::new(), start);
    for edit in edits {
        // Edits that overlap have no one result.
        text.push_str(sources.slice(Span::new(file, at..(edit.span.start >= at).then_some(edit.span.start)?)));
        text.push_str(&edit.text);
        at = edit.span.end;
    }
    Some(json!({ "range": range(all, sources), "text": text }))
}

/// Lines from 1; columns from 1, in bytes of UTF-8; the end is behind the last character.
fn range(span: Span, sources: &Sources) -> Value {
    let file = sources.file(span.file);
    let position = |offset: u32| {
        let line = file.line(offset.min(file.length()));
        let column = offset - file.line_start(line).unwrap_or(0) + 1;
        json!({ "line": line, "column": column })
    };
    json!({ "start": position(span.start), "end": position(span.end) })
}
