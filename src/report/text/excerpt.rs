//! The lines that a finding shows, cut to a window, escaped, and laid out as a small text of their own.
//!
//! A line of ten thousand columns must not be printed whole, and a control character must not reach
//! the terminal; yet the underline must stand below the right code. So codespan never sees the files:
//! it sees these excerpts, and is told the true line and column numbers.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};

use super::escape::push;
use super::measure::width;
use crate::source::{FileId, SourceFile, Sources, Span};

/// Columns of a tab stop.
const TAB: usize = 4;

/// Excerpts of the files that one finding speaks of.
pub(super) struct Excerpts<'a> {
    sources: &'a Sources,
    files: BTreeMap<u32, Excerpt>,
    columns: usize,
}

/// The chosen lines of one file.
struct Excerpt {
    name: String,
    text: String,
    /// 1-based line → its place in `text`.
    lines: BTreeMap<u32, Range<usize>>,
    /// Place in `text` of a label → true column.
    columns: BTreeMap<usize, usize>,
}

/// File → line → the bytes of it that must be seen.
type Wanted = BTreeMap<u32, BTreeMap<u32, Range<usize>>>;

/// A line made ready to be shown.
struct Shown {
    text: String,
    label: Range<usize>,
    /// The bytes of the spelled-out line that are in the window, and where the window puts the first of them.
    window: Range<usize>,
    lead: usize,
}

impl<'a> Excerpts<'a> {
    /// Excerpts of which each line fills at most `columns` columns, with the first line of each span.
    ///
    /// Returns them with the place of each span in its excerpt; `None` where it is outside of the window that
    /// an earlier span of the same line has.
    pub(super) fn new(sources: &'a Sources, spans: &[Span], columns: usize) -> (Self, Vec<Option<Range<usize>>>) {
        let mut excerpts = Self { sources, files: BTreeMap::new(), columns: columns.max(16) };
        let wanted = wanted_lines(sources, spans);
        for (file, lines) in &wanted {
            let excerpt = excerpts.excerpt(FileId(*file), lines);
            excerpts.files.insert(*file, excerpt);
        }
        let places = spans.iter().map(|span| excerpts.place(*span, &wanted)).collect();
        (excerpts, places)
    }

    /// Lays the chosen lines of a file out one after another.
    fn excerpt(&self, file: FileId, lines: &BTreeMap<u32, Range<usize>>) -> Excerpt {
        let source = self.sources.file(file);
        let name = super::escape::escape(&source.path).into_owned();
        let mut excerpt = Excerpt { name, text: String::new(), lines: BTreeMap::new(), columns: BTreeMap::new() };
        for (line, focus) in lines {
            let start = excerpt.text.len();
            excerpt.text.push_str(&show(source.line_text(*line), focus.clone(), self.columns).text);
            excerpt.text.push('\n');
            excerpt.lines.insert(*line, start..excerpt.text.len());
        }
        excerpt
    }

    /// Where a span is in its excerpt; its true column is noted.
    fn place(&mut self, span: Span, wanted: &Wanted) -> Option<Range<usize>> {
        let source = self.sources.file(span.file);
        let (line, within) = first_line(source, span);
        let focus = wanted.get(&span.file.0).and_then(|lines| lines.get(&line)).cloned().unwrap_or(within.clone());
        let label = relabel(source.line_text(line), within, focus, self.columns)?;
        let column = source.position(span.start).column as usize;
        let excerpt = self.files.get_mut(&span.file.0)?;
        let start = excerpt.lines.get(&line).map_or(0, |range| range.start);
        let place = start + label.start..start + label.end;
        excerpt.columns.entry(place.start).or_insert(column);
        Some(place)
    }

    fn get(&self, id: u32) -> Result<&Excerpt, Error> {
        self.files.get(&id).ok_or(Error::FileMissing)
    }
}

/// The lines to show of each file, each with the bytes that must be seen. Where two lines stand one
/// apart, the one between them is shown too: codespan asks for it.
fn wanted_lines(sources: &Sources, spans: &[Span]) -> Wanted {
    let mut wanted = Wanted::new();
    for span in spans {
        let (line, within) = first_line(sources.file(span.file), *span);
        wanted.entry(span.file.0).or_default().entry(line).or_insert(within);
    }
    for lines in wanted.values_mut() {
        let between: Vec<u32> =
            lines.keys().map(|line| line + 1).filter(|line| lines.contains_key(&(line + 1))).collect();
        for line in between {
            lines.entry(line).or_insert(0..0);
        }
    }
    wanted
}

/// The line on which a span starts, and the bytes of it that the span covers there.
fn first_line(source: &SourceFile, span: Span) -> (u32, Range<usize>) {
    let line = source.line(span.start).max(1);
    let start = source.line_start(line).unwrap_or(0) as usize;
    let length = source.line_text(line).len();
    let from = (span.start as usize).saturating_sub(start).min(length);
    let to = (span.end as usize).saturating_sub(start).clamp(from, length);
    (line, from..to)
}

