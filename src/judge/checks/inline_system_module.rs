use std::collections::BTreeSet;

use super::{Context, Sink, sound_flakes};
use crate::judge::sink::Draft;
use crate::number::grouped;

/// FA203: a long module that is written out among the modules of a host, in `flake.nix`.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let max = context.options.integer("max");
    for flake in sound_flakes(context.facts).filter(|flake| !flake.generated) {
        // Several hosts may have one module.
        let mut seen = BTreeSet::new();
        for output in &flake.outputs {
            let own = |at: &crate::source::Span| at.file == flake.file;
            for module in output.modules.iter().filter(|module| module.file.is_none() && own(&module.at)) {
                let (first, last) = context.sources.lines(module.at);
                let lines = last + 1 - first;
                if i64::from(lines) <= max || !seen.insert(module.at) {
                    continue;
                }
                let (lines, limit) = (grouped(lines), grouped(max));
                let message = format!("a module of {lines} lines is written out in flake.nix (limit {limit})");
                out.push(Draft::new(module.at, format!("{}.{}", output.kind, output.name), message));
            }
        }
    }
}
