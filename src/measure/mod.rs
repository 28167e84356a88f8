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
pub use metrics::{Aim, METRICS, Metric};
pub use names::*;
pub use structure::file_modularity;
pub use unused::*;

pub use crate::resolve::evidence::Builder;

use rayon::prelude::*;

use crate::discover::{Skipped, Tree};
use crate::parse::Parsed;
use crate::resolve::Project;
use crate::source::{Lines, Sources};

/// Measures everything. `parsed` is in the order of `sources`.
pub fn measure(tree: &Tree, sources: &Sources, parsed: &[Parsed], skipped: &[Skipped], project: &Project) -> Facts {
    let files = file::rows(tree, project, sources, parsed);
    let known = routes::Known::of(project);
    let flakes: Vec<(FlakeRow, Vec<ConcernRouteRow>)> = project
        .flakes
        .par_iter()
        .map(|flake| flake::row(&project.anew(), sources, parsed, &known, flake))
        .collect();
    let (mut flakes, concerns): (Vec<FlakeRow>, Vec<_>) = flakes.into_iter().unzip();
    cost::trees(tree, project, sources, &files, &mut flakes);
    let routes = Routes {
        imports: routes::imports(project),
        uses: routes::uses(project, sources, &known),
        concerns: concerns.into_iter().flatten().collect(),
    };
    let root = tree.root.file_name().map_or_else(|| ".".to_owned(), |name| name.to_string_lossy().into_owned());
    let workspace = WorkspaceRow {
        root,
        nix_files: files.len() as u32,
        flakes: flakes.len() as u32,
        lines: files.iter().fold(Lines::default(), |sum, file| sum.plus(file.lines)),
        skipped: skipped_rows(tree, sources, parsed, skipped),
    };
    let (paths, cycles) = (imports::paths(project, sources, &files), imports::cycles(project, sources, &files));
    let clones = clones::row(project, sources, &files);
    let read = crate::resolve::read_whole(tree, sources, project);
    let reading = ReadingRow { whole: read.whole, listed: read.listed, root: read.root, places: read.places };
    Facts { workspace, files, flakes, paths, cycles, clones, routes, reading }
}

/// What could not be walked, read or parsed, in order of path.
fn skipped_rows(tree: &Tree, sources: &Sources, parsed: &[Parsed], skipped: &[Skipped]) -> Vec<SkippedRow> {
    let walked = tree.skipped.iter().chain(skipped).map(|s| SkippedRow {
        path: s.path.clone(),
        reason: s.reason.clone(),
        counts: s.counts,
        file: None,
    });
    let refused = sources.iter().zip(parsed).filter_map(|((id, file), parsed)| {
        let reason = parsed.refused.clone()?;
        Some(SkippedRow { path: file.path.clone(), reason, counts: true, file: Some(id) })
    });
    let mut rows: Vec<SkippedRow> = walked.chain(refused).collect();
    rows.sort();
    rows.dedup();
    rows
}
