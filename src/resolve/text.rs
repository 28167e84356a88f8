//! Strings as Nix reads them: escapes resolved, the indentation of `''…''` stripped
//! (Nix manual, "String literals"; `stripIndentation` of Nix's parser).

use super::ir::ExprId;

/// A piece of a string before and after cooking.
#[derive(Debug, PartialEq)]
pub(super) enum Raw {
    /// Text; as written before cooking, as meant after it.
    Text(String),
    /// An interpolation.
    Expr(ExprId),
}

/// Resolves escapes and, for indented strings, strips the common indentation.
pub(super) fn cook(parts: Vec<Raw>, indented: bool) -> Vec<Raw> {
    let parts = if indented { strip(parts) } else { parts };
    parts
        .into_iter()
        .filter_map(|part| match part {
            Raw::Text(t) => {
                let t = if indented { unescape_indented(&t) } else { unescape(&t) };
                (!t.is_empty()).then_some(Raw::Text(t))
            }
            Raw::Expr(e) => Some(Raw::Expr(e)),
        })
        .collect()
}

/// Smallest indentation (in spaces) of a line that holds more than spaces.
fn indentation(parts: &[Raw]) -> usize {
    let (mut smallest, mut current, mut at_start) = (usize::MAX, 0, true);
    for part in parts {
        let Raw::Text(text) = part else {
            if at_start {
                smallest = smallest.min(current);
            }
            at_start = false;
            continue;
        };
        for c in text.chars() {
            match (at_start, c) {
                (_, '\n') => (current, at_start) = (0, true),
                (true, ' ') => current += 1,
                (true, _) => {
                    smallest = smallest.min(current);
                    at_start = false;
                }
                (false, _) => {}
            }
        }
    }
    smallest
}

fn strip(mut parts: Vec<Raw>) -> Vec<Raw> {
    let smallest = indentation(&parts);
    // A first line of spaces only is dropped.
    if let Some(Raw::Text(first)) = parts.first_mut()
        && let Some(end) = first.find('\n')
        && first[..end].chars().all(|c| c == ' ')
    {
        first.drain(..=end);
    }
    let count = parts.len();
    let (mut at_start, mut dropped) = (true, 0);
    for (index, part) in parts.iter_mut().enumerate() {
        let Raw::Text(text) = part else {
            (at_start, dropped) = (false, 0);
            continue;
        };
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match (at_start, c) {
                (true, ' ') => {
                    if dropped >= smallest {
                        out.push(' ');
                    }
                    dropped += 1;
                }
                (_, '\n') => {
                    (at_start, dropped) = (true, 0);
                    out.push('\n');
                }
                (_, c) => {
                    at_start = false;
                    out.push(c);
                }
            }
        }
        // A last line of spaces only is dropped.
        if index + 1 == count
            && let Some(end) = out.rfind('\n')
            && out[end + 1..].chars().all(|c| c == ' ')
        {
            out.truncate(end + 1);
        }
        *text = out;
    }
    parts
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next().map(escaped)),
            // A CR or CR LF counts as LF.
            '\r' => {
                out.push('\n');
                let mut rest = chars.clone();
                if rest.next() == Some('\n') {
                    chars = rest;
                }
            }
            c => out.push(c),
        }
    }
    out
}

fn escaped(c: char) -> char {
    match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        c => c,
    }
}

fn unescape_indented(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("''") {
        out.push_str(&rest[..at]);
        rest = &rest[at + 2..];
        let mut chars = rest.chars();
        match chars.next() {
            Some('$') => out.push('$'),
            Some('\'') => out.push_str("''"),
            Some('\\') => out.extend(chars.next().map(escaped)),
            _ => {
                out.push_str("''");
                continue;
            }
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str, indented: bool) -> String {
        match cook(vec![Raw::Text(text.to_owned())], indented).pop() {
            Some(Raw::Text(t)) => t,
            _ => String::new(),
        }
    }

    #[test]
    fn escapes_and_indentation() {
        assert_eq!(one(r#"a\n\"b\" \$"#, false), "a\n\"b\" $");
        assert_eq!(one("\n    a\n      b\n  ", true), "a\n  b\n");
        assert_eq!(one("x '''y''' ''${z} ''\\n", true), "x ''y'' ${z} \n");
        assert_eq!(one("  ", true), "");
    }

    #[test]
    fn interpolation_counts_as_text_for_the_indentation() {
        let parts = vec![Raw::Text("\n  a\n ".into()), Raw::Expr(ExprId(0)), Raw::Text("\n".into())];
        assert_eq!(cook(parts, true), vec![Raw::Text(" a\n".into()), Raw::Expr(ExprId(0)), Raw::Text("\n".into())]);
    }
}
