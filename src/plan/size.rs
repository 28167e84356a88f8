//! Numbers before and after the steps, computed from the moves.

use std::collections::{BTreeMap, BTreeSet};

use super::files::{self, Batch};
use super::{FileSize, Form, Size, Step, steps};
use crate::measure::{Facts, FlakeRow, TileKind, TileRow, file_modularity};
use crate::source::Span;

/// Files that are told.
const LARGEST: usize = 20;
/// Lines of a concern in `flake.nix` that count.
const COUNTS: u32 = 10;

/// Today.
pub(super) fn before(facts: &Facts, flake: &FlakeRow) -> Size {
    // Not by bindings: a file may be one list.
    let own: BTreeSet<_> = flake.tiles.iter().map(|tile| tile.file).collect();
    let mut largest: Vec<FileSize> = facts
        .files
        .iter()
        .filter(|row| own.contains(&row.file) && row.file != flake.file)
        .map(|row| FileSize { path: row.path.clone(), lines: row.lines.total, concerns: 0 })
        .collect();
    let concerns = flake.concerns.iter().filter(|concern| concern.defined_in_flake >= COUNTS).count() as u32;
    let path = facts.file(flake.file).map_or("flake.nix", |row| &row.path);
    largest.push(FileSize { path: path.to_owned(), lines: flake.lines.total, concerns });
    sort(&mut largest);
    Size {
        flake_lines: flake.lines.total,
        largest_file_lines: largest.first().map_or(0, |row| row.lines),
        files: flake.own_files.max(1),
        lock_nodes: flake.lock.as_ref().map_or(0, |lock| lock.nodes),
        largest,
        concerns_in_flake: concerns,
        shared_in_flake: shared_in_flake(flake, &|_| false),
        modularity: file_modularity(&flake.structure, &[]),
    }
}

/// Lines of `flake.nix` that several concerns reach and that stay there.
fn shared_in_flake(flake: &FlakeRow, moves: &dyn Fn(Span) -> bool) -> u32 {
    let shared = |tile: &&TileRow| tile.file == flake.file && tile.kind == TileKind::Shared && !moves(tile.span);
    flake.tiles.iter().filter(shared).map(|tile| tile.lines).sum()
}

fn sort(rows: &mut Vec<FileSize>) {
    rows.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.path.cmp(&b.path)));
    rows.truncate(LARGEST);
}

/// After all steps: an estimate until they were carried out in memory.
pub(super) fn after(flake: &FlakeRow, today: &Size, drafts: &[Step], batches: &[Batch]) -> Size {
    let units = &flake.structure.units;
    let deleted = drafts.iter().any(|step| step.kind == super::StepKind::Delete);
    let dead = if deleted { 0 } else { flake.unreachable.lines_in_flake };
    let flake_lines = if batches.is_empty() {
        flake.lines.total - if deleted { flake.unreachable.lines_in_flake.min(flake.lines.total) } else { 0 }
    } else {
        files::left(flake, batches) + dead
    };
    let mut gone: BTreeMap<&str, u32> = BTreeMap::new();
    let mut file = 0;
    for batch in batches {
        for (unit, _) in &batch.units {
            let row = &units[*unit as usize];
            for concern in &row.concerns {
                *gone.entry(concern).or_default() += row.lines;
            }
        }
        file += batch.files.len() as u32;
    }
    let stays = |name: &str, lines: u32| lines.saturating_sub(gone.get(name).copied().unwrap_or(0)) >= COUNTS;
    let concerns =
        flake.concerns.iter().filter(|concern| stays(&concern.name, concern.defined_in_flake)).count() as u32;
    let is_flake = |row: &&FileSize| row.path == "flake.nix" || row.path.ends_with("/flake.nix");
    let mut largest: Vec<FileSize> = today.largest.iter().filter(|row| !is_flake(row)).cloned().collect();
    let path = today.largest.iter().find(is_flake).map_or("flake.nix", |row| &row.path);
    largest.push(FileSize { path: path.to_owned(), lines: flake_lines, concerns });
    for (batch, file) in batches.iter().flat_map(|batch| batch.files.iter().enumerate().map(move |file| (batch, file)))
    {
        let (at, file) = file;
        let own = batch.units.iter().filter(|(_, place)| *place == at).map(|(unit, _)| &units[*unit as usize]);
        let concerns: BTreeSet<&String> = own.flat_map(|unit| &unit.concerns).collect();
        let concerns = if file.form == Form::Tie { 0 } else { concerns.len() as u32 };
        largest.push(FileSize { path: file.path.clone(), lines: file.lines, concerns });
    }
    sort(&mut largest);
    Size {
        flake_lines,
        largest_file_lines: largest.first().map_or(0, |row| row.lines),
        files: today.files + file,
        lock_nodes: today.lock_nodes.saturating_sub(steps::surplus(flake)),
        largest,
        shared_in_flake: shared_in_flake(flake, &|tile| {
            batches
                .iter()
                .flat_map(|batch| &batch.units)
                .any(|(unit, _)| units[*unit as usize].span.contains(tile))
        }),
        concerns_in_flake: if batches.is_empty() { today.concerns_in_flake } else { concerns },
        modularity: today.modularity,
    }
}

/// Q of the units by the files that the steps bring them to. What a refused step would move stays; what is part of
/// something that moves goes with it.
pub(super) fn modularity_after(flake: &FlakeRow, steps: &[Step]) -> Option<f64> {
    let units = &flake.structure.units;
    let mut files: BTreeMap<&str, u32> = BTreeMap::new();
    let mut own: BTreeMap<Span, u32> = BTreeMap::new();
    for one in steps.iter().filter(|step| step.refused.is_none()).flat_map(|step| &step.moves) {
        if let (Some(span), Some(to)) = (one.span, one.to.as_deref()) {
            let next = files.len() as u32 + 1;
            own.insert(span, *files.entry(to).or_insert(next));
        }
    }
    let place = |index: usize| {
        let mut at = Some(index as u32);
        while let Some(unit) = at.map(|at| &units[at as usize]) {
            if let Some(file) = own.get(&unit.span) {
                return *file;
            }
            at = unit.outer;
        }
        0
    };
    let place: Vec<u32> = (0..units.len()).map(place).collect();
    file_modularity(&flake.structure, &place)
}
