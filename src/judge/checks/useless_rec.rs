use super::{Context, Sink};
use crate::judge::sink::Draft;

/// FA714: a `rec` set in which no attribute of it is named.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in &file.unused.recs {
            let draft = Draft::new(row.at, "rec", "no attribute of this `rec` set is named in it");
            out.push(draft.cutting("remove `rec`".to_owned(), true, &row.edits));
        }
    }
}
