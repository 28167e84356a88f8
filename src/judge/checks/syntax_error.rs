use super::{Context, Sink};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::Reached;

/// FA001: a file does not parse; its first error only, because the others follow from it.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in &context.facts.files {
        let Some(error) = file.syntax_error.as_ref().filter(|error| error.edits.is_empty()) else { continue };
        if file.fixture && !file.imported && !context.options.flag("fixtures") {
            continue;
        }
        let within = error.within.as_ref().map(|name| format!(" in `{name}`")).unwrap_or_default();
        let message = format!("syntax error{within}: {}", error.message);
        let mut draft = Draft::new(error.at, file.path.clone(), message);
        if let Some((opener, text)) = &error.opener {
            draft = draft.related(*opener, text.clone());
        }
        if file.reached == Reached::Orphan {
            draft = draft.level(Level::Warning).note("nothing was found that reads this file");
        }
        out.push(draft);
    }
}
