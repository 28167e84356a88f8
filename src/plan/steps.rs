//! The steps, each small enough for one commit, leaves first.

use std::collections::{BTreeMap, BTreeSet};

use super::files::{self, Batch};
use super::layout::Layout;
use super::{Form, Move, Risk, Step, StepKind};
use crate::finding::Finding;
use crate::measure::{DuplicateRow, Facts, FlakeRow, PieceRow, Unit, UnitRow};
use crate::number::counted;
use crate::source::FileId;

/// Numbers steps from 1. Steps refer to earlier ones by position in `after`, 0-based until here.
pub(super) fn number(mut steps: Vec<Step>, findings: &[Finding]) -> Vec<Step> {
    for (position, step) in steps.iter_mut().enumerate() {
        step.id = position as u32 + 1;
        step.ends = ends(step, findings);
    }
    let made: Vec<BTreeSet<String>> = steps
        .iter()
        .map(|step| match step.kind {
            StepKind::Extract | StepKind::Lib => {
                let bound = step.moves.iter().filter(|m| m.unit == Unit::Binding);
                bound.map(|m| m.name.clone()).collect()
            }
            _ => BTreeSet::new(),
        })
        .collect();
    for (position, step) in steps.iter_mut().enumerate() {
        let needed = (0..position).filter(|at| step.arguments.iter().any(|argument| made[*at].contains(argument)));
        step.after = needed.map(|at| at as u32 + 1).collect();
    }
    steps
}

/// Codes of the findings that lie in what a step moves or deletes, and that are about it being there.
fn ends(step: &Step, findings: &[Finding]) -> Vec<String> {
    const WHILE_THERE: &[&str] = &["FA103", "FA203", "FA204", "FA202"];
    let within =
        |finding: &&Finding| step.moves.iter().filter_map(|m| m.span).any(|span| span.contains(finding.primary.span));
    let ended: BTreeSet<String> = findings
        .iter()
        .filter(within)
        .filter(|finding| match step.kind {
            StepKind::Delete => true,
            StepKind::Merge => finding.code == "FA401",
            _ => WHILE_THERE.contains(&finding.code.as_str()),
        })
        .map(|finding| finding.code.clone())
        .collect();
    ended.into_iter().collect()
}

/// Deletes what no output reaches.
pub(super) fn delete(facts: &Facts, flake: &FlakeRow) -> Option<Step> {
    let dead: Vec<&PieceRow> =
        flake.unreachable.bindings.iter().filter(|piece| piece.span.file == flake.file).collect();
    if flake.unreachable.lines_in_flake == 0 || dead.is_empty() {
        return None;
    }
    let (risk, reason) = if flake.complete {
        (Risk::None, "no output reaches them, and the inventory is complete")
    } else {
        (Risk::Medium, "the inventory is partial: an output that is not known may read them")
    };
    let title = match dead.as_slice() {
        [one] => format!("delete `{}`, which nothing reaches", one.name),
        many => format!("delete {} bindings that nothing reaches", many.len()),
    };
    Some(Step {
        lines: flake.unreachable.lines_in_flake,
        moves: dead.iter().map(|piece| moved(facts, piece, None)).collect(),
        ..Step::new(StepKind::Delete, title, risk, reason)
    })
}

/// Groups to files and folders: a family a step, what others read first.
pub(super) fn extract(facts: &Facts, flake: &FlakeRow) -> (Vec<Step>, Vec<Batch>) {
    let batches = in_order(&flake.structure.units, files::batches(flake, || Layout::new(facts, flake)));
    let steps = batches.iter().map(|batch| step_of(facts, flake, batch)).collect();
    (steps, batches)
}

fn step_of(facts: &Facts, flake: &FlakeRow, batch: &Batch) -> Step {
    let units = &flake.structure.units;
    let own = |index: u32| &units[index as usize];
    let moving = batch.units.iter().map(|(index, _)| own(*index));
    let (risk, reason) = risk(moving.clone());
    let kind = if batch.family == "helpers" { StepKind::Lib } else { StepKind::Extract };
    let names: BTreeSet<&str> = moving.clone().map(|unit| unit.name.as_str()).collect();
    let arguments: BTreeSet<&String> = moving
        .clone()
        .flat_map(|unit| &unit.arguments)
        .filter(|name| !names.contains(name.as_str()))
        .collect();
    Step {
        lines: moving.clone().map(|unit| unit.lines).sum(),
        moves: batch
            .units
            .iter()
            .map(|(index, file)| unit_move(facts, own(*index), &batch.files[*file].path))
            .collect(),
        creates: batch.files.iter().map(|file| file.path.clone()).collect(),
        files: batch.files.clone(),
        arguments: arguments.into_iter().cloned().collect(),
        call_sites: moving.map(|unit| unit.call_sites).sum(),
        ..Step::new(kind, title(units, batch), risk, reason)
    }
}

fn title(units: &[UnitRow], batch: &Batch) -> String {
    let files: Vec<_> = batch.files.iter().filter(|file| file.form != Form::Tie).collect();
    match (batch.units.as_slice(), files.as_slice()) {
        ([(unit, _)], [file]) => format!("move `{}` to {}", units[*unit as usize].name, file.path),
        (_, [file]) => format!("move {} to {}", batch.family, file.path),
        _ => {
            let folder = files.first().and_then(|file| file.path.rsplit_once('/')).map_or("", |(folder, _)| folder);
            let count = counted(files.len() as u32, "file", "files");
            format!("move {} to {folder}/, {count}", batch.family)
        }
    }
}

