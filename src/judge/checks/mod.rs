//! Checks: rules that a condition over one row cannot say. One function a file; the file is named like the rule.

use crate::judge::sink::{Context, Draft, Sink};
use crate::measure::{Facts, FileRow, FlakeRow, Role};
use crate::source::{FileId, Span};

mod advise_against_subflakes;
mod alike_hosts;
mod broken_contract;
mod clone;
mod cross_concern_helper;
mod dangling_override;
mod deprecated_output;
mod dev_only_input;
mod diverging_pins;
mod duplicate_locked_node;
mod duplicate_name;
mod file_and_directory;
mod import_cycle;
mod import_from_derivation;
mod impure_path;
mod impure_system;
mod indented_string_closed_early;
mod inline_derivation;
mod inline_system_module;
mod insecure_transport;
mod invalid_lock;
mod large_tree;
mod lock_drift;
mod long_reach_import;
mod machine_path_input;
mod many_nixpkgs;
mod missing_follows;
mod missing_path;
mod mixed_concerns;
mod nested_packages;
mod nixos_generators;
mod nixpkgs_channel;
mod nixpkgs_reinstantiated;
mod non_literal_inputs;
mod not_analysed;
mod old_pin;
mod orphan_file;
mod oversized_binding;
mod raised_ratchet;
mod rec_outputs;
mod recommend_files;
mod recommend_outputs;
mod recommend_partition;
mod recommend_separate_flake;
mod registry_input;
mod relative_path_input;
mod release_mismatch;
mod repeated_per_system;
mod ros_nixpkgs_direction;
mod self_import;
mod shadowed_argument;
mod shallow_merge_loss;
mod single_system;
mod stale_framework;
mod superseded_definition;
mod syntax_error;
mod undefined_name;
mod unknown_output;
mod unsupported_attribute;
mod unused_argument;
mod unused_binding;
mod unused_formal;
mod unused_input;
mod unused_suppression;
mod useless_rec;
mod useless_with;
mod whole_tree_source;
mod wide_with;
mod wrong_system_level;

/// A check in the table of checks.
#[derive(Debug)]
pub(crate) struct Check {
    /// Its name, which rules use.
    pub(crate) name: &'static str,
    /// Whether it runs after suppression, to judge the suppressions themselves.
    pub(crate) last: bool,
    pub(crate) run: fn(&Context<'_>, &mut Sink<'_>),
}

/// Every check, in order of name.
pub(crate) static CHECKS: [Check; 69] = [
    Check { name: "advise-against-subflakes", last: false, run: advise_against_subflakes::check },
    Check { name: "alike-hosts", last: false, run: alike_hosts::check },
    Check { name: "broken-contract", last: false, run: broken_contract::check },
    Check { name: "clone", last: false, run: clone::check },
    Check { name: "cross-concern-helper", last: false, run: cross_concern_helper::check },
    Check { name: "dangling-override", last: false, run: dangling_override::check },
    Check { name: "deprecated-output", last: false, run: deprecated_output::check },
    Check { name: "dev-only-input", last: false, run: dev_only_input::check },
    Check { name: "diverging-pins", last: false, run: diverging_pins::check },
    Check { name: "duplicate-locked-node", last: false, run: duplicate_locked_node::check },
    Check { name: "duplicate-name", last: false, run: duplicate_name::check },
    Check { name: "file-and-directory", last: false, run: file_and_directory::check },
    Check { name: "import-cycle", last: false, run: import_cycle::check },
    Check { name: "import-from-derivation", last: false, run: import_from_derivation::check },
    Check { name: "impure-path", last: false, run: impure_path::check },
    Check { name: "impure-system", last: false, run: impure_system::check },
    Check { name: "indented-string-closed-early", last: false, run: indented_string_closed_early::check },
    Check { name: "inline-derivation", last: false, run: inline_derivation::check },
    Check { name: "inline-system-module", last: false, run: inline_system_module::check },
    Check { name: "insecure-transport", last: false, run: insecure_transport::check },
    Check { name: "invalid-lock", last: false, run: invalid_lock::check },
    Check { name: "large-tree", last: false, run: large_tree::check },
    Check { name: "lock-drift", last: false, run: lock_drift::check },
    Check { name: "long-reach-import", last: false, run: long_reach_import::check },
    Check { name: "machine-path-input", last: false, run: machine_path_input::check },
    Check { name: "many-nixpkgs", last: false, run: many_nixpkgs::check },
    Check { name: "missing-follows", last: false, run: missing_follows::check },
    Check { name: "missing-path", last: false, run: missing_path::check },
    Check { name: "mixed-concerns", last: false, run: mixed_concerns::check },
    Check { name: "nested-packages", last: false, run: nested_packages::check },
    Check { name: "nixos-generators", last: false, run: nixos_generators::check },
    Check { name: "nixpkgs-channel", last: false, run: nixpkgs_channel::check },
    Check { name: "nixpkgs-reinstantiated", last: false, run: nixpkgs_reinstantiated::check },
    Check { name: "non-literal-inputs", last: false, run: non_literal_inputs::check },
    Check { name: "not-analysed", last: false, run: not_analysed::check },
    Check { name: "old-pin", last: false, run: old_pin::check },
    Check { name: "orphan-file", last: false, run: orphan_file::check },
    Check { name: "oversized-binding", last: false, run: oversized_binding::check },
    Check { name: "raised-ratchet", last: false, run: raised_ratchet::check },
    Check { name: "rec-outputs", last: false, run: rec_outputs::check },
    Check { name: "recommend-files", last: false, run: recommend_files::check },
    Check { name: "recommend-outputs", last: false, run: recommend_outputs::check },
    Check { name: "recommend-partition", last: false, run: recommend_partition::check },
    Check { name: "recommend-separate-flake", last: false, run: recommend_separate_flake::check },
    Check { name: "registry-input", last: false, run: registry_input::check },
    Check { name: "relative-path-input", last: false, run: relative_path_input::check },
    Check { name: "release-mismatch", last: false, run: release_mismatch::check },
    Check { name: "repeated-per-system", last: false, run: repeated_per_system::check },
    Check { name: "ros-nixpkgs-direction", last: false, run: ros_nixpkgs_direction::check },
    Check { name: "self-import", last: false, run: self_import::check },
    Check { name: "shadowed-argument", last: false, run: shadowed_argument::check },
    Check { name: "shallow-merge-loss", last: false, run: shallow_merge_loss::check },
    Check { name: "single-system", last: false, run: single_system::check },
    Check { name: "stale-framework", last: false, run: stale_framework::check },
    Check { name: "superseded-definition", last: false, run: superseded_definition::check },
    Check { name: "syntax-error", last: false, run: syntax_error::check },
    Check { name: "undefined-name", last: false, run: undefined_name::check },
    Check { name: "unknown-output", last: false, run: unknown_output::check },
    Check { name: "unsupported-attribute", last: false, run: unsupported_attribute::check },
    Check { name: "unused-argument", last: false, run: unused_argument::check },
    Check { name: "unused-binding", last: false, run: unused_binding::check },
    Check { name: "unused-formal", last: false, run: unused_formal::check },
    Check { name: "unused-input", last: false, run: unused_input::check },
    Check { name: "unused-suppression", last: true, run: unused_suppression::check },
    Check { name: "useless-rec", last: false, run: useless_rec::check },
    Check { name: "useless-with", last: false, run: useless_with::check },
    Check { name: "whole-tree-source", last: false, run: whole_tree_source::check },
    Check { name: "wide-with", last: false, run: wide_with::check },
    Check { name: "wrong-system-level", last: false, run: wrong_system_level::check },
];

