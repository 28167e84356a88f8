//! A window on a line: tabs become spaces, steering characters are spelled out, and what does not fit is cut
//! off on both sides of the code that must be seen.

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_width::UnicodeWidthChar as _;

use super::escape::push;
use super::measure::width;

/// Columns of a tab stop.
const TAB: usize = 4;

/// Bytes of a line that are looked at before and behind the code that must be seen: a line may be a megabyte.
const NEAR: usize = 2048;

/// A line made ready to be shown.
pub(super) struct Shown {
    pub(super) text: String,
    /// Where the code that must be seen is in `text`.
    label: Range<usize>,
    /// The part of the spelled-out line that is in the window, and where the window puts its first byte.
    window: Range<usize>,
    lead: usize,
}

/// A stretch of a line, spelled out.
struct Spelled {
    text: String,
    /// Byte of the line that starts a character → its place in `text`.
    places: BTreeMap<usize, usize>,
    /// Whether the line goes on before and behind it.
    cut: (bool, bool),
}

impl Spelled {
    /// The place of a byte of the line; the end for what lies past it.
    fn place(&self, byte: usize) -> usize {
        self.places.range(byte..).next().map_or(self.text.len(), |(_, place)| *place)
    }

    /// Columns before a place.
    fn columns(&self, place: usize) -> usize {
        width(self.text.get(..place).unwrap_or(""))
    }
}

/// `line` cut to a window of `columns` that holds the start of `focus`.
pub(super) fn show(line: &str, focus: &Range<usize>, columns: usize) -> Shown {
    window(&spell(line, focus), focus, columns)
}

/// Where `within` falls in the line that is shown for `focus`; `None` where the window leaves it out.
pub(super) fn relabel(line: &str, within: &Range<usize>, focus: &Range<usize>, columns: usize) -> Option<Range<usize>> {
    let spelled = spell(line, focus);
    let shown = window(&spelled, focus, columns);
    if within == focus {
        return Some(shown.label);
    }
    let known = spelled.places.first_key_value().map_or(0, |(first, _)| *first);
    let start = spelled.place(within.start);
    if within.start < known || !shown.window.contains(&start) {
        return None;
    }
    let end = spelled.place(within.end).clamp(start, shown.window.end.max(start));
    let moved = |place: usize| place - shown.window.start + shown.lead;
    Some(moved(start)..moved(end))
}

fn window(spelled: &Spelled, focus: &Range<usize>, columns: usize) -> Shown {
    let whole = &spelled.text;
    let label = spelled.place(focus.start)..spelled.place(focus.end);
    let (total, before) = (spelled.columns(whole.len()), spelled.columns(label.start));
    if total <= columns && spelled.cut == (false, false) {
        let window = 0..whole.len() + 1;
        return Shown { text: whole.clone(), label, window, lead: 0 };
    }
    let wanted = (spelled.columns(label.end) - before).clamp(1, columns / 2);
    // A third of the window stands before the label; more where the line ends soon after it.
    let latest = (total + 1).saturating_sub(columns);
    let skip = if before + wanted < columns { 0 } else { before.saturating_sub(columns / 3).min(latest) };
    let lead = if skip > 0 || spelled.cut.0 { "…" } else { "" };
    let room = columns - width(lead) - usize::from(skip < latest || spelled.cut.1);
    let window = stretch(whole, skip, room);
    let trail = if window.end < whole.len() || spelled.cut.1 { "…" } else { "" };
    let moved = |place: usize| place.clamp(window.start, window.end) - window.start + lead.len();
    let label = moved(label.start)..moved(label.end);
    let text = format!("{lead}{}{trail}", whole.get(window.clone()).unwrap_or(""));
    Shown { text, label, window, lead: lead.len() }
}

/// The bytes of `text` behind `skip` columns that fill at most `room` columns.
fn stretch(text: &str, skip: usize, room: usize) -> Range<usize> {
    let (mut start, mut column, mut filled) = (0, 0, 0);
    for (index, c) in text.char_indices() {
        let w = c.width().unwrap_or(0);
        if column < skip {
            column += w;
            start = index + c.len_utf8();
        } else if filled + w <= room {
            filled += w;
        } else {
            return start..index;
        }
    }
    start..text.len()
}

/// The stretch of a line around `focus`, spelled out.
fn spell(line: &str, focus: &Range<usize>) -> Spelled {
    let first = boundary(line, focus.start.saturating_sub(NEAR));
    let last = boundary(line, focus.start.saturating_add(2 * NEAR));
    let mut text = String::with_capacity(last - first);
    let mut places = BTreeMap::new();
    let mut column = 0;
    for (index, c) in line.get(first..last).unwrap_or("").char_indices() {
        let start = text.len();
        places.insert(first + index, start);
        if c == '\t' {
            text.push_str(&" ".repeat(TAB - column % TAB));
        } else {
            push(&mut text, c);
        }
        column += width(text.get(start..).unwrap_or(""));
    }
    Spelled { text, places, cut: (first > 0, last < line.len()) }
}

/// The nearest character boundary at or before `byte`.
fn boundary(line: &str, byte: usize) -> usize {
    let byte = byte.min(line.len());
    (0..=byte).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{relabel, show};
    use crate::report::text::measure::width;

    #[test]
    fn a_long_line_becomes_a_window_on_its_label() {
        let line = format!("{}needle{}", "a ".repeat(5000), " b".repeat(5000));
        let shown = show(&line, &(10_000..10_006), 60);
        assert!(width(&shown.text) <= 60, "{}", shown.text);
        assert_eq!(&shown.text[shown.label.clone()], "needle");
        assert!(shown.text.starts_with('…') && shown.text.ends_with('…'));
    }

    #[test]
    fn the_label_stays_on_its_code_behind_tabs_and_controls() {
        let shown = show("\tx\u{1b} = größe;", &(6..13), 60);
        assert_eq!(&shown.text[shown.label.clone()], "größe");
        assert_eq!(shown.text, "    x\\u{1b} = größe;");
    }

    #[test]
    fn a_label_outside_of_the_window_is_told_apart() {
        let line = format!("first {} second", "x".repeat(9_000));
        let second = 9_007..9_013;
        assert_eq!(relabel(&line, &(0..5), &second, 60), None);
        assert_eq!(relabel(&line, &second, &(0..5), 60), None);
        let shown = show(&line, &second, 60);
        assert_eq!(shown.text.get(relabel(&line, &second, &second, 60).unwrap()), Some("second"));
        assert_eq!(width(&shown.text), 60);
    }

    #[test]
    fn windows_never_leave_their_room() {
        let line = "a大\u{1b}\tß".repeat(700);
        for start in (0..line.len()).filter(|at| line.is_char_boundary(*at)).step_by(41) {
            let shown = show(&line, &(start..line.len()), 40);
            assert!(width(&shown.text) <= 40, "{}", shown.text);
            assert!(shown.text.is_char_boundary(shown.label.start) && shown.label.start < shown.label.end);
        }
    }
}
