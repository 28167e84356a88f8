use super::{Context, Sink, advised};

/// FA904: the plan's advice: a flake of its own for a concern.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    advised(context, out, "FA904");
}
