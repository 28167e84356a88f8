use std::collections::BTreeMap;

use super::{Context, Sink};
use crate::finding::{Confidence, Level};
use crate::judge::sink::Draft;
use crate::measure::{Reached, UndefinedRow};

/// Findings of one name in one file; what comes after them is only counted.
const MOST: usize = 5;

/// FA005: a name that nothing defines and that no `with` can supply.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in &context.facts.files {
        if file.fixture && !file.imported && !context.options.flag("fixtures") {
            continue;
        }
        let mut uses: BTreeMap<&str, Vec<&UndefinedRow>> = BTreeMap::new();
        for row in &file.names.undefined {
            uses.entry(&row.name).or_default().push(row);
        }
        for (name, rows) in uses {
            for (number, row) in rows.iter().take(MOST).enumerate() {
                let mut draft = Draft::new(row.at, name, format!("`{name}` is not defined here"));
                if let Some(arguments) = row.arguments {
                    draft = draft.related(arguments, format!("the arguments of this function have no `{name}`"));
                }
                if let Some(holder) = &row.holder {
                    draft = draft.note(format!("`{holder}` is in reach: `{holder}.{name}` may be meant"));
                }
                if row.in_text {
                    draft = draft.note(format!("for the text `${{{name}}}` write `''${{{name}}}`"));
                }
                if number + 1 == MOST && rows.len() > MOST {
                    draft = draft.note(format!("and {} more of `{name}` in this file", rows.len() - MOST));
                }
                // `scopedImport` gives a file names that nothing in it shows.
                if file.names.scoped && file.reached != Reached::Entry {
                    draft = draft.level(Level::Note).confidence(Confidence::Low);
                    draft =
                        draft.note("`scopedImport` is used here, by another file or by a library, and may define it");
                } else if file.reached == Reached::Orphan {
                    draft = draft.level(Level::Warning).note("nothing was found that reads this file");
                }
                out.push(draft);
            }
        }
    }
}
