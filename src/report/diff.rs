//! A change of one file as a unified diff, as `git apply` reads it.

use std::fmt::Write as _;
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
    let (old, new) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    let text = difference.unified_diff().context_radius(CONTEXT).header(&old, &new).to_string();
    if !shown {
        return out.write_all(text.as_bytes());
    }
    for line in text.lines() {
        writeln!(out, "{}", escape(line))?;
    }
    Ok(())
}

/// A path as git writes it in a header: in quotes, with bytes in octal, where it would end the line or steer a terminal.
fn quoted(path: &str) -> String {
    if escape(path) == path && !path.contains(['"', '\\']) {
        return path.to_owned();
    }
    let mut quoted = String::from("\"");
    for byte in path.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            // Writing to a string cannot fail.
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
            }
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(quoted("a/größe x.nix"), "a/größe x.nix");
        assert_eq!(quoted("a/x\n::error::\u{1b}\"y\".nix"), r#""a/x\012::error::\033\"y\".nix""#);
    }
}
