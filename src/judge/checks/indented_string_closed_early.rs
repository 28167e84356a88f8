use super::{Context, Sink};
use crate::finding::{Edit, Fix, Level};
use crate::judge::sink::Draft;
use crate::measure::Reached;

/// FA002: the first error of a file is a `''` in the text of an indented string, which ended the string.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in &context.facts.files {
        let Some(error) = file.syntax_error.as_ref().filter(|error| !error.edits.is_empty()) else { continue };
        if file.fixture && !file.imported && !context.options.flag("fixtures") {
            continue;
        }
        let within = error.within.as_ref().map(|name| format!(" in `{name}`")).unwrap_or_default();
        let mut draft = Draft::new(error.at, file.path.clone(), format!("{}{within}", error.message));
        if let Some((opener, text)) = &error.opener {
            draft = draft.related(*opener, text.clone());
        }
        for (span, _) in error.edits.iter().skip(1).take(9) {
            draft = draft.related(*span, "and this one too, once the first is mended");
        }
        let more = match error.edits.len() {
            1 => String::new(),
            edits => format!(", here and in {}", super::count(edits - 1, "further place")),
        };
        let title = format!("write `'''` for two quotes in an indented string{more}");
        let edits = error.edits.iter().map(|(span, text)| Edit { span: *span, text: text.clone() }).collect();
        draft = draft.note(title.clone()).fix(Fix { title, safe: true, edits });
        if file.reached == Reached::Orphan {
            draft = draft.level(Level::Warning).note("nothing was found that reads this file");
        }
        out.push(draft);
    }
}
