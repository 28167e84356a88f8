//! Inputs that only development needs, of a flake that others take as an input: they lock them all the same.

use std::collections::BTreeSet;

use super::facts::{FlakeRow, InputRow, NeedRow, Used};

/// Concerns whose inputs no user of the flake needs.
const DEVELOPMENT: &[&str] = &["dev shells", "checks", "formatter"];
/// Concerns that other flakes use.
pub(crate) const EXPORTED: &[&str] =
    &["packages", "NixOS modules", "overlays", "library", "home", "darwin", "templates"];
/// Inputs that nearly every flake has: they say nothing about a concern.
pub(crate) const COMMON: &[&str] = &["nixpkgs", "flake-utils", "flake-parts", "systems"];

/// The inputs that nothing but dev shells, checks and the formatter needs; none where that is not known, where nothing
/// is offered to others, or where the flake is a machine's own.
pub fn development_inputs(flake: &FlakeRow) -> Vec<&InputRow> {
    let exports = flake
        .concerns
        .iter()
        .any(|concern| EXPORTED.contains(&concern.name.as_str()) && concern.outputs > 0);
    let closed = |need: &NeedRow| !need.open || DEVELOPMENT.contains(&need.concern.as_str());
    // Hosts are built here; nobody locks their flake for its modules alone.
    let own = flake.concerns.iter().any(|concern| matches!(concern.name.as_str(), "hosts" | "deployment"));
    // An input whose reader was not found may be anybody's.
    let found = |name: &str| flake.structure.needs.iter().any(|need| need.inputs.iter().any(|input| input == name));
    let unseen = flake.inputs.iter().any(|input| input.declared && input.used != Used::No && !found(&input.name));
    if !exports || own || unseen || !flake.complete || !flake.structure.needs.iter().all(closed) {
        return Vec::new();
    }
    let is_development = |need: &&NeedRow| DEVELOPMENT.contains(&need.concern.as_str());
    let mut only: BTreeSet<&String> = BTreeSet::new();
    for need in flake.structure.needs.iter().filter(is_development) {
        only.extend(&need.inputs);
    }
    for need in flake.structure.needs.iter().filter(|need| !is_development(need)) {
        only.retain(|name| !need.inputs.contains(name));
    }
    // Another input may follow it.
    let followed = |name: &str| {
        let mut overrides = flake.inputs.iter().flat_map(|input| &input.overrides);
        overrides.any(|over| over.follows.as_deref() == Some(name))
    };
    let wanted = |input: &&InputRow| {
        only.contains(&input.name)
            && input.declared
            && input.used == Used::Yes
            && !COMMON.contains(&input.name.as_str())
            && !followed(&input.name)
    };
    flake.inputs.iter().filter(wanted).collect()
}
