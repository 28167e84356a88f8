use super::{Context, Sink};
use crate::judge::sink::Draft;
use crate::measure::{FileRow, Reached};
use crate::source::{Sources, Span};

/// FA606: an impure read in code that a flake evaluates.
pub(super) fn check(context: &Context<'_>, out: &mut Sink<'_>) {
    for file in context.facts.files.iter().filter(|file| evaluated(file)) {
        for read in &file.impure {
            if !is_default(read.at, context.sources) {
                let message = format!("`{}` is not available to a flake in pure evaluation", read.what);
                out.push(Draft::new(read.at, read.what.clone(), message));
            }
        }
    }
}

/// Whether a flake evaluates the file. Other entry points (`default.nix`, `shell.nix`) serve the old commands.
fn evaluated(file: &FileRow) -> bool {
    let reached = file.is_flake || matches!(file.reached, Reached::Imported | Reached::Discovered);
    file.parsed && !file.fixture && reached
}

/// Whether the read is the default of a formal argument (`pkgs ? import <nixpkgs> { }`), which a flake passes.
fn is_default(at: Span, sources: &Sources) -> bool {
    let file = sources.file(at.file);
    let start = file.line_start(file.line(at.start)).unwrap_or(0);
    let before = file.slice(start as usize..at.start as usize).trim_end();
    let before = before.strip_suffix("import").unwrap_or(before).trim_end();
    before.trim_end_matches('(').trim_end().ends_with('?')
}
