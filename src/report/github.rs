//! Annotations of GitHub Actions: workflow commands, one a line.
//!
//! A step shows ten annotations of a kind and drops the rest in silence, so the worst come first and the last
//! one says how many more there are. Everything that the tree chose is escaped as the runner unescapes it, so no
//! name or message can end a command or begin another.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::audit::Audit;
use crate::finding::{Finding, Level};
use crate::number::grouped;

/// Annotations of one kind that a step shows.
const SHOWN: usize = 10;

/// Writes the annotations.
pub(super) fn render(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    for (level, kind, many) in
        [(Level::Error, "error", "errors"), (Level::Warning, "warning", "warnings"), (Level::Note, "notice", "notes")]
    {
        let mut findings: Vec<&Finding> = audit.findings.iter().filter(|finding| finding.level == level).collect();
        // Stable: of equal confidence in order of place.
        findings.sort_by_key(|finding| Reverse(finding.confidence));
        let shown = if findings.len() > SHOWN { SHOWN - 1 } else { SHOWN };
        for finding in findings.iter().take(shown) {
            annotation(kind, finding, audit, out)?;
        }
        let left = findings.len().saturating_sub(shown);
        if left > 0 {
            let left = grouped(i64::try_from(left).unwrap_or(i64::MAX));
            let text = format!("{left} more {many}: the job summary or the log of `flake-audit check` has them all");
            writeln!(out, "::{kind} title=flake-audit::{}", data(&text))?;
        }
    }
    Ok(())
}

fn annotation(kind: &str, finding: &Finding, audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let span = finding.primary.span;
    let (start, end) = (audit.sources.position(span), audit.sources.end_position(span));
    let path = audit.in_repository(audit.sources.path(span.file));
    let mut place = format!("file={},line={},endLine={}", property(&path), start.line, end.line);
    // Columns are heeded only where start and end are on one line.
    if start.line == end.line && end.column > start.column {
        place.push_str(&format!(",col={},endColumn={}", start.column, end.column - 1));
    }
    let title = property(&format!("{} {}", finding.code, finding.rule));
    let mut text = finding.message.clone();
    for note in finding.notes.iter().chain(finding.fix.as_ref().map(|fix| &fix.title)) {
        text.push('\n');
        text.push_str(note);
    }
    writeln!(out, "::{kind} {place},title={title}::{}", data(&text))
}

/// The message of a command.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            // The log shows it too.
            c => super::text::push_escaped(&mut escaped, c),
        }
    }
    escaped
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_ends_a_command() {
        assert_eq!(data("a\r\n::error::b %0A"), "a%0D%0A::error::b %250A");
        assert_eq!(property("a,line=1::b\n::stop"), "a%2Cline=1%3A%3Ab%0A%3A%3Astop");
        assert_eq!(data("\u{1b}[31m"), "\\u{1b}[31m");
    }
}
