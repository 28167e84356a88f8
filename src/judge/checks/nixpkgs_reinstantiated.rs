use std::collections::BTreeMap;

use super::{Context, Sink, length, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::InstanceRow;

/// FA802: nixpkgs is evaluated anew with nothing set but the system, or over and over.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let max = context.options.integer("max");
    for flake in sound_flakes(context.facts) {
        let mut by_input: BTreeMap<&str, Vec<&InstanceRow>> = BTreeMap::new();
        for row in &flake.cost.instances {
            by_input.entry(&row.input).or_default().push(row);
        }
        for (input, rows) in by_input {
            if let Some(first) = rows.first().filter(|_| length(&rows) > max) {
                let message = format!("`import {input} {{ … }}` is written {} times (limit {max})", rows.len());
                let draft = Draft::new(first.at, input, message);
                out.push(rows.iter().skip(1).take(9).fold(draft, |draft, row| draft.related(row.at, "and here")));
            } else {
                for row in rows.iter().filter(|row| row.plain) {
                    let message = format!(
                        "`import {input}` sets nothing but the system: `legacyPackages` is the same, made once"
                    );
                    out.push(Draft::new(row.at, input, message));
                }
            }
        }
    }
}
