//! The lines that a finding shows, cut to a window, escaped, and laid out as a small text of their own.
//!
//! A line of ten thousand columns must not be printed whole, and a control character must not reach
//! the terminal; yet the underline must stand below the right code. So codespan never sees the files:
//! it sees these excerpts, and is told the true line and column numbers.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};

use super::window::{relabel, show};
use crate::source::{FileId, SourceFile, Sources, Span};

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
            excerpt.text.push_str(&show(source.line_text(*line), focus, self.columns).text);
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
        let label = relabel(source.line_text(line), &within, &focus, self.columns)?;
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
