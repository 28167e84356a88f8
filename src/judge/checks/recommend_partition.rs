use super::{Context, Sink, advised};

/// FA903: the plan's advice: a partition for development.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    advised(context, out, "FA903");
}
