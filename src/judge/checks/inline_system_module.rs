use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::Unit;
use crate::number::grouped;

/// FA203: a long module that is written out among the modules of a host, in `flake.nix`.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let max = context.options.integer("max");
    for flake in sound_flakes(context.facts).filter(|flake| !flake.generated) {
        let modules = flake.structure.units.iter().filter(|unit| unit.kind == Unit::Module);
        for unit in modules.filter(|unit| i64::from(unit.lines) > max && !unit.table) {
            let (lines, limit) = (grouped(unit.lines), grouped(max));
            let message = format!("a module of {lines} lines is written out in flake.nix (limit {limit})");
            let draft = Draft::new(unit.span, unit.name.clone(), message);
            out.push(draft);
        }
    }
}
