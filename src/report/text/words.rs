//! How outputs, verdicts and risks are called on the page.

use crate::measure::{FlakeRow, UnknownRow};
use crate::number::{counted, grouped};
use crate::plan::{Plan, Risk, Step, Verdict};

/// Output kinds with their words for one and for many.
const KINDS: [(&str, &str, &str); 20] = [
    ("apps", "app", "apps"),
    ("bundlers", "bundler", "bundlers"),
    ("checks", "check", "checks"),
    ("darwinConfigurations", "darwin host", "darwin hosts"),
    ("darwinModules", "darwin module", "darwin modules"),
    ("defaultPackage", "default package", "default packages"),
    ("devShell", "dev shell", "dev shells"),
    ("devShells", "dev shell", "dev shells"),
    ("flakeModules", "flake module", "flake modules"),
    ("homeConfigurations", "home", "homes"),
    ("homeManagerModules", "home module", "home modules"),
    ("homeModules", "home module", "home modules"),
    ("hydraJobs", "Hydra job", "Hydra jobs"),
    ("legacyPackages", "legacy package", "legacy packages"),
    ("nixosConfigurations", "NixOS host", "NixOS hosts"),
    ("nixosModules", "NixOS module", "NixOS modules"),
    ("overlays", "overlay", "overlays"),
    ("packages", "package", "packages"),
    ("templates", "template", "templates"),
    ("formatter", "formatter", "formatter"),
];

/// The outputs of a flake in words, most of a kind first: `4 dev shells`, `lib`, and `10+ packages` where those of another
/// project, passed on whole, are not listed.
pub(in crate::report) fn outputs(flake: &FlakeRow) -> Vec<String> {
    let mut kinds: Vec<_> = flake.kinds.iter().filter(|kind| kind.outputs > 0).collect();
    kinds.sort_by(|a, b| b.outputs.cmp(&a.outputs).then_with(|| a.name.cmp(&b.name)));
    kinds
        .iter()
        .map(|kind| {
            let single = flake.outputs.iter().any(|o| o.kind == kind.name && o.name.is_empty());
            let words = KINDS.iter().find(|(name, _, _)| *name == kind.name);
            let more = not_known(flake, &kind.name).any(|unknown| unknown.opaque);
            match words {
                _ if single && kind.outputs == 1 => kind.name.clone(),
                _ if more => {
                    format!("{}+ {}", grouped(kind.outputs), words.map_or(kind.name.as_str(), |(_, _, many)| many))
                }
                Some((_, one, many)) => counted(kind.outputs, one, many),
                None => format!("{} {}", grouped(kind.outputs), kind.name),
            }
        })
        .collect()
}

/// What is not known of a kind.
pub(super) fn not_known<'a>(flake: &'a FlakeRow, kind: &'a str) -> impl Iterator<Item = &'a UnknownRow> {
    let below = move |path: &str| path.strip_prefix(kind).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    flake.unknown.iter().filter(move |unknown| below(&unknown.path))
}

/// The verdict's short name.
pub(in crate::report) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Keep => "keep",
        Verdict::Files => "files",
        Verdict::Outputs => "outputs",
        Verdict::Partition => "partition",
        Verdict::Separate => "separate flakes",
        Verdict::Merge => "merge",
    }
}

/// What the verdict means.
pub(in crate::report) fn advice(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Keep => "leave it as it is.",
        Verdict::Files => "keep one flake, take it apart into files.",
        Verdict::Outputs => "make the variants outputs of one function.",
        Verdict::Partition => "move what only development needs into a partition.",
        Verdict::Separate => "give a concern a flake of its own.",
        Verdict::Merge => "put the sub-flakes back into one.",
    }
}

/// How risky a step is.
pub(in crate::report) fn risk(risk: Risk) -> &'static str {
    match risk {
        Risk::None => "no risk",
        Risk::Low => "low risk",
        Risk::Medium => "medium risk",
    }
}

/// What changes from before to after: `flake.nix 3,370 → 165 lines in 5 steps`.
pub(in crate::report) fn change(plan: &Plan) -> String {
    let mut parts = Vec::new();
    if plan.before.flake_lines != plan.after.flake_lines {
        let (before, after) = (grouped(plan.before.flake_lines), grouped(plan.after.flake_lines));
        let about = if plan.carried_out { "" } else { "about\u{a0}" };
        parts.push(format!("flake.nix {before}\u{a0}→\u{a0}{about}{after}\u{a0}lines"));
    }
    if plan.before.lock_nodes != plan.after.lock_nodes {
        let (before, after) = (grouped(plan.before.lock_nodes), grouped(plan.after.lock_nodes));
        parts.push(format!("lock\u{a0}{before}\u{a0}→\u{a0}{after}\u{a0}nodes"));
    }
    let steps = counted(plan.steps.len() as u32, "step", "steps");
    match parts.is_empty() {
        true if plan.steps.is_empty() => String::new(),
        true => format!("{steps}."),
        false => format!("{} in {steps}.", parts.join(", ")),
    }
}

/// A plan's numbers: what they are of, today, and after it.
pub(in crate::report) fn sizes(plan: &Plan) -> Vec<(&'static str, String, String)> {
    let (before, after) = (&plan.before, &plan.after);
    let number = |(what, before, after): (&'static str, u32, u32)| (what, grouped(before), grouped(after));
    let mut rows: Vec<(&str, String, String)> = [
        ("lines of flake.nix", before.flake_lines, after.flake_lines),
        ("lines of the largest file", before.largest_file_lines, after.largest_file_lines),
        ("files", before.files, after.files),
        ("concerns in flake.nix", before.concerns_in_flake, after.concerns_in_flake),
        ("lock nodes", before.lock_nodes, after.lock_nodes),
    ]
    .map(number)
    .into();
    if let (Some(before), Some(after)) = (before.modularity, after.modularity) {
        rows.push(("modularity Q by file", format!("{before:.2}"), format!("{after:.2}")));
    }
    rows
}

/// What a step is made of: the pieces with their lines, or what the new file needs.
pub(in crate::report) fn step_detail(step: &Step) -> String {
    let pieces: Vec<String> = step.moves.iter().map(|m| format!("{} {}–{}", m.name, m.line, m.end_line)).collect();
    let mut parts = Vec::new();
    if step.risk == Risk::Medium && !step.risk_reason.is_empty() {
        parts.push(step.risk_reason.clone());
    }
    if !step.arguments.is_empty() {
        parts.push(format!("needs {}", step.arguments.join(" ")));
    } else if !pieces.is_empty() {
        parts.push(pieces.join(", "));
    } else if !step.creates.is_empty() {
        parts.push(format!("creates {}", step.creates.join(", ")));
    }
    parts.join(" · ")
}
