use super::{Context, Sink};
use crate::finding::Level;
use crate::judge::sink::Draft;
use crate::measure::{FileRow, ImpureRow};
use crate::source::{Sources, Span};

/// FA606: an impure read in code that a flake evaluates.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in context.facts.files.iter().filter(|file| evaluated(file)) {
        for read in &file.impure {
            if is_default(read.at, context.sources) || is_guarded(read, context.sources) {
                continue;
            }
            let what = &read.what;
            let is_text = what == "builtins.getEnv";
            let message = if is_text {
                "`builtins.getEnv` gives a flake in pure evaluation an empty text".to_owned()
            } else {
                format!("`{what}` is not available to a flake in pure evaluation")
            };
            let draft = Draft::new(read.at, what.clone(), message);
            // A caller may see to it that a branch is never taken.
            out.push(if is_text || read.chosen { draft.level(Level::Note) } else { draft });
        }
    }
}

/// Whether a flake evaluates the file. Other entry points (`default.nix`, `shell.nix`) serve the old commands.
fn evaluated(file: &FileRow) -> bool {
    file.parsed && !file.fixture && !file.generated && file.by_flake
}

/// Whether the read is what an attribute is taken as where it is missing (`args.system or builtins.currentSystem`).
fn is_default(at: Span, sources: &Sources) -> bool {
    let before = sources.file(at.file).slice(0..at.start as usize).trim_end();
    before.trim_end_matches('(').trim_end().ends_with(" or")
}

/// Whether the file asks first whether there is such a thing, or reads it where it always is: `<nix/…>` comes with
/// Nix.
fn is_guarded(read: &ImpureRow, sources: &Sources) -> bool {
    let asks = |text: &str| sources.file(read.at.file).text().contains(text);
    match read.what.as_str() {
        "builtins.currentSystem" => asks("builtins ? currentSystem") || asks("builtins?currentSystem"),
        what => what.starts_with("<nix/"),
    }
}
