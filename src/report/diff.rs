//! A change of one file as a unified diff, as `git apply` reads it.

use std::io::{self, Write};

use similar::TextDiff;

use super::escape;

/// Lines around a change.
const CONTEXT: usize = 3;

/// Writes the difference of two texts of the file at `path`. Where `shown` to a person, characters that steer a
/// terminal are made visible; otherwise the bytes are the files'.
///
/// # Errors
/// When `out` cannot be written.
pub fn diff(path: &str, before: &str, after: &str, shown: bool, out: &mut dyn Write) -> io::Result<()> {
    let difference = TextDiff::from_lines(before, after);
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    let text = difference.unified_diff().context_radius(CONTEXT).header(&old, &new).to_string();
    if !shown {
        return out.write_all(text.as_bytes());
    }
    for line in text.lines() {
        writeln!(out, "{}", escape(line))?;
    }
    Ok(())
}
