use super::{Context, Sink, sound_flakes};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::{BindingKind, BindingRow, FileRow};
use crate::number::grouped;

/// FA103: a binding over the limit. Where a smaller binding inside it is over the limit too, that one is reported;
/// bindings that only hold others (`outputs`, `perSystem` …) are measured by other rules. Outside `flake.nix` only
/// `let` bindings count, and only where they are not what the file is for.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let max = context.options.integer("max");
    let containers = context.options.list("containers");
    for flake in sound_flakes(context.facts).filter(|flake| !flake.generated) {
        for binding in &flake.bindings {
            let over = i64::from(binding.lines) > max && i64::from(binding.largest_inner) <= max;
            let last = binding.name.rsplit('.').next().unwrap_or(&binding.name);
            let exempt = containers.iter().any(|name| name == last || *name == binding.name)
                || super::file(context.facts, binding.span.file).is_some_and(|file| is_elsewhere(binding, file));
            if !over || exempt {
                continue;
            }
            let (name, lines, limit) = (&binding.name, grouped(binding.lines), grouped(max));
            let mut draft =
                Draft::new(binding.at, name.clone(), format!("`{name}` spans {lines} lines (limit {limit})"));
            if !binding.in_flake {
                draft = draft.level(Level::Note);
            }
            if !binding.reachable && flake.complete {
                draft = draft.note("no output reaches it");
            }
            out.push(draft);
        }
    }
}

/// Whether a binding is in a file where it is not measured, or fills most of a file other than `flake.nix`.
fn is_elsewhere(binding: &BindingRow, file: &FileRow) -> bool {
    let fills = binding.kind != BindingKind::Let || binding.lines * 2 > file.lines.total;
    file.generated || file.fixture || !binding.in_flake && fills
}
