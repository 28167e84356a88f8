//! `flake-audit inputs`: what each flake locks, who brings it and what it costs.

mod json;
mod tree;

use std::io::{self, Write};

use super::Options;
use super::graph::{GraphFormat, GraphKind, graph};
use crate::audit::Audit;
use crate::measure::{FlakeRow, LockNodeRow, LockRow};

/// A format of the tree of inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum InputsFormat {
    /// A tree for a person
    #[default]
    Text,
    /// All that is known
    Json,
    /// A Mermaid flowchart
    Mermaid,
    /// A Graphviz digraph
    Dot,
}

/// Writes the inputs of every flake.
///
/// # Errors
/// When `out` cannot be written.
pub fn inputs(audit: &Audit, format: InputsFormat, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    match format {
        InputsFormat::Text => tree::render(audit, options, out),
        InputsFormat::Json => json::render(audit, out),
        InputsFormat::Mermaid => graph(audit, GraphKind::Inputs, GraphFormat::Mermaid, out),
        InputsFormat::Dot => graph(audit, GraphKind::Inputs, GraphFormat::Dot, out),
    }
}

/// How a flake is called: its directory, or the workspace's name for the root.
pub(in crate::report) fn shown(audit: &Audit, flake: &FlakeRow) -> String {
    if flake.path == "." { audit.facts.workspace.root.clone() } else { flake.path.clone() }
}

/// Numbers of the nodes of each source that is locked more than once.
pub(in crate::report) fn times(lock: &LockRow, node: &LockNodeRow) -> usize {
    let of = |row: &&crate::measure::DuplicateRow| Some(&row.source) == node.source.as_ref();
    lock.duplicates.iter().find(of).map_or(1, |row| row.nodes.len())
}

/// The first digits of a revision; hashes of files have no short form that anybody knows.
pub(in crate::report) fn short(revision: &str) -> &str {
    if revision.starts_with("sha") { "" } else { revision.get(..7).unwrap_or(revision) }
}

/// Seconds since 1970 as `2025-05-31` (Hinnant, "chrono-compatible low-level date algorithms").
fn date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, wanted) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (951_782_400, "2000-02-29"),
            (1_748_736_000, "2025-06-01"),
            (4_102_444_799, "2099-12-31"),
        ] {
            assert_eq!(date(seconds), wanted);
        }
    }
}
