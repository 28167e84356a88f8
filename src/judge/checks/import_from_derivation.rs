use std::collections::BTreeMap;

use super::{Context, Sink, file, readable_flakes};
use crate::judge::sink::Draft;
use crate::measure::FromDerivationRow;
use crate::source::FileId;

/// FA801: evaluation reads something that has to be built first.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for (flake, believed) in readable_flakes(context.facts) {
        let mut generated: BTreeMap<(FileId, &str), Vec<&FromDerivationRow>> = BTreeMap::new();
        // What is evaluated for a test alone may cost what it wants.
        let meant = |row: &&FromDerivationRow| !file(context.facts, row.at.file).is_some_and(|file| file.fixture);
        let rows = flake.cost.derivations.iter().filter(meant);
        for row in rows.filter(|row| believed(row.at) && believed(row.read_at)) {
            if row.maker == row.reader {
                // A file that generates code by a build does so for every package.
                generated.entry((row.at.file, &row.maker)).or_default().push(row);
                continue;
            }
            let message = if row.name.is_empty() {
                format!("`{}` reads what `{}` makes: a build while Nix evaluates", row.reader, row.maker)
            } else {
                format!("`{}` is made by `{}` and read by `{}` while Nix evaluates", row.name, row.maker, row.reader)
            };
            let subject = if row.name.is_empty() { row.maker.clone() } else { row.name.clone() };
            let draft = Draft::new(row.at, subject, message);
            let elsewhere = row.read_at != row.at;
            out.push(if elsewhere { draft.related(row.read_at, "read here") } else { draft });
        }
        for ((_, maker), rows) in generated {
            let Some((first, rest)) = rows.split_first() else { continue };
            let message = format!("`{maker}` imports what it builds while Nix evaluates");
            let draft = Draft::new(first.at, maker, message);
            out.push(rest.iter().take(9).fold(draft, |draft, row| draft.related(row.at, "and here")));
        }
    }
}
