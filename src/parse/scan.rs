//! Comments and strings told apart without rnix, for texts that the guard refused.
//!
//! Close to rnix's tokenizer, but not the same: a `/*` or `''` inside a path or an unquoted URL is
//! taken for a comment or a string. Only line counts depend on it.

use super::lines::Kind;

enum Context {
    /// Inside `${ … }`, with the number of braces open in it.
    Interpolation(u32),
    Quoted,
    Indented,
}

/// Cuts a text into pieces without gaps.
pub(super) fn scan(text: &str) -> Vec<(Kind, &str)> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let mut stack = Vec::new();
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        match stack.last_mut() {
            Some(Context::Quoted) => at = quoted(bytes, at, &mut stack),
            Some(Context::Indented) => at = indented(bytes, at, &mut stack),
            _ => match comment_end(bytes, at) {
                Some(end) => {
                    pieces.push((Kind::Code, &text[from..at]));
                    pieces.push((Kind::Comment, &text[at..end]));
                    (from, at) = (end, end);
                }
                None => at = code(bytes, at, &mut stack),
            },
        }
    }
    pieces.push((Kind::Code, &text[from..]));
    pieces
}

/// End of the comment that starts here.
fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    if rest[0] == b'#' {
        return Some(at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with(b"/*") {
        return None;
    }
    let inside = rest.get(2..).unwrap_or_default();
    let length = inside.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |found| found + 4);
    Some(at + length)
}

fn code(bytes: &[u8], at: usize, stack: &mut Vec<Context>) -> usize {
    let rest = &bytes[at..];
    match rest[0] {
        b'"' => stack.push(Context::Quoted),
        b'\'' if rest.starts_with(b"''") => {
            stack.push(Context::Indented);
            return at + 2;
        }
        b'{' => {
            if let Some(Context::Interpolation(braces)) = stack.last_mut() {
                *braces += 1;
            }
        }
        b'}' => match stack.last_mut() {
            Some(Context::Interpolation(0)) => {
                stack.pop();
            }
            Some(Context::Interpolation(braces)) => *braces -= 1,
            _ => {}
        },
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let name = |b: &&u8| b.is_ascii_alphanumeric() || b"_-'".contains(b);
            return at + rest.iter().take_while(name).count();
        }
        b'$' if rest.starts_with(b"${") => {
            stack.push(Context::Interpolation(0));
            return at + 2;
        }
        _ => {}
    }
    at + 1
}

fn quoted(bytes: &[u8], at: usize, stack: &mut Vec<Context>) -> usize {
    match &bytes[at..] {
        [b'"', ..] => {
            stack.pop();
            at + 1
        }
        [b'\\', ..] | [b'$', b'$', ..] => (at + 2).min(bytes.len()),
        [b'$', b'{', ..] => {
            stack.push(Context::Interpolation(0));
            at + 2
        }
        _ => at + 1,
    }
}

fn indented(bytes: &[u8], at: usize, stack: &mut Vec<Context>) -> usize {
    match &bytes[at..] {
        [b'\'', b'\'', b'\'' | b'$', ..] => at + 3,
        [b'\'', b'\'', b'\\', ..] => (at + 4).min(bytes.len()),
        [b'\'', b'\'', ..] => {
            stack.pop();
            at + 2
        }
        [b'$', b'$', ..] => at + 2,
        [b'$', b'{', ..] => {
            stack.push(Context::Interpolation(0));
            at + 2
        }
        _ => at + 1,
    }
}
