//! Indented strings that a `''` in their text closed early, found by indentation.
//!
//! What a person means can be seen: below the line that opens the string its text is indented, and the line that is
//! not begins with the closing quotes. Where Nix closes the string before that line, and the file parses further
//! once `'''` is written there, those quotes are the cause.

use std::ops::Range;

use super::{guard, nix};

/// Most places of a file that one fix mends.
const MAX_EDITS: usize = 50;
/// Strings that are tried at each error.
const MAX_TRIES: usize = 8;
/// A text is read afresh after every change: larger ones are left alone.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The cause, and what mends it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Early {
    /// The `''` that opens the string.
    pub(super) opener: Range<usize>,
    /// The places where `'''` must stand, in order; the first is the cause.
    pub(super) edits: Vec<Range<usize>>,
}

/// An indented string: where it opens and closes.
struct Indented {
    open: Range<usize>,
    close: Range<usize>,
}

struct Draft {
    text: String,
    /// Places in the original text, in order.
    edits: Vec<Range<usize>>,
}

/// Looks for the cause in a text that is refused at an offset.
pub(super) fn find(text: &str, refused: usize) -> Option<Early> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut draft = Draft { text: text.to_owned(), edits: Vec::new() };
    let mut refused = Some(refused);
    let mut opener = None;
    while let Some(at) = refused
        && draft.edits.len() < MAX_EDITS
        && let Some((next, mended)) = mend_one(&draft, at)
    {
        if opener.is_none() {
            opener = Some(mended);
        }
        (draft, refused) = next;
    }
    Some(Early { opener: opener?, edits: draft.edits })
}

/// A draft, and where it is refused.
type Step = (Draft, Option<usize>);

/// Mends the first string before an error that is closed too early. Gives its opener too.
fn mend_one(draft: &Draft, refused: usize) -> Option<(Step, Range<usize>)> {
    let strings = strings(&draft.text);
    let tries = strings
        .iter()
        .filter(|string| string.close.start <= refused)
        .filter_map(|string| Some((string, meant_close(&draft.text, string)?)));
    tries.take(MAX_TRIES).find_map(|(string, meant)| {
        let (next, end) = mend(draft, string, meant)?;
        let refused = refusal(&next.text).ok()?;
        refused.is_none_or(|at| at > end).then(|| ((next, refused), string.open.clone()))
    })
}

/// Writes `'''` until the string reaches the place where it is meant to end. Gives that place too.
fn mend(draft: &Draft, string: &Indented, meant: usize) -> Option<(Draft, usize)> {
    let mut next = Draft { text: draft.text.clone(), edits: draft.edits.clone() };
    let (mut close, mut meant) = (string.close.clone(), meant);
    while close.start < meant {
        if next.edits.len() >= MAX_EDITS {
            return None;
        }
        next.edit(close.clone());
        meant += 1;
        close = strings(&next.text).into_iter().find(|other| other.open == string.open)?.close;
    }
    (close.start == meant).then_some((next, meant))
}

impl Draft {
    fn edit(&mut self, at: Range<usize>) {
        self.text.insert(at.end, '\'');
        let mut before = 0;
        for edit in &self.edits {
            before += usize::from(edit.start + before < at.start);
        }
        self.edits.push(at.start - before..at.end - before);
        self.edits.sort_by_key(|edit| edit.start);
    }
}

/// Where a text is refused, if it is.
///
/// # Errors
/// Why that cannot be told.
fn refusal(text: &str) -> Result<Option<usize>, String> {
    let tokens = guard::tokens(text)?;
    Ok(guard::refusal(text, &tokens).map(|refusal| refusal.at.start))
}

/// Indented strings of more than a line, in order of their ends.
fn strings(text: &str) -> Vec<Indented> {
    let lines = |range: Range<usize>| text[range].contains('\n');
    nix::indented(text)
        .into_iter()
        .filter(|(open, close)| lines(open.end..close.start))
        .map(|(open, close)| Indented { open, close })
        .collect()
}

