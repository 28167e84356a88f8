use super::{Context, Sink};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::Reached;

/// FA006: an attribute, a binding or an argument that is defined twice in one place.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in &context.facts.files {
        if file.fixture && !file.imported && !context.options.flag("fixtures") {
            continue;
        }
        for row in &file.names.duplicates {
            let name = &row.name;
            let message = if row.formal {
                format!("argument `{name}` is declared twice")
            } else {
                format!("`{name}` is defined twice")
            };
            let mut draft = Draft::new(row.at, name.clone(), message).related(row.first, "the first is here");
            if file.reached == Reached::Orphan {
                draft = draft.level(Level::Warning).note("nothing was found that reads this file");
            }
            out.push(draft);
        }
    }
}
