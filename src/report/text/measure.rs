//! Widths, numbers and bars.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that a text fills.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// `text` in at most `columns` columns; `…` stands for what was cut off at its end.
pub(super) fn clip(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = prefix(text, columns.saturating_sub(1)).trim_end().to_owned();
    if columns > 0 {
        cut.push('…');
    }
    cut
}

/// `path` in at most `columns` columns; `…` stands for what was cut off at its start.
pub(super) fn clip_start(path: &str, columns: usize) -> String {
    if width(path) <= columns {
        return path.to_owned();
    }
    let mut start = path.len();
    for (at, c) in path.char_indices().rev() {
        if width(&path[at..]) >= columns {
            break;
        }
        start = at;
        let _ = c;
    }
    if columns == 0 { String::new() } else { format!("…{}", &path[start..]) }
}

/// The longest start of `text` that fits.
pub(super) fn prefix(text: &str, columns: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.width().unwrap_or(0);
        if used > columns {
            return &text[..at];
        }
    }
    text
}

/// `text` in lines of at most `columns` columns, broken at spaces, or within a word that is longer.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    wrap_after(text, columns, columns)
}

/// `text` in lines, of which the first has less room than the others. A no-break space does not break and is
/// shown as a space.
pub(super) fn wrap_after(text: &str, first: usize, others: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let mut rest = word;
        loop {
            let columns = if lines.len() == 1 { first.max(8) } else { others.max(8) };
            let Some(line) = lines.last_mut() else { break };
            let used = width(line);
            let gap = usize::from(used > 0);
            if used + gap + width(rest) <= columns {
                if gap > 0 {
                    line.push(' ');
                }
                line.push_str(rest);
                break;
            }
            if used == 0 {
                let (head, tail) = rest.split_at(prefix(rest, columns).len());
                line.push_str(head);
                rest = tail;
            }
            lines.push(String::new());
        }
    }
    lines.iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

/// A bar of full and eighth blocks for `solid` of `most`, then a shade for `light` more.
pub(super) fn bar(solid: u32, light: u32, most: u32, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if most == 0 || columns == 0 {
        return String::new();
    }
    let eighths = |n: u32| (u64::from(n) * columns as u64 * 8).div_ceil(u64::from(most)) as usize;
    let (solid, end) = (eighths(solid), eighths(solid.saturating_add(light)).div_ceil(8).min(columns));
    let mut bar = "█".repeat((solid / 8).min(columns));
    bar.push_str(EIGHTHS[solid % 8]);
    let drawn = width(&bar);
    if light > 0 {
        bar.push_str(&"░".repeat(end.saturating_sub(drawn)));
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_counts_columns() {
        assert_eq!(clip("größe", 5), "größe");
        assert_eq!(clip("大大大", 4), "大…");
        assert_eq!(clip_start("a/long/path.nix", 9), "…path.nix");
    }

    #[test]
    fn wrapping_breaks_long_words_too() {
        assert_eq!(wrap("one two  three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghijkl m", 8), ["abcdefgh", "ijkl m"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap_after("one two  three four", 8, 20), ["one two", "three four"]);
        assert_eq!(wrap("from 3\u{a0}→\u{a0}4 lines", 10), ["from 3 → 4", "lines"]);
    }

    #[test]
    fn bars_never_leave_their_room() {
        assert_eq!(bar(8, 0, 8, 4), "████");
        assert_eq!(bar(1, 0, 32, 4), "▏");
        assert_eq!(bar(4, 4, 8, 4), "██░░");
        assert_eq!(bar(0, 0, 0, 4), "");
        for solid in 0..50 {
            for light in 0..(50 - solid) {
                assert!(width(&bar(solid, light, 49, 7)) <= 7);
            }
        }
    }
}
