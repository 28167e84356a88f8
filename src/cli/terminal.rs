//! The terminal: how wide it is, and whether it wants colours.

use std::io::{IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};

use super::Failure;
use super::args::{Color, When};
use crate::report::Options;

/// Columns of what is not a terminal.
const PIPE: usize = 100;

/// How the page looks on standard output.
pub(super) fn options(color: &Color, quiet: bool, verbose: bool) -> Options {
    let stdout = std::io::stdout();
    let color = match color.when {
        When::Always => true,
        When::Never => false,
        When::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
    };
    let width = if stdout.is_terminal() { terminal_size::terminal_size() } else { None };
    let width = width.map_or(PIPE, |(width, _)| usize::from(width.0));
    // A link is a sequence of escapes like a colour: who wants none of these wants none of those.
    let links = color && stdout.is_terminal() && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout);
    Options { width, color, links, quiet, verbose }
}

/// Writes to standard output through a buffer. A reader that went away ends the output, not the command.
pub(super) fn print(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(AutoStream::always(std::io::stdout().lock()));
    let written = write(&mut out).and_then(|()| out.flush());
    // What is left in the buffer would be written once more when it is dropped.
    let _ = out.into_parts();
    match written.map_err(Failure::from) {
        Err(Failure::Closed) | Ok(()) => Ok(()),
        Err(failure) => Err(failure),
    }
}
