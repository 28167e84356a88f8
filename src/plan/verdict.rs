//! Keep or take apart, with the numbers that say so.

use std::collections::BTreeSet;

use super::advice::{self, Advice};
use super::files::{self, Batch};
use super::size::{after, before};
use super::{Plan, Step, StepKind, Verdict, steps, variants};
use crate::finding::Finding;
use crate::measure::Facts;
use crate::measure::FlakeRow;
use crate::number::{counted, grouped};

/// Lines of `flake.nix` up to which it is kept whole, unless one concern is large by itself: all lines, as in the target
/// and in what moves. Nine in ten public flakes have no more (see FA101).
const SMALL_FLAKE: u32 = 250;
/// Lines of `flake.nix` of one concern alone that make a small flake worth dividing.
const LARGE_CONCERN: u32 = 150;
/// Unreachable lines that are worth a step in a flake that is kept.
const DEAD_LINES: u32 = 30;
/// What the reason that tells of what stays says behind the number.
const STAY: &str = " lines stay in flake.nix";
/// Lines that must leave a flake that is worth dividing, in hundredths of its length.
const WORTH_PERCENT: u32 = 15;

/// What two concerns share of all that either reaches from which on they are one product (Jaccard 1912).
const ONE_PRODUCT: f64 = 0.5;

/// The plan of a flake; `divide` asks for files where it would be kept whole.
pub(super) fn of(facts: &Facts, flake: &FlakeRow, findings: &[Finding], divide: bool) -> Plan {
    let today = before(facts, flake);
    let stay = |reason: &str| Plan {
        flake: flake.path.clone(),
        verdict: Verdict::Keep,
        reasons: vec![reason.to_owned()],
        steps: Vec::new(),
        before: today.clone(),
        after: today.clone(),
        carried_out: false,
    };
    if !flake.parsed {
        return stay("flake.nix does not parse: mend that first, then ask again");
    }
    if !flake.is_followed() {
        return stay("what this flake offers could not be followed, so nothing is proposed");
    }
    if flake.generated {
        return stay("flake.nix says that it is generated: change what generates it");
    }
    let (mut verdict, mut reasons, mut drafts) = (Verdict::Keep, Vec::new(), Vec::new());
    let mut batches = Vec::new();
    let small = whole(flake);
    if let Some(reason) = small.clone().filter(|_| !divide) {
        reasons.push(reason);
        if flake.unreachable.lines_in_flake >= DEAD_LINES {
            drafts.extend(steps::delete(facts, flake));
        }
    } else {
        drafts.extend(steps::delete(facts, flake));
        let (moves, made) = steps::extract(facts, flake);
        if gains(flake, &made) || divide && !made.is_empty() {
            verdict = Verdict::Files;
            reasons.extend(small.map(|reason| format!("files were asked for; otherwise it would be kept: {reason}")));
            reasons.extend(why(flake, &moves, &made));
            drafts.extend(variants::all(facts, flake, &made));
            drafts.extend(moves);
            batches = made;
        } else {
            reasons.push(why_not(flake, &moves));
        }
    }
    if flake.unreachable.lines_in_flake >= DEAD_LINES {
        let dead = counted(flake.unreachable.lines_in_flake, "line", "lines");
        let first = if verdict == Verdict::Files { ": delete them first" } else { "" };
        reasons.push(format!("no output reaches {dead} of flake.nix{first}"));
    }
    for Advice { verdict: other, reason, step } in advice::all(facts, flake, verdict == Verdict::Files) {
        // Files come before outputs, outputs before flakes.
        verdict = if verdict == Verdict::Keep { other } else { verdict };
        reasons.push(reason);
        drafts.extend(step);
    }
    reasons.extend(advice::not_separate(flake));
    drafts.extend(steps::follow(flake));
    let then = after(flake, &today, &drafts, &batches);
    let mut steps = steps::number(drafts, findings);
    if let Some(last) = steps.iter_mut().rfind(|step| step.kind.moves_code()) {
        let ended = |finding: &&Finding| finding.primary.span.file == flake.file && over(&finding.code, &then);
        let codes: BTreeSet<String> = findings.iter().filter(ended).map(|finding| finding.code.clone()).collect();
        last.ends.extend(codes);
        last.ends.sort();
        last.ends.dedup();
    }
    let mut plan =
        Plan { flake: flake.path.clone(), verdict, reasons, steps, before: today, after: then, carried_out: false };
    super::settle(&mut plan, flake);
    plan
}

