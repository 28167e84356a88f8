//! One flake: verdict, numbers, steps.

use super::escape::{code, inline, plain};
use crate::audit::Audit;
use crate::measure::{FlakeRow, Role};
use crate::number::{counted, grouped};
use crate::plan::{Plan, Step, StepKind, Verdict};
use crate::report::text::words;

/// Whether a flake of several has a section of its own in a summary.
pub(super) fn is_worth_telling(flake: &FlakeRow, plan: Option<&Plan>, audit: &Audit) -> bool {
    let acts = plan.is_some_and(|plan| plan.verdict != Verdict::Keep);
    match flake.role {
        Role::Root => true,
        Role::Sub => audit.facts.flakes.len() == 1 || acts || !flake.parsed,
        Role::Template | Role::Fixture => false,
    }
}

/// The section of a flake; `whole` tells every step in full.
pub(super) fn section(flake: &FlakeRow, plan: Option<&Plan>, audit: &Audit, whole: bool) -> String {
    let file = if flake.path == "." { "flake.nix".to_owned() } else { format!("{}/flake.nix", flake.path) };
    let mut text = format!("\n#### {}\n\n{}\n", code(&audit.in_repository(&file)), facts(flake));
    if !flake.parsed {
        text.push_str("\n**Does not parse**, so its outputs are unknown and there is no verdict.\n");
        return text;
    }
    let Some(plan) = plan.filter(|_| flake.is_followed()) else {
        text.push_str("\nNo verdict: what this flake offers could not be followed.\n");
        return text;
    };
    verdict(&mut text, flake, plan);
    concerns(&mut text, flake);
    coupling(&mut text, flake);
    if whole {
        plan.steps.iter().for_each(|step| full(&mut text, step));
        sizes(&mut text, plan);
    } else if !plan.steps.is_empty() {
        let steps = counted(plan.steps.len() as u32, "step", "steps");
        text.push_str(&format!("\n<details><summary>what to do, in {steps}</summary>\n\n"));
        plan.steps.iter().for_each(|step| brief(&mut text, step));
        text.push_str("\n</details>\n");
    }
    text
}

/// Lines, outputs, inputs, and how sure that is.
fn facts(flake: &FlakeRow) -> String {
    let mut items = vec![counted(flake.lines.total, "line", "lines")];
    items.extend(words::outputs(flake).iter().map(|output| plain(output)));
    items.push(counted(flake.inputs.len() as u32, "input", "inputs"));
    items.extend(flake.lock.as_ref().map(|lock| counted(lock.nodes, "lock node", "lock nodes")));
    items.extend(flake.frameworks.iter().map(|name| plain(name)));
    if flake.parsed {
        items.push(if flake.complete { "inventory complete".to_owned() } else { "inventory partial".to_owned() });
    }
    items.join(" · ")
}

fn verdict(text: &mut String, flake: &FlakeRow, plan: &Plan) {
    let mut sentence = format!("**{}**: {}", words::verdict(plan.verdict), words::advice(plan.verdict));
    let change = words::change(plan);
    if !change.is_empty() {
        sentence.push_str(&format!(" {}", inline(&change.replace('\u{a0}', " "))));
    }
    if !flake.complete {
        sentence.push_str(" Judged by what could be followed.");
    }
    text.push_str(&format!("\n> {sentence}\n"));
    if !plan.reasons.is_empty() {
        text.push('\n');
        plan.reasons.iter().for_each(|reason| text.push_str(&format!("- {}\n", inline(reason))));
    }
}

/// Where the lines are.
fn concerns(text: &mut String, flake: &FlakeRow) {
    if flake.concerns.is_empty() {
        return;
    }
    text.push_str("\n| where the lines are | outputs | lines | only here | shared |\n|---|---:|---:|---:|---:|\n");
    for row in &flake.concerns {
        text.push_str(&format!(
            "| {} | {} | {} | {} | {} |\n",
            plain(&row.name),
            grouped(row.outputs),
            grouped(row.reached),
            grouped(row.exclusive),
            grouped(row.shared)
        ));
    }
    if flake.unreachable.lines > 0 {
        text.push_str(&format!("| nothing reaches them | – | {} | – | – |\n", grouped(flake.unreachable.lines)));
    }
}

/// What the concerns share.
fn coupling(text: &mut String, flake: &FlakeRow) {
    if flake.coupling.is_empty() {
        return;
    }
    text.push_str("\n| what they share | bindings | lines | names |\n|---|---:|---:|---|\n");
    for row in flake.coupling.iter().take(10) {
        let names: Vec<String> = row.names.iter().take(6).map(|name| code(name)).collect();
        text.push_str(&format!(
            "| {} + {} | {} | {} | {} |\n",
            plain(&row.a),
            plain(&row.b),
            grouped(row.bindings),
            grouped(row.lines),
            names.join(" ")
        ));
    }
}

/// A step in a line.
fn brief(text: &mut String, step: &Step) {
    let lines = if step.lines > 0 { format!(" (−{} lines)", grouped(step.lines)) } else { String::new() };
    text.push_str(&format!("{}. {}{lines}, {}\n", step.id, inline(&step.title), words::risk(step.risk)));
}

/// A step with all that is known of it, to be ticked off.
fn full(text: &mut String, step: &Step) {
    text.push_str(&format!("\n- [ ] **{}. {}**\n", step.id, inline(&step.title)));
    let mut facts = Vec::new();
    if step.lines > 0 {
        facts.push(format!("−{} lines in flake.nix", grouped(step.lines)));
    }
    facts.push(words::risk(step.risk).to_owned());
    if !step.after.is_empty() {
        let ids: Vec<String> = step.after.iter().map(u32::to_string).collect();
        facts.push(format!("after step {}", ids.join(", ")));
    }
    text.push_str(&format!("  - {}\n", facts.join(" · ")));
    if !step.risk_reason.is_empty() {
        text.push_str(&format!("  - {}\n", inline(&step.risk_reason)));
    }
    let listed = |names: &[String]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(" ");
    if !step.creates.is_empty() {
        text.push_str(&format!("  - creates {}\n", listed(&step.creates)));
    }
    if !step.arguments.is_empty() {
        text.push_str(&format!("  - takes {}\n", listed(&step.arguments)));
    }
    let verb = if step.kind == StepKind::Delete { "deletes" } else { "moves" };
    for piece in &step.moves {
        let place = match piece.line {
            0 => piece.path.clone(),
            line => format!("{}:{line}–{}", piece.path, piece.end_line),
        };
        text.push_str(&format!("  - {verb} {}, {}\n", code(&piece.name), code(&place)));
    }
}

/// Before and after.
fn sizes(text: &mut String, plan: &Plan) {
    if plan.steps.is_empty() {
        return;
    }
    text.push_str("\n| | before | after |\n|---|---:|---:|\n");
    for (what, before, after) in words::sizes(plan) {
        text.push_str(&format!("| {what} | {before} | {after} |\n"));
    }
}
