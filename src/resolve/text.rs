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
                let t = if indented { t } else { unescape(&t) };
                (!t.is_empty()).then_some(Raw::Text(t))
            }
            Raw::Expr(e) => Some(Raw::Expr(e)),
        })
        .collect()
}

/// A piece of an indented string, escapes resolved.
enum Piece {
    /// Text that counts for the indentation.
    Plain(String),
    /// What an escape stands for. It ends the indentation of its line; a line break in it begins none.
    Escaped(String),
    Expr(ExprId),
}

/// Smallest indentation (in spaces) of a line that holds more than spaces.
fn indentation(pieces: &[Piece]) -> usize {
    let (mut smallest, mut current, mut at_start) = (usize::MAX, 0, true);
    for piece in pieces {
        let Piece::Plain(text) = piece else {
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
    // A first line of spaces only is dropped.
    if let Some(Raw::Text(first)) = parts.first_mut()
        && let Some(end) = first.find('\n')
        && first[..end].chars().all(|c| c == ' ')
    {
        first.drain(..=end);
    }
    let mut pieces = Vec::with_capacity(parts.len());
    for part in parts {
        match part {
            Raw::Text(text) => unescape_indented(&text, &mut pieces),
            Raw::Expr(expr) => pieces.push(Piece::Expr(expr)),
        }
    }
    let smallest = indentation(&pieces);
    let count = pieces.len();
    let (mut at_start, mut dropped) = (true, 0);
    let mut out: Vec<Raw> = Vec::new();
    for (index, piece) in pieces.into_iter().enumerate() {
        let text = match piece {
            Piece::Plain(text) | Piece::Escaped(text) => text,
            Piece::Expr(expr) => {
                (at_start, dropped) = (false, 0);
                out.push(Raw::Expr(expr));
                continue;
            }
        };
        let mut cut = String::with_capacity(text.len());
        for c in text.chars() {
            match (at_start, c) {
                (true, ' ') => {
                    if dropped >= smallest {
                        cut.push(' ');
                    }
                    dropped += 1;
                }
                (_, '\n') => {
                    (at_start, dropped) = (true, 0);
                    cut.push('\n');
                }
                (_, c) => {
                    (at_start, dropped) = (false, 0);
                    cut.push(c);
                }
            }
        }
        // A last line of spaces only is dropped.
        if index + 1 == count
            && let Some(end) = cut.rfind('\n')
            && cut[end + 1..].chars().all(|c| c == ' ')
        {
            cut.truncate(end + 1);
        }
        match out.last_mut() {
            Some(Raw::Text(before)) => before.push_str(&cut),
            _ => out.push(Raw::Text(cut)),
        }
    }
    out
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

/// Cuts the text of an indented string at its escapes.
fn unescape_indented(text: &str, pieces: &mut Vec<Piece>) {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("''") {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 2..];
        let mut chars = rest.chars();
        let escape = match chars.next() {
            Some('$') => "$".to_owned(),
            Some('\'') => "''".to_owned(),
            Some('\\') => chars.next().map(escaped).into_iter().collect(),
            _ => {
                plain.push_str("''");
                continue;
            }
        };
        if !plain.is_empty() {
            pieces.push(Piece::Plain(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Escaped(escape));
        rest = chars.as_str();
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
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
        assert_eq!(one("\n  a''\\n  b\n  c", true), "a\nb\nc");
    }

    #[test]
    fn interpolation_counts_as_text_for_the_indentation() {
        let parts = vec![Raw::Text("\n  a\n ".into()), Raw::Expr(ExprId(0)), Raw::Text("\n".into())];
        assert_eq!(cook(parts, true), vec![Raw::Text(" a\n".into()), Raw::Expr(ExprId(0)), Raw::Text("\n".into())]);
    }
}