/// Each kind of division that holds, with its reason and the titles of its steps.
pub(super) fn advised(facts: &Facts, flake: &FlakeRow, divide: bool) -> Vec<(Verdict, String, Vec<String>)> {
    let plan = of(facts, flake, &[], divide);
    let mut found = Vec::new();
    let moving = plan.steps.iter().filter(|step| step.kind.moves_code());
    let titles = moving.map(|step| (step.kind, step.title.clone()));
    let (merged, moves): (Vec<_>, Vec<_>) = titles.partition(|(kind, _)| *kind == StepKind::Merge);
    let moves: Vec<String> = moves.into_iter().map(|(_, title)| title).collect();
    if plan.verdict == Verdict::Files {
        let (before, after) = (grouped(plan.before.flake_lines), grouped(plan.after.flake_lines));
        let steps = counted(moves.len() as u32, "step", "steps");
        found.push((Verdict::Files, format!("flake.nix can be divided: {before} to {after} lines in {steps}"), moves));
    }
    if flake.is_followed() && !flake.generated {
        let all = advice::all(facts, flake, plan.verdict == Verdict::Files);
        found.extend(all.into_iter().map(|one| {
            let titles = one.step.into_iter().map(|step| step.title);
            let titles = titles
                .chain(merged.iter().filter(|_| one.verdict == Verdict::Outputs).map(|(_, title)| title.clone()))
                .collect();
            (one.verdict, one.reason, titles)
        }));
    }
    found
}

/// Findings about `flake.nix` as a whole that the size after all steps ends.
fn over(code: &str, then: &super::Size) -> bool {
    match code {
        "FA101" => then.flake_lines < SMALL_FLAKE,
        "FA201" => then.concerns_in_flake < 3,
        _ => false,
    }
}

/// Whether enough leaves `flake.nix` to be worth new files.
fn gains(flake: &FlakeRow, batches: &[Batch]) -> bool {
    let alive = flake.lines.total.saturating_sub(flake.unreachable.lines_in_flake);
    let left = files::left(flake, batches);
    !batches.is_empty() && left < alive && (alive - left) * 100 >= alive * WORTH_PERCENT
}

/// Why a flake stays whole.
fn whole(flake: &FlakeRow) -> Option<String> {
    let largest = flake.concerns.iter().max_by_key(|concern| concern.exclusive_in_flake);
    let own = largest.map_or(0, |concern| concern.exclusive_in_flake);
    if flake.lines.total > SMALL_FLAKE || own >= LARGE_CONCERN {
        return None;
    }
    let code = counted(flake.lines.code, "line", "lines");
    Some(match largest {
        Some(concern) if own > 0 => {
            format!("flake.nix has {code} of code, and its largest concern ({}) has {own} to itself", concern.name)
        }
        _ => format!("flake.nix has {code} of code"),
    })
}

/// Why a long flake stays whole all the same.
fn why_not(flake: &FlakeRow, moves: &[Step]) -> String {
    let code = counted(flake.lines.code, "line", "lines");
    let tables = flake.structure.units.iter().filter(|unit| unit.table).max_by_key(|unit| unit.lines);
    match tables.filter(|unit| unit.lines * 3 >= flake.lines.total) {
        Some(unit) => format!(
            "{} of {} lines are one table (`{}`), a line an entry: a second file would divide nothing",
            grouped(unit.lines),
            grouped(flake.lines.total),
            unit.name
        ),
        None if input_lines(flake) * 2 > flake.lines.total => format!(
            "flake.nix has {code} of code, but {} of its {} lines are inputs, which must be written there",
            grouped(input_lines(flake)),
            grouped(flake.lines.total)
        ),
        None if moves.is_empty() => format!("flake.nix has {code} of code, but no piece of it is large enough to move"),
        None => {
            let lines: u32 = moves.iter().map(|step| step.lines).sum();
            format!("flake.nix has {code} of code, but only {} of its lines could move", grouped(lines))
        }
    }
}

