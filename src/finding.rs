//! Findings: what is wrong, where, and how sure we are. A leaf; plain data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::source::{Sources, Span};

/// How much a finding matters; the SARIF levels of the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; changes nothing by itself.
    Note,
    /// Should be changed.
    Warning,
    /// Is broken, or breaks for somebody else.
    Error,
}

/// How sure the tool is that the finding is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A hint; look before you act.
    Low,
    /// Right for code written in the common ways.
    Medium,
    /// Read off the text or the lock file.
    High,
}

/// A place with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Label {
    /// The code.
    pub span: Span,
    /// What is shown beside the underline; may be empty.
    pub text: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// A change that ends a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fix {
    /// The change in words, imperative ("add `follows`").
    pub title: String,
    /// Whether the change keeps what gets built, by proof or definition.
    pub safe: bool,
    /// The edits, in order of place.
    pub edits: Vec<Edit>,
}

/// One fault at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// Where it is: the code that `message` speaks of.
    pub primary: Label,
    /// Rule code, `FA101`.
    pub code: String,
    /// Rule id, `oversized-flake`.
    pub rule: String,
    /// How much it matters, after configuration.
    pub level: Level,
    /// How sure we are.
    pub confidence: Confidence,
    /// One sentence that makes sense alone; no capital at its start, no full stop.
    pub message: String,
    /// What the finding is about (an input, a binding, an output), stable while lines move.
    pub subject: String,
    /// Further places.
    pub related: Vec<Label>,
    /// How it comes about: each a way through the code, in steps from where it begins.
    pub flows: Vec<Vec<Label>>,
    /// Further sentences: reasons, counter-arguments, what to do.
    pub notes: Vec<String>,
    /// A change that ends it, where one is known.
    pub fix: Option<Fix>,
}

/// One name of 16 hexadecimal digits a finding, in their order: FNV-1a (Fowler, Noll, Vo; 64 bits) of code, path
/// and subject, and of the ordinal among findings that share these three.
///
/// `findings` must be in the order in which they were judged, because the ordinal counts along it.
pub fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let mut names = Vec::with_capacity(findings.len());
    for finding in findings {
        let path = sources.path(finding.primary.span.file);
        let ordinal = seen.entry((&finding.code, path, &finding.subject)).or_insert(0_u32);
        let key = format!("{}\0{path}\0{}\0{ordinal}", finding.code, finding.subject);
        *ordinal += 1;
        names.push(format!("{:016x}", fnv1a(key.as_bytes())));
    }
    names
}

fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(super::fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(super::fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
