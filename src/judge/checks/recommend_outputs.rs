use super::{Context, Sink, advised};

/// FA902: the plan's advice: outputs of one function.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    advised(context, out, "FA902");
}
