//! `flake-audit-baseline.json`: what was known when the audit was adopted. Counts by path, rule and subject, so that it
//! does not change when lines move, and numbers that may only fall.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize as DeriveDeserialize, Serialize};

use crate::config::located::Document;
use crate::error::Error;
use crate::finding::Finding;
use crate::source::{FileId, Sources};

/// Name of the file in the workspace root.
pub const BASELINE_FILE: &str = "flake-audit-baseline.json";
/// A larger baseline is refused.
pub const MAX_BASELINE_BYTES: usize = 10 << 20;
/// The version of the format.
const VERSION: u32 = 1;
/// A higher count is refused.
const MAX_COUNT: u32 = 1_000_000;

/// By path, rule code and subject.
type Counts = BTreeMap<String, BTreeMap<String, BTreeMap<String, u32>>>;
/// By metric and flake.
pub type Numbers = BTreeMap<String, BTreeMap<String, u32>>;

/// A baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: Counts,
    /// The numbers that may only fall.
    pub ratchet: Numbers,
}

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    findings: &'a Counts,
    #[serde(skip_serializing_if = "Numbers::is_empty")]
    ratchet: &'a Numbers,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    version: u32,
    #[serde(default)]
    findings: Once<Once<Once<u32>>>,
    #[serde(default)]
    ratchet: Once<Once<u32>>,
}

/// A map in which a key that is written twice is an error.
struct Once<V>(BTreeMap<String, V>);

impl<V> Default for Once<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Once<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Keys<V> {
            type Value = Once<V>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Once<V>, A::Error> {
                let mut map = BTreeMap::new();
                while let Some((key, value)) = access.next_entry::<String, V>()? {
                    if map.contains_key(&key) {
                        return Err(A::Error::custom("a key is written twice: merge the two"));
                    }
                    map.insert(key, value);
                }
                Ok(Once(map))
            }
        }
        deserializer.deserialize_map(Keys(PhantomData))
    }
}

/// An entry that stands for more findings than there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stale {
    /// Path of the file.
    pub path: String,
    /// Rule code.
    pub code: String,
    /// What it is about.
    pub subject: String,
    /// Findings that it stands for.
    pub count: u32,
    /// Findings that there are.
    pub found: u32,
}

/// Findings against what was known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Findings that were left out because they were known.
    pub known: u32,
    /// Entries of the baseline that stand for more than there is, in order.
    pub stale: Vec<Stale>,
    /// The baseline's path as shown, where one was used.
    pub baseline: Option<String>,
    /// Files that do not parse, and did not when they were known, in order.
    pub unread: Vec<FileId>,
}

