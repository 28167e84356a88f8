//! `JUnit` XML: a suite a file, a test case a finding. What is below the gate passes, with its words as output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::audit::Audit;
use crate::finding::Finding;
use crate::source::FileId;

/// Writes the report.
pub(super) fn render(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let mut by_file: BTreeMap<FileId, Vec<&Finding>> = BTreeMap::new();
    for finding in &audit.findings {
        by_file.entry(finding.primary.span.file).or_default().push(finding);
    }
    let failed = |findings: &[&Finding]| findings.iter().filter(|finding| fails(finding, audit)).count();
    let failures: usize = by_file.values().map(|findings| failed(findings)).sum();
    let tests = audit.findings.len().max(1);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"flake-audit\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">")?;
    for (file, findings) in &by_file {
        let name = attribute(&audit.in_repository(audit.sources.path(*file)));
        let (tests, failures) = (findings.len(), failed(findings));
        writeln!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
        )?;
        for finding in findings {
            case(finding, audit, &name, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    if by_file.is_empty() {
        // A report without any test is an error to some of its readers.
        writeln!(out, "  <testsuite name=\"flake-audit\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">")?;
        writeln!(out, "    <testcase name=\"no findings\" classname=\"flake-audit\"/>")?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn fails(finding: &Finding, audit: &Audit) -> bool {
    finding.level >= audit.config.fail_on
}

fn case(finding: &Finding, audit: &Audit, class: &str, out: &mut dyn Write) -> io::Result<()> {
    let at = audit.sources.position(finding.primary.span);
    let name = attribute(&format!("{} {} at {}:{}", finding.code, finding.rule, at.line, at.column));
    let message = attribute(&finding.message);
    let mut body = format!("{}:{}:{}: {}", class, at.line, at.column, text(&finding.message));
    for note in &finding.notes {
        // Writing to a string cannot fail.
        let _ = write!(body, "\n{}", text(note));
    }
    write!(out, "    <testcase name=\"{name}\" classname=\"{class}\">")?;
    if fails(finding, audit) {
        write!(out, "<failure type=\"{}\" message=\"{message}\">{body}</failure>", attribute(&finding.code))?;
    } else {
        write!(out, "<system-out>{body}</system-out>")?;
    }
    writeln!(out, "</testcase>")
}

/// Text of an element: characters that XML 1.0 cannot hold are spelled out.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\t' => escaped.push(c),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => super::text::push_escaped(&mut escaped, c),
        }
    }
    escaped
}

/// The value of an attribute.
fn attribute(value: &str) -> String {
    text(value).replace('"', "&quot;").replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests {
    use super::{attribute, text};

    #[test]
    fn nothing_ends_an_element() {
        assert_eq!(text("]]></failure>&\u{1b}\u{ffff}"), "]]&gt;&lt;/failure&gt;&amp;\\u{1b}\u{fffd}");
        assert_eq!(attribute("a\"\n\tb"), "a&quot;&#10;&#9;b");
    }
}
