//! One finding with its code underlined, drawn by codespan.

use std::io;

use anstyle::Style;
use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity};
use codespan_reporting::term::{Config, WriteStyle, emit_to_write_style};

use super::escape::escape;
use super::excerpt::Excerpts;
use super::ink;
use super::measure::{width, wrap, wrap_after};
use crate::finding::{Finding, Level};
use crate::source::{Sources, Span};

/// Related places that are drawn; a list of many is for the other formats.
const RELATED: usize = 4;

/// A finding as text with (where `color`) styles, at most `columns` wide where its words allow.
pub(super) fn draw(finding: &Finding, notes: &[String], sources: &Sources, columns: usize, color: bool) -> String {
    let mut labels = vec![&finding.primary];
    labels.extend(finding.related.iter().take(RELATED));
    let spans: Vec<Span> = labels.iter().map(|label| label.span).collect();
    let last = labels.iter().map(|label| sources.position(label.span).line).max().unwrap_or(1);
    let gutter = last.to_string().len();
    let room = columns.saturating_sub(gutter + 3);
    let (excerpts, places) = Excerpts::new(sources, &spans, room);

    let mut drawn = Vec::new();
    let mut moved = Vec::new();
    for (i, (label, place)) in labels.iter().zip(places).enumerate() {
        let style = if i == 0 { LabelStyle::Primary } else { LabelStyle::Secondary };
        let text = escape(&label.text).into_owned();
        let fits = place
            .as_ref()
            .is_some_and(|place| width(up_to(&excerpts, label.span, place.end)) + 2 + width(&text) <= room);
        if !fits && !text.is_empty() {
            let at = sources.position(label.span).line;
            moved.push(if i == 0 { text.clone() } else { format!("line {at}: {text}") });
        }
        if let Some(place) = place {
            let short = Label::new(style, label.span.file.0, place);
            drawn.push(if fits { short.with_message(text) } else { short });
        }
    }
    moved.extend(notes.iter().cloned());
    let more = finding.related.len().saturating_sub(RELATED);
    if more > 0 {
        moved.push(format!("{more} more places: --format json lists them"));
    }
    let diagnostic = Diagnostic::new(severity(finding.level))
        .with_code(escape(&finding.code))
        .with_message(message(finding, columns))
        .with_labels(drawn)
        .with_notes(moved.iter().map(|note| shown_note(note, columns.saturating_sub(gutter + 3))).collect());
    let mut painter = Painter { bytes: Vec::new(), color };
    let config = Config { tab_width: 4, ..Config::default() };
    if emit_to_write_style(&mut painter, &config, &excerpts, &diagnostic).is_err() {
        // Drawing failed: say it in one line rather than not at all.
        return format!("{}\n", super::findings::one_line(finding, sources));
    }
    let text = String::from_utf8_lossy(&painter.bytes).into_owned();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The line of the excerpt up to a place.
fn up_to<'a>(excerpts: &'a Excerpts<'_>, span: Span, end: usize) -> &'a str {
    use codespan_reporting::files::Files as _;
    let id = span.file.0;
    let start = excerpts.line_index(id, end).and_then(|line| excerpts.line_range(id, line)).map_or(0, |r| r.start);
    excerpts.source(id).ok().and_then(|text| text.get(start..end)).unwrap_or("")
}

/// The message, wrapped below itself.
fn message(finding: &Finding, columns: usize) -> String {
    let head = ink::level_name(finding.level).len() + finding.code.len() + 4;
    let text = escape(&finding.message).into_owned();
    if head + width(&text) <= columns {
        return text;
    }
    wrap_after(&text, columns.saturating_sub(head), columns.saturating_sub(4)).join("\n    ")
}

/// A note, each of its lines escaped and wrapped.
fn shown_note(note: &str, columns: usize) -> String {
    let lines = note.lines().flat_map(|line| wrap(&escape(line), columns));
    lines.collect::<Vec<_>>().join("\n")
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    }
}

/// Writes codespan's styles as ours.
struct Painter {
    bytes: Vec<u8>,
    color: bool,
}

impl Painter {
    fn set(&mut self, style: Style) -> io::Result<()> {
        if self.color { io::Write::write_fmt(self, format_args!("{style}")) } else { Ok(()) }
    }
}

impl io::Write for Painter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Bug | Severity::Error => ink::level(Level::Error),
        Severity::Warning => ink::level(Level::Warning),
        Severity::Note | Severity::Help => ink::level(Level::Note),
    }
}

impl WriteStyle for Painter {
    fn set_header(&mut self, severity: Severity) -> io::Result<()> {
        self.set(style_of(severity))
    }

    fn set_header_message(&mut self) -> io::Result<()> {
        self.set(ink::BOLD)
    }

    fn set_line_number(&mut self) -> io::Result<()> {
        self.set(ink::DIM)
    }

    fn set_note_bullet(&mut self) -> io::Result<()> {
        self.set(ink::DIM)
    }

    fn set_source_border(&mut self) -> io::Result<()> {
        self.set(ink::DIM)
    }

    fn set_label(&mut self, severity: Severity, label_style: LabelStyle) -> io::Result<()> {
        self.set(if label_style == LabelStyle::Primary { style_of(severity) } else { ink::CYAN })
    }

    fn reset(&mut self) -> io::Result<()> {
        self.set_reset()
    }
}

impl Painter {
    fn set_reset(&mut self) -> io::Result<()> {
        if self.color { io::Write::write_fmt(self, format_args!("{}", anstyle::Reset)) } else { Ok(()) }
    }
}
