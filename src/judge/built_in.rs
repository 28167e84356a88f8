//! The rules that come with the program: the one list of files in `rules/`.

/// Path and text of every built-in rule, in order of code.
pub(crate) static FILES: [(&str, &str); 24] = [
    ("rules/soundness/syntax-error.md", include_str!("../../rules/soundness/syntax-error.md")),
    ("rules/soundness/non-literal-inputs.md", include_str!("../../rules/soundness/non-literal-inputs.md")),
    ("rules/soundness/not-analysed.md", include_str!("../../rules/soundness/not-analysed.md")),
    ("rules/soundness/invalid-lock.md", include_str!("../../rules/soundness/invalid-lock.md")),
    ("rules/suppression/unused-suppression.md", include_str!("../../rules/suppression/unused-suppression.md")),
    ("rules/size/oversized-flake.md", include_str!("../../rules/size/oversized-flake.md")),
    ("rules/size/oversized-file.md", include_str!("../../rules/size/oversized-file.md")),
    ("rules/size/oversized-binding.md", include_str!("../../rules/size/oversized-binding.md")),
    ("rules/size/inline-script-mass.md", include_str!("../../rules/size/inline-script-mass.md")),
    ("rules/size/many-inputs.md", include_str!("../../rules/size/many-inputs.md")),
    ("rules/concerns/mixed-concerns.md", include_str!("../../rules/concerns/mixed-concerns.md")),
    ("rules/concerns/dominant-concern.md", include_str!("../../rules/concerns/dominant-concern.md")),
    ("rules/coupling/cross-concern-helper.md", include_str!("../../rules/coupling/cross-concern-helper.md")),
    ("rules/coupling/wide-with.md", include_str!("../../rules/coupling/wide-with.md")),
    ("rules/inputs/duplicate-locked-node.md", include_str!("../../rules/inputs/duplicate-locked-node.md")),
    ("rules/inputs/many-nixpkgs.md", include_str!("../../rules/inputs/many-nixpkgs.md")),
    ("rules/inputs/dangling-override.md", include_str!("../../rules/inputs/dangling-override.md")),
    ("rules/inputs/lock-drift.md", include_str!("../../rules/inputs/lock-drift.md")),
    ("rules/inputs/registry-input.md", include_str!("../../rules/inputs/registry-input.md")),
    ("rules/inputs/machine-path-input.md", include_str!("../../rules/inputs/machine-path-input.md")),
    ("rules/conformance/deprecated-output.md", include_str!("../../rules/conformance/deprecated-output.md")),
    ("rules/conformance/unknown-output.md", include_str!("../../rules/conformance/unknown-output.md")),
    ("rules/conformance/impure-system.md", include_str!("../../rules/conformance/impure-system.md")),
    ("rules/structure/stale-framework.md", include_str!("../../rules/structure/stale-framework.md")),
];
