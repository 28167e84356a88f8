//! What only `--verbose` tells of a flake: every output, every place that could not be followed.

use crate::audit::Audit;
use crate::measure::{Certainty, FlakeRow};

use super::ink::{BOLD, DIM, PLAIN, YELLOW};
use super::page::Page;
use super::words;

/// Places that could not be followed, with the reasons.
pub(super) fn unknown(page: &mut Page, flake: &FlakeRow, audit: &Audit) {
    if flake.unknown.is_empty() {
        return;
    }
    page.gap();
    page.line(DIM, "  what is not listed");
    for row in &flake.unknown {
        page.put(YELLOW, "  ? ");
        page.name(6, BOLD, if row.path.is_empty() { "outputs" } else { &row.path });
        let place = row.at.map(|at| {
            let position = audit.sources.position(at);
            format!(" ({}:{}:{})", audit.sources.path(at.file), position.line, position.column)
        });
        let reason = if row.opaque { "passed on whole from another project, not listed" } else { &row.reason };
        page.flow_at(6, PLAIN, &format!("{reason}{}", place.unwrap_or_default()));
    }
}

/// Every output, a line a kind.
pub(super) fn outputs(page: &mut Page, flake: &FlakeRow) {
    if flake.kinds.is_empty() {
        return;
    }
    page.gap();
    page.line(DIM, "  every output");
    for kind in &flake.kinds {
        page.pad_to(2);
        page.name(6, BOLD, &kind.name);
        let names: Vec<String> = flake
            .outputs
            .iter()
            .filter(|output| output.kind == kind.name)
            .map(|o| name(&o.name, o.certainty))
            .collect();
        let text = match (names.is_empty(), names.iter().all(String::is_empty)) {
            (true, _) if words::not_known(flake, &kind.name).next().is_some() => "(not known)".to_owned(),
            (true, _) => "(empty)".to_owned(),
            (false, true) => String::new(),
            (false, false) => names.join("  "),
        };
        page.flow_at(6, PLAIN, &text);
    }
}

/// A name with a mark where it is not sure.
fn name(name: &str, certainty: Certainty) -> String {
    match certainty {
        Certainty::Known => name.to_owned(),
        Certainty::Conditional => format!("{name} (conditional)"),
        Certainty::Partial => format!("{name} (and maybe others)"),
    }
}
