use super::{Context, Sink};
use crate::judge::sink::Draft;

/// FA713: a `with` that no name in its body can come from.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in &file.unused.withs {
            let draft = Draft::new(row.at, row.text.clone(), format!("`{}` supplies no name", row.text));
            out.push(draft.cutting(format!("remove `{};`", row.text), true, &row.edits));
        }
    }
}
