use super::{Context, Sink};
use crate::judge::sink::Draft;

/// FA712: an argument `x:` that the function never reads.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in &file.unused.arguments {
            out.push(Draft::new(row.at, row.name.clone(), format!("argument `{}` is never used", row.name)));
        }
    }
}
