use super::{Context, Sink, advised};

/// FA901: the plan's advice: several files.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    advised(context, out, "FA901");
}
