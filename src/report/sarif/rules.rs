//! Every rule with its help, also those that did not fire.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use serde_sarif::sarif::{MultiformatMessageString, PropertyBag, ReportingConfiguration, ReportingDescriptor};

use super::help;
use crate::audit::RuleInfo;
use crate::finding::{Confidence, Level};
use crate::report::rule_url;

/// Code scanning refuses longer descriptions.
const DESCRIPTION: usize = 1024;

/// A level as SARIF calls it.
pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// A rule's descriptor.
pub(super) fn descriptor(rule: &RuleInfo) -> ReportingDescriptor {
    let full = if rule.summary.is_empty() { &rule.title } else { &rule.summary };
    let help = if rule.help_markdown.is_empty() { &rule.title } else { &rule.help_markdown };
    let markdown = help::markdown(rule);
    ReportingDescriptor::builder()
        .id(rule.code.clone())
        .name(pascal(&rule.id))
        .short_description(message(&sentence(&rule.title)))
        .full_description(message(&sentence(full)))
        .help(MultiformatMessageString::builder().text(help.clone()).markdown(markdown).build())
        .help_uri(rule_url(rule))
        .default_configuration(
            ReportingConfiguration::builder().enabled(rule.default_on).level(json!(level(rule.level))).build(),
        )
        .properties(properties(rule))
        .build()
}

/// How code scanning sorts and filters. No `security-severity`: these are not security alerts.
fn properties(rule: &RuleInfo) -> PropertyBag {
    let mut tags = vec!["maintainability".to_owned(), "nix".to_owned(), rule.family.clone()];
    tags.extend(rule.tags.iter().cloned());
    let mut unique: Vec<String> = Vec::new();
    for tag in tags {
        if !tag.is_empty() && !unique.contains(&tag) && unique.len() < 10 {
            unique.push(tag);
        }
    }
    let precision = match rule.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let severity = match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    let more: BTreeMap<String, Value> =
        BTreeMap::from([("precision".to_owned(), json!(precision)), ("problem.severity".to_owned(), json!(severity))]);
    PropertyBag::builder().tags(unique).additional_properties(more).build()
}

fn message(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text.to_owned()).build()
}

/// A capital at its start where a plain word stands there, a full stop at its end, and no longer than is allowed.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let word = text.split(' ').next().unwrap_or("");
    let mut chars = text.chars();
    let mut sentence = String::new();
    if word.chars().all(|c| c.is_ascii_lowercase()) {
        sentence.extend(chars.next().map(|c| c.to_ascii_uppercase()));
    }
    sentence.push_str(chars.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    if sentence.chars().count() > DESCRIPTION {
        sentence = sentence.chars().take(DESCRIPTION - 1).chain(std::iter::once('…')).collect();
    }
    sentence
}

/// `oversized-flake` as `OversizedFlake`.
fn pascal(id: &str) -> String {
    id.split(['-', '_'])
        .filter_map(|word| {
            let mut chars = word.chars();
            chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>())
        })
        .collect()
}
