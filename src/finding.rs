//! Findings: what is wrong, where, and how sure we are. A leaf; plain data.

use serde::{Deserialize, Serialize};

use crate::source::Span;

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
    /// Further sentences: reasons, counter-arguments, what to do.
    pub notes: Vec<String>,
    /// A change that ends it, where one is known.
    pub fix: Option<Fix>,
}
