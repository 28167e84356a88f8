//! The findings as a table, the worst first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::escape::{code, inline, plain};
use crate::audit::{Audit, RuleInfo};
use crate::finding::{Finding, Level};
use crate::number::counted;
use crate::report::rule_url;

/// Rows that are open; the others are folded away.
const OPEN: usize = 20;

/// Adds the table. It takes no more than `room` bytes.
pub(super) fn table(page: &mut String, audit: &Audit, rules: &[RuleInfo], room: usize) {
    if audit.findings.is_empty() {
        return;
    }
    let mut findings: Vec<&Finding> = audit.findings.iter().collect();
    findings.sort_by_key(|finding| Reverse(finding.level));
    let urls: BTreeMap<&str, String> = rules.iter().map(|rule| (rule.code.as_str(), rule_url(rule))).collect();
    let end = page.len() + room;
    page.push_str("\n#### Findings\n");
    let (open, folded) = findings.split_at(findings.len().min(OPEN));
    let mut told = rows(page, open, audit, &urls, end);
    if told == open.len() && !folded.is_empty() {
        let more = counted(folded.len() as u32, "more finding", "more findings");
        page.push_str(&format!("\n<details><summary>{more}</summary>\n"));
        told += rows(page, folded, audit, &urls, end);
        page.push_str("\n</details>\n");
    }
    let left = findings.len() - told;
    if left > 0 {
        let more = counted(left as u32, "finding does", "findings do");
        page.push_str(&format!("\n{more} not fit here: `flake-audit --format json` has them all.\n"));
    }
}

/// Adds rows while there is room; gives how many.
fn rows(page: &mut String, findings: &[&Finding], audit: &Audit, urls: &BTreeMap<&str, String>, end: usize) -> usize {
    page.push_str("\n| level | rule | where | what |\n|---|---|---|---|\n");
    for (count, finding) in findings.iter().enumerate() {
        let row = row(finding, audit, urls);
        if page.len() + row.len() > end {
            return count;
        }
        page.push_str(&row);
    }
    findings.len()
}

fn row(finding: &Finding, audit: &Audit, urls: &BTreeMap<&str, String>) -> String {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let rule = match urls.get(finding.code.as_str()) {
        Some(url) => format!("[{}]({})", plain(&finding.code), url.replace(['(', ')', '|', ' ', '<', '>'], "")),
        None => plain(&finding.code),
    };
    let at = audit.sources.position(finding.primary.span);
    let place = format!("{}:{}", audit.in_repository(audit.sources.path(finding.primary.span.file)), at.line);
    let fix = finding.fix.as_ref().map(|fix| format!("<br>fix: {}", inline(&fix.title))).unwrap_or_default();
    format!("| {level} | {rule} | {} | {}{fix} |\n", code(&place), inline(&finding.message))
}
