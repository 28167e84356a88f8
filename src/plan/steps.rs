//! The steps, each small enough for one commit, leaves first.

use std::collections::BTreeSet;

use super::{Form, Move, NewFile, Risk, Step, StepKind, Unit};
use crate::measure::Facts;
use crate::measure::{BindingKind, BindingRow, ConcernRow, DuplicateRow, FlakeRow, PieceRow};
use crate::source::{FileId, Span};

/// Lines of `flake.nix` that one concern must have to itself for a file of its own.
pub(super) const WORTH_A_FILE: u32 = 40;
/// Lines of a helper that is worth moving.
const HELPER_LINES: u32 = 15;
/// Concerns that must read a helper.
const HELPER_READERS: usize = 3;

/// Numbers steps from 1. Steps refer to earlier ones by position in `after`, 0-based until here.
pub(super) fn number(mut steps: Vec<Step>) -> Vec<Step> {
    let helpers = steps.iter().position(is_helpers);
    let names: BTreeSet<String> = helpers
        .and_then(|at| steps.get(at))
        .map(|s| s.moves.iter().map(|m| m.name.clone()).collect())
        .unwrap_or_default();
    for (position, step) in steps.iter_mut().enumerate() {
        step.id = position as u32 + 1;
        let needs = step.arguments.iter().any(|argument| names.contains(argument));
        if let Some(at) = helpers.filter(|at| *at < position && needs) {
            step.after.push(at as u32 + 1);
        }
    }
    steps
}

