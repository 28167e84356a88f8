use super::{Context, Sink};

/// FA403: an unused binding that an imported file defines too.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in super::judged(context, context.options.flag("fixtures")) {
        for row in &file.unused.bindings {
            let Some(other) = &row.superseded_by else { continue };
            let message = format!("`{}` is never used; `{other}` defines it too", row.name);
            out.push(super::unused_binding::draft(row, message));
        }
    }
}
