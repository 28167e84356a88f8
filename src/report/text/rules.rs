//! The list of rules, and one rule's page.

use crate::audit::RuleInfo;
use crate::finding::Confidence;
use crate::number::counted;
use crate::report::rule_url;

use super::ink::{self, BOLD, DIM, PLAIN};
use super::markdown;
use super::page::Page;
use super::table::{Align, Cell, Column, Table};

/// Every rule in a row.
pub(super) fn print(page: &mut Page, rules: &[RuleInfo]) {
    let mut table = Table::new(
        0,
        vec![
            Column::new("code", Align::Left),
            Column::new("rule", Align::Left).shrink(18),
            Column::new("level", Align::Left),
            Column::new("", Align::Left),
            Column::new("what it finds", Align::Left).shrink(10).drop(1),
        ],
    );
    for rule in rules {
        table.row(vec![
            Cell::styled(BOLD, &rule.code),
            Cell::new(&rule.id),
            Cell::styled(ink::level(rule.level), ink::level_name(rule.level)),
            Cell::styled(DIM, if rule.default_on { "on" } else { "off" }),
            Cell::new(&rule.title),
        ]);
    }
    table.print_plain(page);
    let on = rules.iter().filter(|rule| rule.default_on).count();
    page.gap();
    let rules = counted(rules.len() as u32, "rule", "rules");
    page.paragraph(0, DIM, &format!("{rules}, {on} on by default · flake-audit explain CODE tells one in full"));
}

/// One rule in full.
pub(super) fn explain(page: &mut Page, rule: &RuleInfo) {
    page.put_link(BOLD, &format!("{} {}", rule.code, rule.id), &rule_url(rule));
    page.end();
    let sure = match rule.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let state = if rule.default_on { "on by default" } else { "off by default" };
    let facts = [format!("{sure} confidence"), rule.family.clone(), state.to_owned()];
    let level = (ink::level(rule.level), ink::level_name(rule.level));
    page.items(std::iter::once(level).chain(facts.iter().map(|fact| (DIM, fact.as_str()))));
    page.gap();
    if !rule.help_markdown.contains(&rule.title) {
        page.paragraph(0, PLAIN, &rule.title);
        page.gap();
    }
    markdown::print(page, &rule.help_markdown);
}
