use super::{Context, Sink, length, name_list, sound_flakes};
use crate::judge::sink::Draft;
use crate::measure::{BindingKind, BindingRow};

/// FA301: a `let` binding of `flake.nix` that is no wiring and that outputs of several kinds read. Of nested ones
/// the outermost.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let (kinds, least) = (context.options.integer("kinds"), context.options.integer("lines"));
    for flake in sound_flakes(context.facts) {
        let shared = |binding: &&BindingRow| {
            binding.kind == BindingKind::Let
                && binding.in_flake
                && !binding.plumbing
                && length(&binding.read_by_kinds) >= kinds
                && i64::from(binding.lines) >= least
        };
        let found: Vec<&BindingRow> = flake.bindings.iter().filter(shared).collect();
        let nested =
            |one: &BindingRow| found.iter().any(|other| other.span != one.span && other.span.contains(one.span));
        for binding in found.iter().filter(|binding| !nested(binding)) {
            let readers = name_list(binding.read_by_kinds.iter().map(String::as_str), 6);
            let message =
                format!("`{}` is read by outputs of {} kinds: {readers}", binding.name, binding.read_by_kinds.len());
            let draft = Draft::new(binding.at, binding.name.clone(), message);
            out.push(flake.kinds.iter().filter(|kind| binding.read_by_kinds.contains(&kind.name)).fold(
                draft,
                |draft, kind| match kind.at {
                    Some(at) => draft.flow([
                        (at, format!("outputs of `{}`", kind.name)),
                        (binding.at, format!("read `{}`", binding.name)),
                    ]),
                    None => draft,
                },
            ));
        }
    }
}