impl Baseline {
    /// Reads a baseline's bytes; `shown` is the path that errors name.
    ///
    /// # Errors
    /// [`Error::Located`] where it is too large, or not what this program writes.
    pub fn read(bytes: &[u8], shown: &str) -> Result<Self, Error> {
        let refused = |why: &str| Error::Located(format!("error: {}: {why}", shown.escape_debug()));
        if bytes.len() > MAX_BASELINE_BYTES {
            return Err(refused("a baseline has at most 10 MiB"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refused("a baseline is UTF-8"))?;
        let document = Document { shown, text, offset: 0 };
        let at = |line: usize, column: usize| {
            let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
            let at = (start + column.saturating_sub(1)).min(text.len());
            at..at
        };
        let hint = "`flake-audit baseline --force` writes it anew";
        if !text.trim_start().starts_with('{') {
            return Err(document.error(0..0, "a baseline is a JSON object", Some(hint)));
        }
        let read: Read = serde_json::from_str(text).map_err(|error| {
            let message = error.to_string();
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            document.error(at(error.line(), error.column()), message, Some(hint))
        })?;
        if read.version != VERSION {
            let message =
                format!("version {} of the baseline is not known; this program writes {VERSION}", read.version);
            return Err(document.error(0..0, message, Some(hint)));
        }
        let inner = |Once(map): Once<u32>| map;
        let rules = |Once(map): Once<Once<u32>>| map.into_iter().map(|(key, map)| (key, inner(map))).collect();
        let counts: Counts = read.findings.0.into_iter().map(|(path, map)| (path, rules(map))).collect();
        let each = counts.iter().flat_map(|(path, rules)| rules.values().map(move |subjects| (path, subjects)));
        for (path, subjects) in each {
            if let Some((subject, count)) = subjects.iter().find(|(_, count)| **count == 0 || **count > MAX_COUNT) {
                let why = format!(
                    "`{}` of {} is counted {count} times; a count is from 1 to 1,000,000",
                    subject.escape_debug(),
                    path.escape_debug()
                );
                return Err(refused(&why));
            }
        }
        let ratchet = read.ratchet.0.into_iter().map(|(metric, map)| (metric, inner(map))).collect();
        Ok(Self { counts, ratchet })
    }

    /// The findings as a baseline.
    pub fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>, sources: &Sources) -> Self {
        let mut counts = Counts::new();
        for finding in findings {
            let rules = counts.entry(sources.path(finding.primary.span.file).to_owned()).or_default();
            *rules.entry(finding.code.clone()).or_default().entry(finding.subject.clone()).or_default() += 1;
        }
        Self { counts, ratchet: Numbers::new() }
    }

    /// The file's text.
    ///
    /// # Errors
    /// None that could be: only maps of strings and numbers are written.
    pub fn write(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let written = Written { version: VERSION, findings: &self.counts, ratchet: &self.ratchet };
        serde_json::to_writer_pretty(&mut *out, &written)?;
        out.write_all(b"\n")
    }

    /// Number of findings that it stands for.
    pub fn len(&self) -> u32 {
        let subjects = self.counts.values().flat_map(BTreeMap::values);
        subjects.flat_map(BTreeMap::values).fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// Whether it stands for none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// For each finding, in their order, whether the baseline knows it; and the entries that stand for more than there
    /// is.
    pub fn held(&self, findings: &[Finding], sources: &Sources) -> (Vec<bool>, Vec<Stale>) {
        let mut left = self.counts.clone();
        let mut known = Vec::with_capacity(findings.len());
        // Gravest first: what is left over is then the least of them.
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|index| std::cmp::Reverse(findings[*index].level));
        known.resize(findings.len(), false);
        for index in order {
            let finding = &findings[index];
            let rules = left.get_mut(sources.path(finding.primary.span.file));
            let count = rules.and_then(|rules| rules.get_mut(&finding.code)).and_then(|s| s.get_mut(&finding.subject));
            if let Some(count) = count.filter(|count| **count > 0) {
                *count -= 1;
                known[index] = true;
            }
        }
        let mut stale = Vec::new();
        for (path, rules) in &left {
            for (code, subjects) in rules {
                for (subject, left) in subjects.iter().filter(|(_, left)| **left > 0) {
                    let count = self.counts[path][code][subject];
                    let (path, code, subject) = (path.clone(), code.clone(), subject.clone());
                    stale.push(Stale { path, code, subject, count, found: count - left });
                }
            }
        }
        (known, stale)
    }

    /// Takes stale entries out, or down to what there is.
    pub fn prune(&mut self, stale: &[Stale]) {
        for Stale { path, code, subject, found, .. } in stale {
            let Some(rules) = self.counts.get_mut(path) else { continue };
            if let Some(subjects) = rules.get_mut(code) {
                match subjects.get_mut(subject) {
                    Some(count) if *found > 0 => *count = *found,
                    _ => drop(subjects.remove(subject)),
                }
            }
            rules.retain(|_, subjects| !subjects.is_empty());
        }
        self.counts.retain(|_, rules| !rules.is_empty());
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;

    fn text(baseline: &Baseline) -> String {
        let mut out = Vec::new();
        baseline.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let written = "{\n  \"version\": 1,\n  \"findings\": {\n    \"a.nix\": {\n      \"FA101\": {\n        \"\": 2\n      \
                       }\n    }\n  },\n  \"ratchet\": {\n    \"orphans\": {\n      \".\": 3\n    }\n  }\n}\n";
        let read = Baseline::read(written.as_bytes(), "b").unwrap();
        assert_eq!(text(&read), written);
        assert_eq!(read.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        for (text, wanted) in [
            ("", "a JSON object"),
            ("[]", "a JSON object"),
            ("{\"version\": 2}", "version 2 of the baseline is not known"),
            ("{\"version\": 1, \"finding\": {}}", "unknown field `finding`"),
            ("{\"version\": 1, \"findings\": {\"a\": {}, \"a\": {}}}", "written twice"),
            ("{\"version\": 1, \"findings\": {\"a\": {\"FA1\": {\"x\": -1}}}}", "invalid value"),
            ("{\"version\": 1, \"findings\": {\"a\": {\"FA1\": {\"x\": 0}}}}", "from 1 to 1,000,000"),
            ("{\"version\": 1, \"findings\": {\"a\": {\"FA1\": {\"x\": 4294967296}}}}", "invalid value"),
            ("{\"version\": 1, \"findings\": {\"a\": [[[[[[[[]]]]]]]]}}", "expected a table"),
        ] {
            let error = Baseline::read(text.as_bytes(), "flake-audit-baseline.json").unwrap_err().to_string();
            assert!(error.contains(wanted), "{text}: {error}");
        }
        let error = Baseline::read(b"{\n  \"version\": 1,\n  x\n}", "b.json").unwrap_err().to_string();
        assert!(error.contains("b.json:3:3"), "{error}");
        Baseline::read(b"\xff", "b").unwrap_err();
        Baseline::read("[".repeat(100_000).as_bytes(), "b").unwrap_err();
        Baseline::read(&vec![b' '; super::MAX_BASELINE_BYTES + 1], "b").unwrap_err();
    }
}
