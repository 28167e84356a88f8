//! One file a format. Reports read the audit and the rules' descriptions; they know no Nix.

mod configuration;
mod contract;
mod diff;
mod github;
mod gitlab;
mod graph;
mod html;
mod inputs;
mod json;
mod junit;
mod markdown;
mod rdjsonl;
mod sarif;
mod text;

use std::io::{self, Write};
use std::path::Path;

use crate::audit::{Audit, RuleInfo};
use crate::error::Error;

pub use configuration::configuration;
pub use diff::diff;
pub use graph::{GraphFormat, GraphKind, graph};
pub use inputs::{InputsFormat, inputs};
pub use json::schema;
pub use markdown::plans as plans_in_markdown;
pub use text::{escape, explain, list_rules, plans};

/// A format of report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Format {
    /// A page for a person.
    #[default]
    Text,
    /// The JSON contract (see `flake-audit schema`).
    Json,
    /// SARIF 2.1.0, as GitHub code scanning reads it.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// A page for a job summary or an issue.
    Markdown,
    /// GitLab Code Quality.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// Reviewdog's diagnostics, one a line.
    Rdjsonl,
    /// One page with pictures, for a browser.
    Html,
}

/// Where the project lives.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// A rule's page on the web.
fn rule_url(rule: &RuleInfo) -> String {
    format!("{REPOSITORY}/blob/main/rules/{}/{}.md", rule.family, rule.id)
}

/// Every format with the file extension that stands for it.
const EXTENSIONS: [(&str, Format); 7] = [
    ("txt", Format::Text),
    ("json", Format::Json),
    ("sarif", Format::Sarif),
    ("md", Format::Markdown),
    ("xml", Format::Junit),
    ("rdjsonl", Format::Rdjsonl),
    ("html", Format::Html),
];

impl Format {
    /// Whether it tells of findings and of nothing else.
    pub fn tells_findings_alone(self) -> bool {
        matches!(self, Self::Sarif | Self::Github | Self::Gitlab | Self::Junit | Self::Rdjsonl)
    }

    /// The format that a file name asks for.
    ///
    /// # Errors
    /// When the extension is none that is known; the message lists those that are.
    pub fn of_file(path: &Path) -> Result<Self, Error> {
        let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        let found = EXTENSIONS.iter().find(|(known, _)| extension.as_deref() == Some(*known));
        found.map(|(_, format)| *format).ok_or_else(|| {
            let known: Vec<String> = EXTENSIONS.iter().map(|(known, _)| format!(".{known}")).collect();
            let path = escape(&path.to_string_lossy()).into_owned();
            Error::Usage(format!("cannot tell the format of `{path}` from its name: end it with {}", known.join(", ")))
        })
    }
}

/// How the page for a person looks. The other formats do not depend on it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a page, not a state")]
pub struct Options {
    /// Columns to fill.
    pub width: usize,
    /// Whether to colour.
    pub color: bool,
    /// Whether the terminal shows links.
    pub links: bool,
    /// Findings only, one line each.
    pub quiet: bool,
    /// Everything that is known.
    pub verbose: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 100, color: false, links: false, quiet: false, verbose: false }
    }
}

/// Writes one report.
///
/// # Errors
/// When `out` cannot be written.
pub fn render(
    format: Format,
    audit: &Audit,
    rules: &[RuleInfo],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text::render(audit, rules, options, out),
        Format::Json => json::render(audit, out),
        Format::Sarif => sarif::render(audit, rules, out),
        Format::Github => github::render(audit, out),
        Format::Markdown => markdown::render(audit, rules, out),
        Format::Gitlab => gitlab::render(audit, out),
        Format::Junit => junit::render(audit, out),
        Format::Rdjsonl => rdjsonl::render(audit, out),
        Format::Html => html::render(audit, rules, out),
    }
}