fn is_helpers(step: &Step) -> bool {
    step.kind == StepKind::Lib
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

/// Files for helpers that many concerns read, then for concerns, most lines first.
pub(super) fn extract(facts: &Facts, flake: &FlakeRow) -> Vec<Step> {
    let mut taken = BTreeSet::new();
    let mut concerns: Vec<&ConcernRow> =
        flake.concerns.iter().filter(|concern| movable(flake, concern) >= WORTH_A_FILE).collect();
    concerns.sort_by(|a, b| movable(flake, b).cmp(&movable(flake, a)).then_with(|| a.name.cmp(&b.name)));
    if concerns.is_empty() {
        return Vec::new();
    }
    let folder = folder(facts, flake);
    let mut steps: Vec<Step> = helpers(facts, flake, &mut taken).into_iter().collect();
    steps.extend(concerns.into_iter().map(|concern| {
        let path = fresh(facts, &folder, &slug(&concern.name), &mut taken);
        let pieces: Vec<&PieceRow> = concern.pieces.iter().filter(|piece| piece.span.file == flake.file).collect();
        let (risk, reason) =
            risk(facts, flake.file, pieces.iter().map(|piece| (piece.span, piece.last_line + 1 - piece.first_line)));
        Step {
            lines: lines(&pieces),
            moves: pieces.iter().map(|piece| moved(facts, piece, Some(&path))).collect(),
            files: vec![set(&path, &concern.name, lines(&pieces))],
            arguments: concern.arguments.clone(),
            creates: vec![path.clone()],
            ..Step::new(StepKind::Extract, format!("move {} to {path}", concern.name), risk, reason)
        }
    }));
    steps
}

/// Lines of `flake.nix` that a concern has to itself in pieces that can move.
pub(super) fn movable(flake: &FlakeRow, concern: &ConcernRow) -> u32 {
    lines(&concern.pieces.iter().filter(|piece| piece.span.file == flake.file).collect::<Vec<_>>())
}

fn helpers(facts: &Facts, flake: &FlakeRow, taken: &mut BTreeSet<String>) -> Option<Step> {
    let shared = |row: &&BindingRow| {
        let own = row.in_flake && !row.plumbing && row.reachable && row.kind == BindingKind::Let;
        own && row.lines >= HELPER_LINES && row.read_by_concerns.len() >= HELPER_READERS
    };
    let found: Vec<&BindingRow> = flake.bindings.iter().filter(shared).collect();
    let outermost: Vec<&BindingRow> = found
        .iter()
        .filter(|row| !found.iter().any(|other| other.span != row.span && other.span.contains(row.span)))
        .copied()
        .collect();
    if outermost.is_empty() {
        return None;
    }
    let path = fresh(facts, &under(&flake.path, "nix"), "lib", taken);
    let (risk, reason) = risk(facts, flake.file, outermost.iter().map(|row| (row.span, row.lines)));
    let moves = outermost.iter().map(|row| Move {
        name: row.name.clone(),
        path: path_of(facts, row.span.file),
        line: row.first_line,
        end_line: row.first_line + row.lines - 1,
        unit: Unit::Binding,
        span: Some(row.span),
        to: Some(path.clone()),
        replacement: None,
    });
    let own: BTreeSet<&str> = outermost.iter().map(|row| row.name.as_str()).collect();
    let arguments: BTreeSet<&String> = outermost
        .iter()
        .flat_map(|row| &row.arguments)
        .filter(|name| !own.contains(name.as_str()))
        .collect();
    let title =
        format!("move {} that at least {HELPER_READERS} concerns read to {path}", helpers_named(outermost.len()));
    let lines = outermost.iter().map(|row| row.lines).sum();
    Some(Step {
        lines,
        moves: moves.collect(),
        files: vec![set(&path, "lib", lines)],
        arguments: arguments.into_iter().cloned().collect(),
        creates: vec![path],
        ..Step::new(StepKind::Lib, title, risk, reason)
    })
}

fn helpers_named(count: usize) -> String {
    if count == 1 { "one helper".to_owned() } else { format!("{count} helpers") }
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

fn set(path: &str, group: &str, lines: u32) -> NewFile {
    NewFile { path: path.to_owned(), form: Form::Set, group: group.to_owned(), lines, arguments: None, head: None }
}

fn moved(facts: &Facts, piece: &PieceRow, to: Option<&str>) -> Move {
    Move {
        name: piece.name.clone(),
        path: path_of(facts, piece.span.file),
        line: piece.first_line,
        end_line: piece.last_line,
        unit: if piece.name.contains('.') { Unit::Value } else { Unit::Binding },
        span: Some(piece.span),
        to: to.map(str::to_owned),
        replacement: None,
    }
}

fn path_of(facts: &Facts, file: FileId) -> String {
    facts.files.iter().find(|row| row.file == file).map(|row| row.path.clone()).unwrap_or_default()
}

/// Lines that pieces span, each line once.
fn lines(pieces: &[&PieceRow]) -> u32 {
    let mut spans: Vec<(u32, u32)> = pieces.iter().map(|piece| (piece.first_line, piece.last_line)).collect();
    spans.sort_unstable();
    let (mut sum, mut next) = (0, 0);
    for (first, last) in spans {
        let first = first.max(next);
        sum += (last + 1).saturating_sub(first);
        next = next.max(last + 1);
    }
    sum
}

/// A `with` around what moves may give it names that the new file would lack. Whether one is around
/// is judged by its place before and by a body that is long enough. Takes spans with their lines.
fn risk(facts: &Facts, file: FileId, moving: impl Iterator<Item = (Span, u32)>) -> (Risk, &'static str) {
    let withs = facts.files.iter().find(|row| row.file == file).map_or(&[][..], |row| row.withs.as_slice());
    let moving: Vec<(Span, u32)> = moving.collect();
    let around =
        |(span, lines): &(Span, u32)| withs.iter().any(|with| with.at.start < span.start && with.body_lines >= *lines);
    if moving.iter().any(around) {
        (Risk::Medium, "a `with` above may give names to what moves: pass them by name")
    } else {
        (Risk::Low, "its free names become arguments, and Nix says at once if one is missing")
    }
}

/// Where files of a flake's concerns go: an existing folder of its kind, else one below `nix/`.
fn folder(facts: &Facts, flake: &FlakeRow) -> String {
    let has = |folder: &str| {
        let prefix = format!("{}/", under(&flake.path, folder));
        facts.files.iter().any(|row| row.path.starts_with(&prefix))
    };
    if !flake.frameworks.iter().any(|name| name == "flake-parts") {
        return under(&flake.path, "nix");
    }
    let known = ["flake-modules", "modules/flake", "flake-parts", "parts", "nix/flake-modules", "nix/modules/flake"];
    let found = known.into_iter().find(|folder| has(folder)).unwrap_or("nix/flake-modules");
    under(&flake.path, found)
}

fn under(flake: &str, folder: &str) -> String {
    if flake.is_empty() || flake == "." { folder.to_owned() } else { format!("{flake}/{folder}") }
}

/// A path that no file has yet, nor a folder of the same name.
fn fresh(facts: &Facts, folder: &str, name: &str, taken: &mut BTreeSet<String>) -> String {
    let exists = |stem: &str| {
        let (file, inside) = (format!("{stem}.nix"), format!("{stem}/"));
        facts.files.iter().any(|row| row.path == file || row.path.starts_with(&inside))
    };
    let plain = format!("{folder}/{name}");
    let mut stem = plain.clone();
    let mut nth = 1;
    while exists(&stem) || taken.contains(&stem) {
        nth += 1;
        stem = format!("{plain}-{nth}");
    }
    taken.insert(stem.clone());
    format!("{stem}.nix")
}

fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
