//! The findings, filterable by level, rule and file, each with its explanation.

use std::collections::BTreeSet;

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::code::Code;
use super::shown;
use crate::audit::{Audit, RuleInfo};
use crate::finding::{Finding, Level};
use crate::number::counted;

/// Findings on the page, the worst first, and the bytes that they take.
const MOST: usize = 1_500;
const MAX_BYTES: usize = 400 * 1024;
/// Lines of code beside a finding.
const LINES: u32 = 6;

pub(super) fn section(audit: &Audit, rules: &[RuleInfo], code: &Code) -> Markup {
    let mut findings: Vec<(usize, &Finding)> = audit.findings.iter().enumerate().collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
    let (all, mut room) = (findings.len(), MAX_BYTES);
    let mut texts = Vec::new();
    for (at, finding) in findings.iter().take(MOST) {
        let text = one(audit, finding, code, is_new(audit, *at));
        let Some(left) = room.checked_sub(text.0.len()) else { break };
        room = left;
        texts.push(text);
    }
    findings.truncate(texts.len());
    let left_out = all - texts.len();
    let codes: BTreeSet<&str> = findings.iter().map(|(_, finding)| finding.code.as_str()).collect();
    html! {
        section #findings aria-labelledby="findings-title" {
            h2 id="findings-title" { "Findings" }
            p #finding-count { (summary(audit)) }
            form.filter hidden {
                label { "Level " select name="level" {
                    option value="" { "all" }
                    @for level in [Level::Error, Level::Warning, Level::Note] { option { (name(level)) } }
                } }
                label { "Rule " select name="rule" {
                    option value="" { "all" }
                    @for code in &codes { option { (code) } }
                } }
                label { "File " input name="file" type="search" autocomplete="off"; }
                @if audit.comparison.is_some() {
                    label { input name="new" type="checkbox"; " only what is new" }
                }
                output {}
            }
            div.findings { @for text in &texts { (text) } }
            @if left_out > 0 {
                p { (counted(left_out as u32, "finding", "findings")) " of the lowest levels are left out here; "
                    code { "flake-audit report" } " lists them all." }
            }
            (explanations(rules, &codes))
        }
    }
}

fn summary(audit: &Audit) -> String {
    if audit.findings.is_empty() {
        return "None.".to_owned();
    }
    let levels =
        [(Level::Error, "error", "errors"), (Level::Warning, "warning", "warnings"), (Level::Note, "note", "notes")];
    let count = |level| audit.findings.iter().filter(|finding| finding.level == level).count() as u32;
    let parts = levels.into_iter().map(|(level, one, many)| (count(level), one, many));
    parts
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| counted(n, one, many))
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn one(audit: &Audit, finding: &Finding, code: &Code, new: bool) -> Markup {
    let span = finding.primary.span;
    let path = shown(audit.sources.path(span.file));
    html! {
        details.finding data-level=(name(finding.level)) data-rule=(finding.code) data-file=(path) data-new[new] {
            summary {
                span.level.(name(finding.level)) { (name(finding.level)) }
                " " span.code-of { (finding.code) } " " span.message { (ticked(&finding.message)) }
                " " span.place { (path) ":" (audit.sources.position(span).line) }
                @if new { " " span.new { "new" } }
            }
            (excerpt(audit, finding))
            p { (super::place(audit, code, span)) }
            @for note in &finding.notes { p { (ticked(note)) } }
            @if let Some(fix) = &finding.fix {
                p { strong { @if fix.safe { "Fix: " } @else { "Possible fix: " } } (shown(&fix.title)) }
            }
            @if !finding.related.is_empty() {
                ul {
                    @for label in &finding.related { li { (super::place(audit, code, label.span)) " " (shown(&label.text)) } }
                }
            }
            p { a href={ "#rule-" (finding.code) } { "What " (finding.code) " means" } }
        }
    }
}

/// Whether a finding came since the revision that was asked for.
fn is_new(audit: &Audit, at: usize) -> bool {
    // Where only new findings were asked for, there are no others.
    let new = |brought: &[usize]| audit.held.is_some() || brought.binary_search(&at).is_ok();
    audit.comparison.as_ref().is_some_and(|comparison| new(&comparison.brought))
}

/// Text with what stands between backticks as code.
pub(super) fn ticked(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd tick is a tick.
    if parts.len().is_multiple_of(2) {
        return html! { (shown(text)) };
    }
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @if at % 2 == 1 { code { (shown(part)) } } @else { (shown(part)) }
        }
    }
}

fn excerpt(audit: &Audit, finding: &Finding) -> Markup {
    let file = audit.sources.file(finding.primary.span.file);
    let (first, last) = audit.sources.lines(finding.primary.span);
    let text: Vec<&str> = (first..=last.min(first + LINES - 1)).map(|line| file.line_text(line)).collect();
    html! { pre.excerpt tabindex="0" { code { (super::code::lines(&text.join("\n"))) } } }
}

fn explanations(rules: &[RuleInfo], codes: &BTreeSet<&str>) -> Markup {
    html! {
        @if !codes.is_empty() {
            h3 { "What the rules mean" }
            @for rule in rules.iter().filter(|rule| codes.contains(rule.code.as_str())) {
                details.rule id={ "rule-" (rule.code) } {
                    summary { span.code-of { (rule.code) } " " (shown(&rule.title)) }
                    (page(&rule.help_markdown))
                }
            }
        }
    }
}

/// A rule's page. HTML in it is shown as text: rules may be a stranger's.
fn page(markdown: &str) -> Markup {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        // A page that is sent around asks nobody for pictures; what is written in their place stays.
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let known = ["https://", "http://"].iter().any(|scheme| dest_url.starts_with(scheme));
            let dest_url = if known { dest_url } else { "".into() };
            Some(Event::Start(Tag::Link { link_type, dest_url, title, id }))
        }
        // Below the heading that stands above them.
        Event::Start(Tag::Heading { id, .. }) => {
            Some(Event::Start(Tag::Heading { level: HeadingLevel::H4, id, classes: Vec::new(), attrs: Vec::new() }))
        }
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(HeadingLevel::H4))),
        other => Some(other),
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    PreEscaped(html)
}

#[cfg(test)]
mod tests {
    #[test]
    fn html_in_a_rule_is_text() {
        let html = super::page(
            "# A\n\n<script>x</script>\n\n[b](javascript:alert(1)) <img src=x onerror=y> ![c](https://x.y/z.png)",
        )
        .into_string();
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(!html.contains("javascript:") && !html.contains("z.png") && html.contains("<h4>A</h4>"), "{html}");
    }
}