/// Lines of `flake.nix` that declare inputs.
fn input_lines(flake: &FlakeRow) -> u32 {
    let is_input = |name: &str| name == "inputs" || name.starts_with("inputs.");
    let rows = flake.bindings.iter().filter(|row| row.in_flake && is_input(&row.name));
    let lines: BTreeSet<u32> = rows.flat_map(|row| row.first_line..row.first_line + row.lines).collect();
    lines.len() as u32
}

/// The numbers that speak for several files.
fn why(flake: &FlakeRow, moves: &[Step], batches: &[Batch]) -> Vec<String> {
    let (total, code) = (counted(flake.lines.total, "line", "lines"), grouped(flake.lines.code));
    let mut families: Vec<(&str, u32)> = Vec::new();
    for (step, batch) in moves.iter().zip(batches) {
        // A family moves in several steps where pieces are written inside others.
        match families.iter_mut().find(|(family, _)| *family == batch.family) {
            Some((_, lines)) => *lines += step.lines,
            None => families.push((&batch.family, step.lines)),
        }
    }
    let families: Vec<String> =
        families.into_iter().map(|(family, lines)| format!("{family} {}", grouped(lines))).collect();
    let mut reasons = vec![
        format!("flake.nix has {total}, {code} of them code"),
        format!("what can move, in lines: {}", families.join(", ")),
    ];
    if let Some(hub) = flake.structure.hubs.first() {
        let (readers, lines) = (hub.readers.len(), counted(hub.lines, "line", "lines"));
        reasons.push(format!("`{}` ({lines}) is read by {readers} concerns: it moves before its readers", hub.name));
    }
    if let Some(pair) = flake.coupling.iter().find(|pair| pair.bindings > 0) {
        let (bindings, lines) = (counted(pair.bindings, "binding", "bindings"), counted(pair.lines, "line", "lines"));
        let mut reason = format!("{} and {} share most: {bindings}, {lines}", pair.a, pair.b);
        if pair.jaccard >= ONE_PRODUCT {
            reason.push_str(&format!(
                ", {:.0} % of what either reaches: one product, coupled by design, so files and no flakes of their own",
                pair.jaccard * 100.0
            ));
        }
        reasons.push(reason);
    }
    let left = files::left(flake, batches);
    if left > files::TARGET {
        let wiring = counted(flake.wiring_lines, "line", "lines");
        reasons.push(format!(
            "{}{STAY}: {wiring} of inputs and wiring (inputs must be written there), and small pieces",
            grouped(left)
        ));
    }
    if moves.iter().any(|step| step.kind == StepKind::Lib) && flake.concerns.len() > 1 {
        reasons.push("shared helpers speak against flakes of their own: each would need them too".to_owned());
    }
    reasons
}

/// What the reasons say of lines that stay, once that was measured; `refused` is whether a step could not be carried out.
pub(super) fn measured(reasons: &mut Vec<String>, left: u32, refused: bool) {
    let estimate = reasons.iter().position(|reason| reason.contains(STAY));
    let estimate = estimate.map(|at| (at, reasons.remove(at)));
    let (left, stay) = (grouped(left), left > files::TARGET);
    match estimate {
        _ if !stay => {}
        _ if refused => {
            reasons.push(format!("{left}{STAY}: what could not be moved, inputs and wiring, and small pieces"));
        }
        Some((at, estimate)) => {
            let rest = estimate.split_once(STAY).map_or("", |(_, rest)| rest);
            reasons.insert(at, format!("{left}{STAY}{rest}"));
        }
        None => {}
    }
}
