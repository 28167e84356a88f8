//! `flake-audit init`: a commented configuration that fits what an audit found.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::audit::Audit;
use crate::finding::Level;
use crate::number::counted;
use crate::source::is_below;

/// Folders that are suggested for exclusion.
const MAX_FOLDERS: usize = 10;
/// Rules that are named.
const MAX_RULES: usize = 15;

/// The text of a `flake-audit.toml`.
pub fn configuration(audit: &Audit) -> String {
    let mut text = String::new();
    head(&mut text, audit);
    excluded(&mut text, audit);
    gate(&mut text, audit);
    rules(&mut text, audit);
    ratchet(&mut text, audit);
    contracts(&mut text, audit);
    text
}

/// Appends a line; writing to a `String` cannot fail.
fn line(text: &mut String, line: impl std::fmt::Display) {
    let _ = writeln!(text, "{line}");
}

/// A TOML string.
fn quoted(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

fn head(text: &mut String, audit: &Audit) {
    let workspace = &audit.facts.workspace;
    let flakes = counted(audit.facts.flakes.len() as u32, "flake", "flakes");
    let files = counted(workspace.nix_files, "Nix file", "Nix files");
    line(text, format!("# flake-audit: {flakes}, {files} when this file was written."));
    line(
        text,
        "# Every key may go; `flake-audit rules` lists the rules, `flake-audit explain CODE` tells one in full.",
    );
    line(text, "");
}

/// Folders of generated files are what nobody mends by hand.
fn excluded(text: &mut String, audit: &Audit) {
    let mut folders: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for file in &audit.facts.files {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let (all, generated) = folders.entry(folder).or_default();
        *all += 1;
        *generated += u32::from(file.generated);
    }
    let generated = folders.iter().filter(|(folder, (all, generated))| !folder.is_empty() && all == generated);
    let globs: Vec<String> = generated.take(MAX_FOLDERS).map(|(folder, _)| quoted(&format!("/{folder}/"))).collect();
    line(text, "# What is not judged, as in a .gitignore. It can still be imported, and counts where it is.");
    if globs.is_empty() {
        line(text, "exclude = []");
    } else {
        line(text, "# In these folders every file says that a program wrote it.");
        line(text, format!("exclude = [{}]", globs.join(", ")));
    }
    line(text, "");
}

fn gate(text: &mut String, audit: &Audit) {
    let of = |level| audit.findings.iter().filter(|finding| finding.level == level).count();
    let (errors, warnings) = (of(Level::Error), of(Level::Warning));
    line(text, "# The least level at which `flake-audit check` fails: error, warning or note.");
    line(text, format!("# Today: {errors} errors, {warnings} warnings, {} notes.", of(Level::Note)));
    if errors + warnings > 0 {
        line(text, "# `flake-audit baseline` adopts them: `check` then fails only on what is new.");
    }
    line(text, "fail-on = \"warning\"");
    line(text, "");
}

/// The rules that found most, so that a person knows what to decide about.
fn rules(text: &mut String, audit: &Audit) {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for finding in &audit.findings {
        *counts.entry(&finding.code).or_default() += 1;
    }
    let mut found: Vec<_> =
        audit.rules.iter().filter_map(|rule| Some((*counts.get(rule.code.as_str())?, rule))).collect();
    found.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.code.cmp(&y.code)));
    line(text, "# Rules that do not run, by code, id or family (FA1). In the code, with a reason:");
    line(text, "#   # flake-audit: ignore[FA507] whatever nixpkgs the machine has is right here");
    line(text, "ignore = []");
    line(text, "");
    line(text, "# Level and options of single rules. Those that found something here:");
    for (count, rule) in found.iter().take(MAX_RULES) {
        line(
            text,
            format!("#   {} {}: {} ({})", rule.code, rule.id, rule.title, counted(*count, "finding", "findings")),
        );
    }
    if found.is_empty() {
        line(text, "#   none");
    }
    line(text, "# [rules.oversized-flake]");
    line(text, "# level = \"error\"           # error, warning, note or off");
    line(text, "# max = 400                 # the rule's own options: flake-audit explain oversized-flake");
    line(text, "");
}

/// The metrics that have something to fall from.
fn ratchet(text: &mut String, audit: &Audit) {
    let wanted = ["flake-lines", "unreachable-lines", "orphans", "nixpkgs-nodes", "duplicate-sources"];
    let metrics = crate::measure::METRICS.iter().filter(|metric| wanted.contains(&metric.name));
    let live = metrics.filter(|metric| metric.values(&audit.facts).iter().any(|(_, value)| *value > 0));
    let names: Vec<String> = live.map(|metric| quoted(metric.name)).collect();
    line(text, "# Numbers that may only fall. `flake-audit baseline --ratchet` records what they are today.");
    line(text, "# [ratchet]");
    line(text, format!("# metrics = [{}]", names.join(", ")));
    let pair = audit.facts.flakes.iter().flat_map(|flake| &flake.coupling).max_by_key(|pair| pair.lines);
    if let Some(pair) = pair {
        line(text, format!("# coupling = [[{}, {}]]", quoted(&pair.a), quoted(&pair.b)));
    }
    line(text, "");
}

/// A contract between the folders that are there.
fn contracts(text: &mut String, audit: &Audit) {
    let known = ["hosts", "machines", "systems", "modules", "home", "overlays", "packages", "pkgs", "lib"];
    let has = |folder: &str| audit.facts.files.iter().any(|file| is_below(&file.path, folder));
    let layers: Vec<String> = known
        .into_iter()
        .filter(|folder| has(folder))
        .map(|folder| quoted(&format!("{folder}/**")))
        .collect();
    line(text, "# Contracts between parts: paths, `concern:NAME` or `input:NAME`; see `flake-audit explain FA095`.");
    line(text, "# [[contract]]");
    if layers.len() > 1 {
        line(text, "# name = \"what is above may use what is below\"");
        line(text, "# kind = \"layers\"           # layers, forbidden or independent");
        line(text, format!("# layers = [{}]", layers.join(", ")));
    } else {
        line(text, "# name = \"packages know no hosts\"");
        line(text, "# kind = \"forbidden\"        # layers, forbidden or independent");
        line(text, "# from = [\"packages/**\"]");
        line(text, "# to = [\"hosts/**\"]");
    }
}