/// A line with tabs as spaces and steering characters spelled out, cut to a window of `columns` that
/// holds the start of `focus`.
fn show(line: &str, focus: Range<usize>, columns: usize) -> Shown {
    let (whole, map) = spell(line);
    let label = at(&map, focus.start, whole.len())..at(&map, focus.end, whole.len());
    if width(&whole) <= columns {
        let window = 0..whole.len() + 1;
        return Shown { text: whole, label, window, lead: 0 };
    }
    let before = width(whole.get(..label.start).unwrap_or(""));
    let wanted = width(whole.get(label.clone()).unwrap_or("")).clamp(1, columns / 2);
    // A third of the window stands before the label; more where the line ends soon after it.
    let latest = (width(&whole) + 1).saturating_sub(columns);
    let skip = if before + wanted < columns { 0 } else { before.saturating_sub(columns / 3).min(latest) };
    let mut text = String::new();
    let (mut column, mut shift, mut last) = (0, 0, 0);
    let mut filled = usize::from(skip > 0);
    let end = usize::from(skip < latest);
    for (index, c) in whole.char_indices() {
        let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if column < skip {
            shift = index + c.len_utf8();
        } else if filled + w + end <= columns {
            text.push(c);
            filled += w;
            last = index + c.len_utf8();
        } else {
            break;
        }
        column += w;
    }
    if last < whole.len() {
        text.push('…');
    }
    let lead = if skip > 0 { "…" } else { "" };
    let moved = |byte: usize| (byte.clamp(shift, last.max(shift)) - shift) + lead.len();
    let label = moved(label.start)..moved(label.end);
    Shown { text: format!("{lead}{text}"), label, window: shift..last.max(shift), lead: lead.len() }
}

/// Where `within` falls in the line that is shown for `focus`; `None` where the window leaves it out.
fn relabel(line: &str, within: Range<usize>, focus: Range<usize>, columns: usize) -> Option<Range<usize>> {
    let shown = show(line, focus.clone(), columns);
    if within == focus {
        return Some(shown.label);
    }
    let (whole, map) = spell(line);
    let start = at(&map, within.start, whole.len());
    let end = at(&map, within.end, whole.len()).min(shown.window.end.max(start));
    let moved = |byte: usize| byte - shown.window.start + shown.lead;
    shown.window.contains(&start).then(|| moved(start)..moved(end))
}

/// The spelled-out line, and for each byte of the line that starts a character its place there.
fn spell(line: &str) -> (String, BTreeMap<usize, usize>) {
    let mut whole = String::with_capacity(line.len());
    let mut map = BTreeMap::new();
    let mut column = 0;
    for (index, c) in line.char_indices() {
        let start = whole.len();
        map.insert(index, start);
        if c == '\t' {
            whole.push_str(&" ".repeat(TAB - column % TAB));
        } else {
            push(&mut whole, c);
        }
        column += width(whole.get(start..).unwrap_or(""));
    }
    (whole, map)
}

/// The place of a byte of the line; the end for what lies past it.
fn at(map: &BTreeMap<usize, usize>, byte: usize, end: usize) -> usize {
    map.range(byte..).next().map_or(end, |(_, place)| *place)
}

impl<'f> Files<'f> for Excerpts<'_> {
    type FileId = u32;
    type Name = &'f str;
    type Source = &'f str;

    fn name(&'f self, id: u32) -> Result<&'f str, Error> {
        Ok(&self.get(id)?.name)
    }

    fn source(&'f self, id: u32) -> Result<&'f str, Error> {
        Ok(&self.get(id)?.text)
    }

    fn line_index(&'f self, id: u32, byte: usize) -> Result<usize, Error> {
        let lines = &self.get(id)?.lines;
        let line = lines.iter().rev().find(|(_, range)| range.start <= byte).map(|(line, _)| *line);
        Ok(line.ok_or(Error::LineTooLarge { given: byte, max: 0 })?.saturating_sub(1) as usize)
    }

    fn line_range(&'f self, id: u32, index: usize) -> Result<Range<usize>, Error> {
        let excerpt = self.get(id)?;
        let line = u32::try_from(index + 1).ok().and_then(|line| excerpt.lines.get(&line));
        line.cloned().ok_or(Error::LineTooLarge { given: index, max: excerpt.lines.len() })
    }

    fn location(&'f self, id: u32, byte: usize) -> Result<Location, Error> {
        let line_number = self.line_index(id, byte)? + 1;
        let column_number = self.get(id)?.columns.get(&byte).copied().unwrap_or(1);
        Ok(Location { line_number, column_number })
    }
}

#[cfg(test)]
mod tests {
    use super::show;
    use crate::report::text::measure::width;

    #[test]
    fn a_long_line_becomes_a_window_on_its_label() {
        let line = format!("{}needle{}", "a ".repeat(5000), " b".repeat(5000));
        let shown = show(&line, 10_000..10_006, 60);
        assert!(width(&shown.text) <= 60, "{}", shown.text);
        assert_eq!(&shown.text[shown.label.clone()], "needle");
        assert!(shown.text.starts_with('…') && shown.text.ends_with('…'));
    }

    #[test]
    fn the_label_stays_on_its_code_behind_tabs_and_controls() {
        let shown = show("\tx\u{1b} = größe;", 6..13, 60);
        assert_eq!(&shown.text[shown.label.clone()], "größe");
        assert_eq!(shown.text, "    x\\u{1b} = größe;");
    }
}
