use super::{Context, Sink, advised};

/// FA905: the plan's advice: sub-flakes that should be put back.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    advised(context, out, "FA905");
}
