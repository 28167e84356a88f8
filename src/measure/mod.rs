//! Measures a resolved project: plain tables of numbers with named anchors. Knows no syntax.

mod clones;
mod cohesion;
mod community;
mod concern;
mod cost;
mod development;
mod facts;
mod file;
mod flake;
mod group;
mod imports;
mod inputs;
mod metrics;
mod names;
mod needs;
mod orphan;
mod reach;
mod routes;
pub mod schema;
mod structure;
mod tiles;
mod unit;
mod unused;

pub use development::development_inputs;
pub(crate) use development::{COMMON, EXPORTED};
pub use facts::*;
pub(crate) use file::is_generated;
pub use metrics::{Aim, METRICS, Metric};
pub use names::*;
pub use structure::file_modularity;
pub use unused::*;

pub use crate::resolve::evidence::Builder;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::discover::{Skipped, Tree};
use crate::parse::Parsed;
use crate::resolve::Project;
use crate::resolve::clones::Clones;
use crate::source::{FileId, Lines, PerFile, Sources};

/// What was measured of a part of a workspace that nothing joins to the rest; [`join`] makes facts of all parts.
#[derive(Debug, Default)]
pub struct Measured {
    /// The facts of this part alone; nothing of the workspace as a whole.
    facts: Facts,
    /// What of each file may be written more than once.
    clones: PerFile<Clones>,
    /// What the flakes need of the tree.
    needed: BTreeSet<String>,
}

/// Measures a part of a workspace, or all of it; what only plans are made of where they are wanted.
pub fn measure(
    tree: &Tree,
    sources: &Sources,
    parsed: &PerFile<Parsed>,
    project: Project,
    for_plans: bool,
) -> Measured {
    let files = file::rows(tree, &project, sources, parsed);
    let known = routes::Known::of(&project);
    let flakes: Vec<(FlakeRow, Vec<ConcernRouteRow>)> = project
        .flakes
        .par_iter()
        .map(|flake| flake::row(&project.anew(), sources, parsed, &known, flake, for_plans))
        .collect();
    let (flakes, concerns): (Vec<FlakeRow>, Vec<_>) = flakes.into_iter().unzip();
    let needed = cost::needed(&project, sources, &files);
    let routes = Routes {
        imports: routes::imports(&project),
        uses: routes::uses(&project, sources, &known),
        concerns: concerns.into_iter().flatten().collect(),
    };
    let (paths, cycles) = (imports::paths(&project, sources, &files), imports::cycles(&project, &files));
    let read = crate::resolve::read_whole(tree, sources, &project);
    let reading = ReadingRow { whole: read.whole, listed: read.listed, root: read.root, places: read.places };
    let workspace = WorkspaceRow { skipped: refused(sources, parsed), ..WorkspaceRow::default() };
    let facts = Facts { workspace, files, flakes, paths, cycles, routes, reading, ..Facts::default() };
    Measured { facts, clones: project.into_clones(), needed }
}

/// The facts of a workspace from those of its parts, which are in order of path. `skipped` is what could not be read.
pub fn join(tree: &Tree, sources: &Sources, skipped: &[Skipped], parts: Vec<Measured>) -> Facts {
    let mut facts = Facts::default();
    let mut clones = Vec::new();
    let mut needed = BTreeSet::new();
    for mut part in parts {
        facts.append(part.facts);
        clones.append(&mut part.clones.into_rows());
        needed.append(&mut part.needed);
    }
    facts.flakes.sort_by(|a, b| (a.path != ".", &a.path).cmp(&(b.path != ".", &b.path)));
    facts.routes.concerns.sort_by(|a, b| (a.flake != ".", &a.flake).cmp(&(b.flake != ".", &b.flake)));
    facts.clones = clones::row(&sources.rows(clones), sources, &facts.files);
    cost::trees(tree, &needed, &mut facts.flakes);
    let workspace = &mut facts.workspace;
    workspace.root = tree.root.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned());
    workspace.nix_files = facts.files.len() as u32;
    workspace.flakes = facts.flakes.len() as u32;
    workspace.lines = facts.files.iter().fold(Lines::default(), |sum, file| sum.plus(file.lines));
    let walked = tree.skipped.iter().chain(skipped).map(|s| SkippedRow {
        path: s.path.clone(),
        reason: s.reason.clone(),
        counts: s.counts,
        file: None,
    });
    workspace.skipped.extend(walked);
    workspace.skipped.sort();
    workspace.skipped.dedup();
    facts
}

/// What was read and could not be parsed.
fn refused(sources: &Sources, parsed: &PerFile<Parsed>) -> Vec<SkippedRow> {
    let row = |(id, parsed): (FileId, &Parsed)| {
        let reason = parsed.refused.clone()?;
        Some(SkippedRow { path: sources.path(id).to_owned(), reason, counts: true, file: Some(id) })
    };
    parsed.iter().filter_map(row).collect()
}