/// Where the closing quotes stand that the indentation promises, if that is behind where the string ends.
///
/// Text may stand further out than the string's line (a here-document does). Then only quotes right below the
/// line's start will do, and no other quotes may come before them.
fn meant_close(text: &str, string: &Indented) -> Option<usize> {
    let line = text[..string.open.start].rfind('\n').map_or(0, |end| end + 1);
    let outer = indent(&text[line..]);
    let mut at = string.open.end + text[string.open.end..].find('\n')? + 1;
    let mut strict = false;
    loop {
        let rest = &text[at..];
        let length = rest.find('\n');
        let inner = indent(rest);
        let code = rest[inner..length.unwrap_or(rest.len()).max(inner)].trim_end();
        let closes = code.starts_with("''") && !code[2..].starts_with(['\'', '$', '\\']);
        if closes && (inner == outer && code.len() > 2 || inner >= outer && !strict) {
            return (at + inner > string.close.start).then_some(at + inner);
        }
        if !code.is_empty() && inner <= outer {
            strict = true;
            if code.contains("''") {
                return None;
            }
        }
        at += length? + 1;
    }
}

/// An indented string that the opening quotes of the next one close: the last before an error that ends at the end
/// of a line which is no further in than the line it began on. Gives both quotes.
pub(super) fn unclosed(text: &str, refused: usize) -> Option<(Range<usize>, Range<usize>)> {
    let line = |at: usize| &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..];
    let opens_next = |string: &Indented| {
        let before = line(string.close.start);
        let before = &before[..before.len() - (text.len() - string.close.start)];
        let after = text[string.close.end..].lines().next().unwrap_or("");
        after.trim().is_empty()
            && before.ends_with(' ')
            && !before.trim().is_empty()
            // Behind such a string the next ones seem to begin where they end.
            && !line(string.open.start).trim_start().starts_with("''")
            && indent(before) <= indent(line(string.open.start))
    };
    let strings = strings(text);
    let found = strings
        .iter()
        .rev()
        .filter(|string| string.close.start <= refused)
        .find(|string| opens_next(string))?;
    Some((found.open.clone(), found.close.clone()))
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<Vec<usize>> {
        let refused = refusal(text).ok().flatten().expect("a text that Nix refuses");
        let lines = |early: Early| early.edits.iter().map(|at| 1 + text[..at.start].matches('\n').count()).collect();
        find(text, refused).map(lines)
    }

    #[test]
    fn quotes_in_shell_and_sql_are_found_wherever_they_stand() {
        let text = "{\n  a = ''\n    sed \"s/'/''/g\"\n  '';\n}\n";
        assert_eq!(found(text), Some(vec![3]));
        // At the end of a line, before a bracket, and twice in a line.
        let text = "{\n  a = ''\n    x != ''\n    y=$(f '')\n    g '' ''\n  '';\n  b = 1;\n}\n";
        assert_eq!(found(text), Some(vec![3, 4, 5, 5]));
        let text = "{\n  a = ''\n    x ''}\n  '';\n  b = ''\n    y '';\n  '';\n}\n";
        assert_eq!(found(text), Some(vec![3, 6]));
    }

    #[test]
    fn text_further_out_than_its_string_does_not_hide_the_cause() {
        let text = "{\n  a = ''\n    cat <<EOF\nb\nEOF\n    f ''\n    g\n  '';\n}\n";
        assert_eq!(found(text), Some(vec![6]));
        let text = "{\n  a = ''\n    x'';\n  b =\n    ''\n      y\n    '';\n  c = ;\n}\n";
        assert_eq!(found(text), None);
    }

    #[test]
    fn a_string_that_the_next_one_closes_is_found() {
        let text = "[\n  (f ''\n    x\n  (f ''\n    y@z\n  '')\n]\n";
        let refused = refusal(text).ok().flatten().expect("a text that Nix refuses");
        assert_eq!(unclosed(text, refused), Some((7..9, 21..23)));
        assert_eq!(unclosed("{ a = ''\n    x\n  ''\n; b = ; }", 30), None);
    }

    #[test]
    fn a_string_that_ends_in_its_last_line_is_left_alone() {
        let text = "{\n  a = ''\n    x'';\n  b = ''\n    y\n  '';\n  c = ;\n}\n";
        assert_eq!(found(text), None);
        let text = "{\n  a = ''\n    x\n  '';\n  c = 1\n}\n";
        assert_eq!(found(text), None);
    }
}
