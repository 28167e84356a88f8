use super::{Context, Sink, file};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::{PathFault, Reached};

/// FA706: a file whose value is an import of itself.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let facts = context.facts;
    for row in facts.paths.iter().filter(|row| row.fault == PathFault::Itself) {
        let Some(from) = file(facts, row.at.file).filter(|from| !from.fixture) else { continue };
        let message = format!("`{}` imports itself for its own value, which never ends", from.path);
        let mut draft = Draft::new(row.at, from.path.clone(), message);
        if from.reached == Reached::Orphan {
            draft = draft.level(Level::Warning).note("nothing was found that reads this file");
        }
        out.push(draft);
    }
}
