use super::{Context, Sink};
use crate::finding::Level;
use crate::judge::sink::Draft;

/// FA303: a `let` binding that hides an argument in the whole body of the function.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in &file.unused.hidden {
            let message = format!("`{}` hides the argument of the same name", row.name);
            let text = if row.unused { "nothing can read this one" } else { "this one" };
            let draft = Draft::new(row.at, row.name.clone(), message).related(row.formal, text);
            // What was read before, or with the whole argument, is not lost.
            out.push(if row.unused { draft } else { draft.level(Level::Note) });
        }
    }
}
