//! How wide a label is. Fonts differ: the widths are those of `DejaVu Sans`, one of the widest that browsers fall back to.

/// Width of a character of a 12 px font.
fn letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 3.6,
        ' ' | '.' | ',' | ':' | ';' | '/' | '\\' | '(' | ')' | '[' | ']' | 'I' | 'f' | 't' | 'r' | '!' => 4.9,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' | '—' => 11.9,
        'A'..='Z' | '=' | '+' | '<' | '>' | '~' | '#' => 9.1,
        c if c.is_ascii() || c == '·' || c == '–' => 7.6,
        // Outside of ASCII a character may be as wide as it is high.
        _ => 12.5,
    }
}

/// Width of a text in a 12 px font.
pub(in crate::report) fn width(text: &str) -> f64 {
    text.chars().map(letter).sum()
}

/// The start of a text, as much as fits.
pub(in crate::report) fn clip(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let kept = fitting(text.chars(), room - letter('…'));
    let mut cut: String = text.chars().take(kept).collect();
    cut.push('…');
    cut
}

/// The end of a path or a dotted name, as many whole parts as fit: they differ at their ends. Where not even the last
/// part fits, its start.
pub(in crate::report) fn clip_front(text: &str, room: f64) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let (sign, mark) = if text.contains('/') { ('/', "…/") } else { ('.', "…") };
    let ends = text.match_indices(sign).map(|(at, _)| &text[at + 1..]).filter(|end| !end.is_empty());
    let mut last = text;
    for end in ends {
        // A folder says what its default.nix is, and an extension alone says nothing.
        if end == "default.nix" || end == "nix" {
            continue;
        }
        let whole = width(end) + width(mark);
        if whole <= room {
            // Many files have one name: where there is room for it, the end of a long folder tells which it is.
            let kept = fitting(text.chars().rev(), room - letter('…'));
            let rest = || text.chars().skip(text.chars().count() - kept);
            return if sign == '/' && whole < room * 0.6 {
                std::iter::once('…').chain(rest()).collect()
            } else {
                format!("{mark}{end}")
            };
        }
        last = end;
    }
    clip(last, room)
}

fn fitting(chars: impl Iterator<Item = char>, room: f64) -> usize {
    let mut left = room;
    let fits = chars.take_while(|c| {
        left -= letter(*c);
        left >= 0.0
    });
    fits.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_fit_and_keep_what_tells_them_apart() {
        assert_eq!(clip("short", 100.0), "short");
        let path = "modules/common/editor/default.nix";
        for room in [0.0, 20.0, 60.0, 120.0, 200.0] {
            for cut in [clip(path, room), clip_front(path, room)] {
                assert!(width(&cut) <= room.max(width("…")), "{cut} in {room}");
            }
        }
        assert_eq!(clip_front(path, 150.0), "…/editor/default.nix");
        assert_eq!(clip_front("src/json-schema-checks/package.nix", 200.0), "…schema-checks/package.nix");
        assert_eq!(clip_front(path, 60.0), "editor/…");
        assert_eq!(clip_front("outputs.devShells.full", 50.0), "…full");
        assert_eq!(clip_front("aiCommandWrappers", 60.0), "aiCom…");
        assert_eq!(clip_front("äöü", 13.0), "…");
        assert_eq!(clip_front("a.b.", 5.0), "…");
    }
}
