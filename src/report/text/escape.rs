//! What comes from the tree is shown, never obeyed: characters that steer a terminal, turn the direction
//! of writing or cannot be seen are spelled out.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `text` with every steering or invisible character as `\u{…}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        push(&mut shown, c);
    }
    Cow::Owned(shown)
}

/// Appends one character, spelled out where it must be.
pub(in crate::report) fn push(shown: &mut String, c: char) {
    if is_hidden(c) {
        // Writing to a string cannot fail.
        let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
    } else {
        shown.push(c);
    }
}

/// Control characters (C0, DEL, C1), bidirectional marks, line and paragraph separators, and characters
/// without width that hide in a name.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn steering_characters_are_spelled_out() {
        let shown = escape("a\u{1b}[31m\n\u{9b}\u{7f}\u{202e}\u{2066}\u{2028}\t");
        assert_eq!(shown, r"a\u{1b}[31m\u{a}\u{9b}\u{7f}\u{202e}\u{2066}\u{2028}\u{9}");
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        assert_eq!(escape("größe 大 👩‍🚀 ➜"), "größe 大 👩‍🚀 ➜");
    }
}
