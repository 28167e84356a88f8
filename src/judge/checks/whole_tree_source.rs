use super::{Context, Sink, sound_flakes};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::number::grouped;

const MB: u64 = 1_000_000;

/// FA803: a derivation whose source is all of the flake's tree.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    let large = u64::try_from(context.options.integer("warn_from_mb")).unwrap_or(0);
    for flake in sound_flakes(context.facts) {
        for (text, at) in &flake.cost.whole_trees {
            let size = flake.tree.bytes / MB;
            let files = grouped(flake.tree.files);
            let message = match size {
                0 => format!("`src = {text}` is every file of the flake: any change builds it anew"),
                _ => format!(
                    "`src = {text}` is every file of the flake ({files} files, {size} MB): any change builds it anew"
                ),
            };
            let draft = Draft::new(*at, text.clone(), message);
            out.push(if size >= large { draft.level(Level::Warning) } else { draft });
        }
    }
}