/// What is read comes before what reads it; where they read each other, the longer one first. What is inside a unit
/// comes before that unit.
fn in_order(units: &[UnitRow], mut batches: Vec<Batch>) -> Vec<Batch> {
    let lines = |batch: &Batch| batch.units.iter().map(|(unit, _)| units[*unit as usize].lines).sum::<u32>();
    batches.sort_by(|a, b| {
        (b.depth, lines(b))
            .cmp(&(a.depth, lines(a)))
            .then_with(|| (a.folder, &a.family).cmp(&(b.folder, &b.family)))
    });
    let place: BTreeMap<u32, usize> = batches
        .iter()
        .enumerate()
        .flat_map(|(at, batch)| batch.units.iter().map(move |(unit, _)| (*unit, at)))
        .collect();
    let mut needs: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); batches.len()];
    for (unit, at) in &place {
        let row = &units[*unit as usize];
        needs[*at].extend(row.reads.iter().filter_map(|read| place.get(read)).filter(|other| *other != at));
        if let Some(outer) = row.outer.and_then(|outer| place.get(&outer)).filter(|outer| *outer != at) {
            needs[*outer].insert(*at);
        }
    }
    let mut order: Vec<usize> = Vec::new();
    while order.len() < batches.len() {
        let waiting = |at: &usize| !order.contains(at);
        let deepest = (0..batches.len()).filter(waiting).map(|at| batches[at].depth).max();
        let ready = |at: &usize| needs[*at].iter().all(|need| order.contains(need));
        let same = |at: &usize| Some(batches[*at].depth) == deepest;
        let next = (0..batches.len()).filter(waiting).filter(same).find(ready);
        let Some(next) = next.or_else(|| (0..batches.len()).filter(waiting).find(same)) else { break };
        order.push(next);
    }
    let mut taken: Vec<Option<Batch>> = batches.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| taken[at].take()).collect()
}

pub(super) fn unit_move(facts: &Facts, unit: &UnitRow, to: &str) -> Move {
    Move {
        name: unit.name.clone(),
        path: path_of(facts, unit.span.file),
        line: unit.first_line,
        end_line: unit.last_line,
        unit: unit.kind,
        span: Some(unit.span),
        to: Some(to.to_owned()),
        replacement: None,
    }
}

/// Lets inputs follow one another where the locked revision is the same.
pub(super) fn follow(flake: &FlakeRow) -> Option<Step> {
    let same: Vec<&DuplicateRow> = same_revision(flake).collect();
    let nodes = surplus(flake);
    let title = match same.as_slice() {
        [] => return None,
        [one] => format!("let one node of {} serve {} inputs: the revision is the same", one.source, one.nodes.len()),
        many => format!("let {} sources be locked once each: their revisions are the same", many.len()),
    };
    let reason = "what is locked stays the same; from then on one update moves all of them";
    let mut step = Step::new(StepKind::Follow, title, Risk::None, reason);
    let brought: BTreeSet<&str> = same.iter().flat_map(|row| row.brought_by.iter().map(String::as_str)).collect();
    if !brought.is_empty() {
        let named = brought.into_iter().collect::<Vec<_>>().join(", ");
        step.risk_reason = format!("the surplus comes with {named}; {}", step.risk_reason);
    }
    (nodes > 0).then_some(step)
}

/// Sources of which some nodes are interchangeable: to make those one changes nothing that is locked.
fn same_revision(flake: &FlakeRow) -> impl Iterator<Item = &DuplicateRow> {
    let duplicates = flake.lock.as_ref().map_or(&[][..], |lock| lock.duplicates.as_slice());
    duplicates.iter().filter(|row| spare(row) > 0)
}

/// Nodes of a source that are interchangeable with another one.
fn spare(row: &DuplicateRow) -> u32 {
    let groups: BTreeSet<u32> = row.nodes.iter().map(|node| node.group).collect();
    row.nodes.len() as u32 - groups.len() as u32
}

/// Lock nodes that the follow step saves.
pub(super) fn surplus(flake: &FlakeRow) -> u32 {
    same_revision(flake).map(spare).sum()
}

fn moved(facts: &Facts, piece: &PieceRow, to: Option<&str>) -> Move {
    Move {
        name: piece.name.clone(),
        path: path_of(facts, piece.span.file),
        line: piece.first_line,
        end_line: piece.last_line,
        unit: Unit::Binding,
        span: Some(piece.span),
        to: to.map(str::to_owned),
        replacement: None,
    }
}

fn path_of(facts: &Facts, file: FileId) -> String {
    facts.file(file).map(|row| row.path.clone()).unwrap_or_default()
}

/// A `with` around what moves may give it names that the new file would lack.
fn risk<'a>(mut moving: impl Iterator<Item = &'a UnitRow>) -> (Risk, &'static str) {
    if moving.any(|unit| unit.within_with) {
        (Risk::Medium, "a `with` around what moves may give it names: pass them by name")
    } else {
        (Risk::Low, "its free names become arguments, and Nix says at once if one is missing")
    }
}
