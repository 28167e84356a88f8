//! The page under construction. Every text that enters it is escaped here, at one place.

use anstyle::Style;

use super::escape::escape;
use super::measure::{width, wrap};
use crate::report::Options;

/// Lines of text with styles, for a given width.
pub(super) struct Page {
    text: String,
    column: usize,
    pub(super) width: usize,
    pub(super) color: bool,
    pub(super) verbose: bool,
}

impl Page {
    /// An empty page.
    pub(super) fn new(options: &Options) -> Self {
        Self {
            text: String::new(),
            column: 0,
            width: options.width.clamp(40, 120),
            color: options.color,
            verbose: options.verbose,
        }
    }

    /// All that was put on it.
    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Appends `text` to the line.
    pub(super) fn put(&mut self, style: Style, text: &str) {
        let text = escape(text);
        self.column += width(&text);
        if self.color && style != Style::new() {
            self.text.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.text.push_str(&text);
        }
    }

    /// Appends spaces up to a column.
    pub(super) fn pad_to(&mut self, column: usize) {
        let missing = column.saturating_sub(self.column);
        self.text.push_str(&" ".repeat(missing));
        self.column += missing;
    }

    /// Ends the line; no line ends in spaces.
    pub(super) fn end(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
        self.column = 0;
    }

    /// An empty line, unless there is one already.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A whole line.
    pub(super) fn line(&mut self, style: Style, text: &str) {
        self.put(style, text);
        self.end();
    }

    /// A text that starts at the present column and goes on below it, wrapped.
    pub(super) fn flow(&mut self, style: Style, text: &str) {
        let indent = self.column;
        for (i, part) in wrap(&escape(text), self.width.saturating_sub(indent)).iter().enumerate() {
            if i > 0 {
                self.pad_to(indent);
            }
            self.put(style, part);
            self.end();
        }
    }

    /// A text that starts at the present column and goes on below it at `indent`, wrapped.
    pub(super) fn flow_at(&mut self, indent: usize, style: Style, text: &str) {
        let text = escape(text);
        let first = wrap(&text, self.width.saturating_sub(self.column));
        let Some(head) = first.first() else { return };
        let rest = text.trim_start_matches(' ').get(head.len()..).unwrap_or("").trim_start().to_owned();
        self.put(style, head);
        self.end();
        if !rest.is_empty() {
            self.paragraph(indent, style, &rest);
        }
    }

    /// A wrapped text, indented.
    pub(super) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        self.pad_to(indent);
        self.flow(style, text);
    }

    /// Items joined by ` · `, broken only between items where they fit, below the present column.
    pub(super) fn items(&mut self, style: Style, items: &[String]) {
        let indent = self.column;
        for (i, item) in items.iter().enumerate() {
            let item = escape(item);
            let space = if i == 0 { 0 } else { 3 };
            if i > 0 && self.column + space + width(&item) > self.width {
                self.end();
                self.pad_to(indent);
            } else if i > 0 {
                self.put(super::ink::DIM, " · ");
            }
            if self.column + width(&item) > self.width {
                self.flow(style, &item);
                self.pad_to(indent);
            } else {
                self.put(style, &item);
            }
        }
        self.end();
    }

    /// Text that is escaped and styled already (snippets).
    pub(super) fn raw(&mut self, rendered: &str) {
        self.text.push_str(rendered);
    }
}