/// A check by name.
pub(crate) fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.name == name)
}

/// Flakes whose meaning is known and that are meant for use: `flake.nix` parses, and it is no fixture.
fn sound_flakes(facts: &Facts) -> impl Iterator<Item = &FlakeRow> {
    facts.flakes.iter().filter(|flake| flake.parsed && flake.role != Role::Fixture)
}

/// Flakes that are meant for use, and up to where the text of each can be believed. What stands before the first error
/// of a file means what it says, whatever the broken rest was to be.
fn readable_flakes(facts: &Facts) -> impl Iterator<Item = (&FlakeRow, impl Fn(Span) -> bool)> {
    facts.flakes.iter().filter(|flake| flake.role != Role::Fixture).filter_map(|flake| {
        let error = facts.file(flake.file).and_then(|file| file.syntax_error.as_ref());
        let limit = error.map(|error| {
            let opener = error.opener.as_ref().map_or(u32::MAX, |(at, _)| at.start);
            error.at.start.min(opener)
        });
        let file = flake.file;
        let believed = move |at: Span| at.file != file || limit.is_none_or(|limit| at.end <= limit);
        (flake.parsed || limit.is_some()).then_some((flake, believed))
    })
}

/// What the plan advises, by the code of the rule that tells it.
fn advised(context: &Context<'_>, out: &mut Sink<'_>, code: &str) {
    let meant: std::collections::BTreeSet<&str> =
        sound_flakes(context.facts).map(|flake| flake.path.as_str()).collect();
    let advice = context.advice.iter().filter(|advice| advice.code == code);
    for advice in advice.filter(|advice| meant.contains(advice.flake.as_str())) {
        let draft = Draft::new(advice.at, advice.flake.clone(), advice.reason.clone());
        out.push(advice.steps.iter().fold(draft, |draft, step| draft.note(step.clone())));
    }
}

/// The row of a Nix file.
fn file(facts: &Facts, id: FileId) -> Option<&FileRow> {
    facts.file(id)
}

/// Files that were written by somebody and are meant for use.
fn judged<'a>(context: &Context<'a>, fixtures: bool) -> impl Iterator<Item = &'a FileRow> {
    context.facts.files.iter().filter(move |file| !file.generated && (!file.fixture || fixtures))
}

/// A length to compare with an option.
fn length<T>(items: &[T]) -> i64 {
    i64::try_from(items.len()).unwrap_or(i64::MAX)
}

/// Names in code marks: `` `a`, `b` and 3 more ``.
fn name_list<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = names.iter().take(most).map(|name| format!("`{name}`")).collect();
    match (shown.split_last(), names.len().saturating_sub(most)) {
        (None, _) => String::new(),
        (Some(_), more @ 1..) => format!("{} and {more} more", shown.join(", ")),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, rest)), 0) => format!("{} and {last}", rest.join(", ")),
    }
}

/// `1 node`, `2 nodes`.
fn count(number: usize, one: &str) -> String {
    let shown = crate::number::grouped(u32::try_from(number).unwrap_or(u32::MAX));
    if number == 1 { format!("{shown} {one}") } else { format!("{shown} {one}s") }
}
