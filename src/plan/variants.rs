//! Variants of one thing made one function: code that is written several times and differs in a few literals, and dev
//! shells that need the same names. Whether all of it is alike but for what would be arguments, whoever carries the step
//! out finds; it is refused where it is not.

use std::collections::BTreeSet;

use super::files::{Batch, FRAME, label, split_words};
use super::layout::{Layout, slug};
use super::{Form, Move, NewFile, Risk, Step, StepKind, steps};
use crate::measure::{Builder, CopiesRow, Facts, FlakeRow, Unit, UnitRow};
use crate::number::counted;
use crate::source::Span;

/// Lines from which on a copy is worth a function in a file of its own.
const COPY: u32 = 15;
/// Dev shells, how long each must be, and how many of their arguments they must share, in hundredths.
const SHELLS: (usize, u32, usize) = (3, 12, 50);

/// Dev shells that need the same names, with how many of how many.
pub(super) fn shells(flake: &FlakeRow) -> Option<(Vec<&UnitRow>, usize, usize)> {
    let (count, lines, percent) = SHELLS;
    let shell = |unit: &&UnitRow| {
        unit.output.as_deref() == Some("devShells") && unit.makes == Builder::Shell && unit.lines >= lines
    };
    let shells: Vec<&UnitRow> = flake.structure.units.iter().filter(shell).collect();
    let names = |unit: &UnitRow| unit.arguments.iter().cloned().collect::<BTreeSet<String>>();
    let mut sets = shells.iter().map(|unit| names(unit));
    let first = sets.next()?;
    let (mut all, mut any) = (first.clone(), first);
    for set in sets {
        all = all.intersection(&set).cloned().collect();
        any.extend(set);
    }
    let same = shells.len() >= count && !any.is_empty() && all.len() * 100 >= any.len() * percent;
    same.then_some((shells, all.len(), any.len()))
}

/// One function for each group of copies in `flake.nix`, and one for shells that are alike. They come before what moves
/// whole: what is left of a copy is a call.
pub(super) fn all(facts: &Facts, flake: &FlakeRow, batches: &[Batch]) -> Vec<Step> {
    let mut layout = Layout::new(facts, flake);
    batches.iter().flat_map(|batch| &batch.files).for_each(|file| layout.take(&file.path));
    let mut found = Vec::new();
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for row in facts.clones.copies.iter().filter(|row| !row.whole && row.lines >= COPY) {
        let moves = copies(facts, flake, row);
        if moves.len() < 2 {
            continue;
        }
        told.extend(moves.iter().filter_map(|one| one.span));
        let names: Vec<&str> = moves.iter().map(|one| label(&one.name)).collect();
        let title = match names.as_slice() {
            [a, b] => format!("make `{a}` and `{b}` calls of one function"),
            [first, rest @ ..] => {
                let copies = counted(rest.len() as u32, "copy", "copies");
                format!("make `{first}` and {copies} of it calls of one function")
            }
            [] => continue,
        };
        found.push(step(flake, &mut layout, title, moves));
    }
    if let Some((shells, _, _)) = shells(flake)
        && shells.iter().all(|unit| !told.iter().any(|span| overlap(*span, unit.span)))
        && shells.iter().all(|unit| unit.span.file == flake.file)
    {
        let moves = shells.iter().map(|unit| steps::unit_move(facts, unit, "")).collect();
        let title = format!("make the {} dev shells outputs of one function", shells.len());
        found.push(step(flake, &mut layout, title, moves));
    }
    found
}

fn overlap(a: Span, b: Span) -> bool {
    a.file == b.file && a.start < b.end && b.start < a.end
}

/// What moves of some copies: those in `flake.nix` that something reaches.
fn copies(facts: &Facts, flake: &FlakeRow, row: &CopiesRow) -> Vec<Move> {
    let dead = |span: Span| flake.unreachable.bindings.iter().any(|piece| piece.span.contains(span));
    let here = row.places.iter().filter(|(span, _)| span.file == flake.file && !dead(*span));
    let one = |(span, name): &(Span, Option<String>)| {
        // The value of a unit: then it is that unit which goes.
        let whole = |unit: &&UnitRow| unit.span.contains(*span) && unit.span.end - span.end <= 2;
        match flake.structure.units.iter().filter(|unit| unit.kind != Unit::Module).find(whole) {
            Some(unit) if unit.name.rsplit('.').next() == name.as_deref() => steps::unit_move(facts, unit, ""),
            _ => Move {
                name: name.clone().unwrap_or_else(|| "value".to_owned()),
                path: facts.file(span.file).map(|row| row.path.clone()).unwrap_or_default(),
                line: 0,
                end_line: 0,
                unit: Unit::Value,
                span: Some(*span),
                to: None,
                replacement: None,
            },
        }
    };
    here.map(one).collect()
}

fn step(flake: &FlakeRow, layout: &mut Layout, title: String, mut moves: Vec<Move>) -> Step {
    let around = |span: Span| {
        let units = &flake.structure.units;
        let holds = |at: &u32| units[*at as usize].span.contains(span);
        flake.structure.groups.iter().find(|group| group.units.iter().any(holds))
    };
    let group = moves.iter().find_map(|one| around(one.span?));
    let folder = group.map_or_else(|| layout.base_path(), |group| layout.folder(group.folder));
    let labels: Vec<String> = moves.iter().map(|one| slug(&split_words(label(&one.name)))).collect();
    let stem = common(&labels).or_else(|| {
        let words = group.map(|group| slug(&group.family))?;
        Some(words.rsplit('-').next().unwrap_or(&words).trim_end_matches('s').to_owned())
    });
    let stem = stem.filter(|stem| !stem.is_empty() && stem != "default").unwrap_or_else(|| "variant".to_owned());
    let path = layout.fresh(&folder, &stem);
    for one in &mut moves {
        one.to = Some(path.clone());
    }
    let lines = moves.iter().map(|one| (one.end_line + 1).saturating_sub(one.line)).sum();
    let longest = moves.iter().map(|one| (one.end_line + 1).saturating_sub(one.line)).max().unwrap_or(0);
    let reason = "what they share is written once, what differs is passed; each gives what it gave";
    Step {
        lines,
        creates: vec![path.clone()],
        files: vec![NewFile {
            path,
            form: Form::Function,
            group: group.map_or_else(String::new, |group| group.name.clone()),
            lines: longest + FRAME,
            arguments: None,
            head: None,
        }],
        moves,
        ..Step::new(StepKind::Merge, title, Risk::Low, reason)
    }
}

/// The words that all names end with, else those that all begin with.
fn common(names: &[String]) -> Option<String> {
    let words: Vec<Vec<&str>> = names.iter().map(|name| name.split('-').collect()).collect();
    let (first, rest) = words.split_first()?;
    let behind = |n: &usize| rest.iter().all(|other| other.ends_with(&first[first.len() - n..]));
    let before = |n: &usize| rest.iter().all(|other| other.starts_with(&first[..*n]));
    let most = first.len();
    match ((1..=most).rev().find(behind), (1..=most).rev().find(before)) {
        (Some(n), _) => Some(first[most - n..].join("-")),
        (None, Some(n)) => Some(first[..n].join("-")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_function_is_named_by_the_words_that_its_variants_share() {
        let name = |names: &[&str]| super::common(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(name(&["small-shell", "large-shell"]).as_deref(), Some("shell"));
        assert_eq!(name(&["shell-small", "shell-large"]).as_deref(), Some("shell"));
        assert_eq!(name(&["a", "b"]), None);
    }
}
