use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::{Builder, Unit, UnitRow};
use crate::number::grouped;

/// FA204: a long package or overlay that is written out in `flake.nix`.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let max = context.options.integer("max");
    for flake in sound_flakes(context.facts).filter(|flake| !flake.generated) {
        let units = &flake.structure.units;
        for (index, unit) in units.iter().enumerate() {
            // A set of packages holds others: those are what could move.
            let holds = units.iter().any(|inner| inner.outer == Some(index as u32));
            if !is_package(unit) || holds || unit.table || i64::from(unit.lines) <= max {
                continue;
            }
            let (name, lines, limit) = (&unit.name, grouped(unit.lines), grouped(max));
            let message = match unit.kind {
                Unit::Overlay => format!("the overlay `{name}` has {lines} lines in flake.nix (limit {limit})"),
                _ => format!("`{name}` makes a package in {lines} lines of flake.nix (limit {limit})"),
            };
            out.push(Draft::new(unit.span, name.clone(), message));
        }
    }
}

/// Outputs that are packages or overlays, one by one.
const SINGLE: &[&str] = &["packages", "legacyPackages", "defaultPackage", "overlays", "overlay"];
/// Names of sets: of what is in them, some could move.
const SETS: &[&str] = &["packages", "legacyPackages", "overlays", "checks", "devShells", "apps", "hydraJobs"];

fn is_package(unit: &UnitRow) -> bool {
    let label = unit.name.rsplit('.').next().unwrap_or(&unit.name);
    let single = unit.output.as_deref().is_none_or(|kind| SINGLE.contains(&kind));
    single && !SETS.contains(&label) && (unit.kind == Unit::Overlay || unit.makes == Builder::Package)
}
