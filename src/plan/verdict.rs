//! Keep or take apart, with the numbers that say so.

use std::collections::BTreeSet;

use super::{Plan, Size, Step, Verdict, steps};
use crate::measure::Facts;
use crate::measure::{BindingKind, FlakeRow};
use crate::number::{counted, grouped};

/// Code lines of `flake.nix` below which it is kept whole, unless one concern is large by itself.
/// Of 790 public flakes, fewer than 6 % are longer.
const SMALL_FLAKE: u32 = 250;
/// Lines of `flake.nix` of one concern alone that make a small flake worth dividing.
const LARGE_CONCERN: u32 = 150;
/// Unreachable lines that are worth a step in a flake that is kept.
const DEAD_LINES: u32 = 30;

/// The plan of a flake.
pub(super) fn of(facts: &Facts, flake: &FlakeRow) -> Plan {
    let before = size(facts, flake);
    let stay = |reason: String| Plan {
        flake: flake.path.clone(),
        verdict: Verdict::Keep,
        reasons: vec![reason],
        steps: Vec::new(),
        before: before.clone(),
        after: before.clone(),
    };
    if !flake.parsed {
        return stay("flake.nix does not parse: mend that first, then ask again".to_owned());
    }
    if !flake.is_followed() {
        return stay("what this flake offers could not be followed, so nothing is proposed".to_owned());
    }
    if flake.generated {
        return stay("flake.nix says that it is generated: change what generates it".to_owned());
    }
    let mut drafts = Vec::new();
    let (mut verdict, mut reasons) = (Verdict::Keep, Vec::new());
    if let Some(reason) = whole(flake) {
        reasons.push(reason);
        if flake.unreachable.lines_in_flake >= DEAD_LINES {
            drafts.extend(steps::delete(facts, flake));
        }
    } else {
        drafts.extend(steps::delete(facts, flake));
        let moves = steps::extract(facts, flake);
        if moves.is_empty() {
            let (code, least) = (counted(flake.lines.code, "line", "lines"), steps::WORTH_A_FILE);
            reasons.push(format!("flake.nix has {code} of code, but no concern has {least} lines there to itself"));
        } else {
            verdict = Verdict::Files;
            reasons.extend(why(flake));
        }
        drafts.extend(moves);
    }
    if flake.unreachable.lines_in_flake >= DEAD_LINES {
        let dead = counted(flake.unreachable.lines_in_flake, "line", "lines");
        reasons.push(format!("no output reaches {dead} of flake.nix"));
    }
    drafts.extend(steps::follow(flake));
    let after = shrink(&before, flake, &drafts);
    Plan { flake: flake.path.clone(), verdict, reasons, steps: steps::number(drafts), before, after }
}

/// Why a flake stays whole.
fn whole(flake: &FlakeRow) -> Option<String> {
    let largest = flake.concerns.iter().max_by_key(|concern| concern.exclusive_in_flake);
    let own = largest.map_or(0, |concern| concern.exclusive_in_flake);
    if flake.lines.code < SMALL_FLAKE && own < LARGE_CONCERN {
        let code = counted(flake.lines.code, "line", "lines");
        return Some(match largest {
            Some(concern) if own > 0 => {
                format!("flake.nix has {code} of code, and its largest concern ({}) has {own} to itself", concern.name)
            }
            _ => format!("flake.nix has {code} of code"),
        });
    }
    let bindings = flake.bindings.iter().filter(|row| row.in_flake && !row.plumbing && row.kind == BindingKind::Let);
    let [only] = flake.concerns.as_slice() else { return None };
    (only.pieces.len() <= 1 && bindings.count() == 0).then(|| {
        format!(
            "flake.nix is one table ({}) without bindings of its own: a second file would divide nothing",
            only.name
        )
    })
}

/// The numbers that speak for several files.
fn why(flake: &FlakeRow) -> Vec<String> {
    let (total, code) = (counted(flake.lines.total, "line", "lines"), grouped(flake.lines.code));
    let mut reasons = vec![format!("flake.nix has {total}, {code} of them code")];
    let mut concerns: Vec<_> =
        flake.concerns.iter().filter(|c| steps::movable(flake, c) >= steps::WORTH_A_FILE).collect();
    concerns.sort_by(|a, b| b.exclusive_in_flake.cmp(&a.exclusive_in_flake).then_with(|| a.name.cmp(&b.name)));
    let named = concerns
        .iter()
        .map(|c| format!("{} {}", c.name, grouped(c.exclusive_in_flake)))
        .collect::<Vec<_>>()
        .join(", ");
    reasons.push(format!("lines of flake.nix that only one concern reaches: {named}"));
    if let Some(pair) = flake.coupling.first() {
        let (bindings, lines) = (counted(pair.bindings, "binding", "bindings"), counted(pair.lines, "line", "lines"));
        reasons.push(format!("{} and {} share most: {bindings}, {lines}", pair.a, pair.b));
    }
    reasons
}

fn size(facts: &Facts, flake: &FlakeRow) -> Size {
    let own: BTreeSet<_> = flake.bindings.iter().map(|binding| binding.span.file).collect();
    let largest = facts.files.iter().filter(|row| own.contains(&row.file)).map(|row| row.lines.total).max();
    Size {
        flake_lines: flake.lines.total,
        largest_file_lines: largest.unwrap_or(0).max(flake.lines.total),
        files: flake.own_files.max(1),
        lock_nodes: flake.lock.as_ref().map_or(0, |lock| lock.nodes),
        ..Size::default()
    }
}

/// The size after all steps: what moves leaves one line a piece behind.
fn shrink(before: &Size, flake: &FlakeRow, drafts: &[Step]) -> Size {
    let mut after = before.clone();
    let mut largest_new = 0;
    for step in drafts {
        after.flake_lines = after.flake_lines.saturating_sub(step.lines);
        after.files += step.creates.len() as u32;
        if !step.creates.is_empty() {
            after.flake_lines += step.moves.len() as u32;
            // The moved lines, and a line each for the arguments and the braces around them.
            largest_new = largest_new.max(step.lines + 3);
        }
    }
    // Where another file was larger than flake.nix, it still is.
    let others = if before.largest_file_lines > flake.lines.total { before.largest_file_lines } else { 0 };
    after.largest_file_lines = after.flake_lines.max(largest_new).max(others);
    after.lock_nodes = before.lock_nodes.saturating_sub(steps::surplus(flake));
    after
}
