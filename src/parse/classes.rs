//! What each piece of a text is, for colouring it.

use std::ops::Range;

use super::nix;

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A keyword, or a name of the language (`true`, `builtins`).
    Keyword,
    /// Text of a string, and its quotes.
    Text,
    /// A number.
    Number,
    /// A path, `<nixpkgs>`, a bare URL.
    Path,
    /// A comment.
    Comment,
    /// Anything else.
    Plain,
}

/// The pieces of a text in order, without gaps, in UTF-8 byte offsets. What cannot be read is [`Class::Plain`].
pub fn classes(text: &str) -> Vec<(Range<usize>, Class)> {
    let mut pieces: Vec<(Range<usize>, Class)> = Vec::new();
    let mut at = 0;
    for (place, class) in nix::classes(text) {
        if place.start < at || place.end > text.len() {
            continue;
        }
        between(text, at..place.start, &mut pieces);
        at = place.end;
        push(text, place, class, &mut pieces);
    }
    between(text, at..text.len(), &mut pieces);
    pieces
}

/// Blanks and comments.
fn between(text: &str, place: Range<usize>, pieces: &mut Vec<(Range<usize>, Class)>) {
    let blank = text.get(place.clone()).is_none_or(|gap| gap.trim().is_empty());
    push(text, place, if blank { Class::Plain } else { Class::Comment }, pieces);
}

fn push(text: &str, place: Range<usize>, class: Class, pieces: &mut Vec<(Range<usize>, Class)>) {
    if place.is_empty() || !text.is_char_boundary(place.start) || !text.is_char_boundary(place.end) {
        return;
    }
    match pieces.last_mut() {
        Some((last, known)) if *known == class && last.end == place.start => last.end = place.end,
        _ => pieces.push((place, class)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_strings_and_keywords_are_told_apart() {
        let text = "let # why\n  a = \"b ${c}\"; in ./d";
        let told: Vec<(&str, Class)> = classes(text).into_iter().map(|(at, class)| (&text[at], class)).collect();
        assert!(told.contains(&("let", Class::Keyword)), "{told:?}");
        assert!(told.contains(&(" # why\n  ", Class::Comment)), "{told:?}");
        assert!(told.contains(&("\"b ", Class::Text)), "{told:?}");
        assert!(told.iter().any(|(piece, class)| *piece == "./d" && *class == Class::Path), "{told:?}");
        let whole: String = told.iter().map(|(piece, _)| *piece).collect();
        assert_eq!(whole, text);
    }
}
