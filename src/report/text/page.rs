//! The page under construction. Every text that enters it is escaped here, at one place.

use std::fmt::Write as _;

use anstyle::Style;

use super::escape::escape;
use super::measure::{width, wrap, wrap_after};
use crate::report::Options;

/// Ends a link.
const LINK_END: &str = "\u{1b}]8;;\u{1b}\\";

/// Makes the first `text` of something rendered a link.
pub(super) fn linked(rendered: &str, text: &str, url: &str) -> String {
    if !is_plain_url(url) {
        return rendered.to_owned();
    }
    rendered.replacen(text, &format!("\u{1b}]8;;{url}\u{1b}\\{text}{LINK_END}"), 1)
}

/// Whether nothing in a URL could end the link early.
fn is_plain_url(url: &str) -> bool {
    url.starts_with("https://") && url.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Lines of text with styles, for a given width.
pub(super) struct Page {
    text: String,
    column: usize,
    pub(super) width: usize,
    pub(super) color: bool,
    pub(super) links: bool,
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
            links: options.links,
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
            // Writing to a string cannot fail.
            let _ = write!(self.text, "{style}{text}{style:#}");
        } else {
            self.text.push_str(&text);
        }
    }

    /// Appends `text` to the line, as a link where the terminal shows links (OSC 8).
    pub(super) fn put_link(&mut self, style: Style, text: &str, url: &str) {
        if !self.links || !is_plain_url(url) {
            return self.put(style, text);
        }
        let _ = write!(self.text, "\u{1b}]8;;{url}\u{1b}\\");
        self.put(style, text);
        self.text.push_str(LINK_END);
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
        self.flow_at(self.column, style, text);
    }

    /// A text that starts at the present column and goes on below it at `indent`, wrapped.
    pub(super) fn flow_at(&mut self, indent: usize, style: Style, text: &str) {
        let (first, others) = (self.width.saturating_sub(self.column), self.width.saturating_sub(indent));
        for (i, part) in wrap_after(&escape(text), first, others).iter().enumerate() {
            if i > 0 {
                self.pad_to(indent);
            }
            self.put(style, part);
            self.end();
        }
    }

    /// A name at the start of a line. What follows goes on behind it where it is short, else below it.
    pub(super) fn name(&mut self, indent: usize, style: Style, name: &str) {
        let name = escape(name);
        if self.column + width(&name) + 2 <= self.width / 2 {
            self.put(style, &name);
            self.put(Style::new(), "  ");
        } else {
            self.flow(style, &name);
            self.pad_to(indent);
        }
    }

    /// A wrapped text, indented.
    pub(super) fn paragraph(&mut self, indent: usize, style: Style, text: &str) {
        self.pad_to(indent);
        self.flow(style, text);
    }

    /// Items joined by ` · `, broken between items rather than within one, below the present column.
    pub(super) fn items<'t>(&mut self, items: impl IntoIterator<Item = (Style, &'t str)>) {
        let indent = self.column;
        for (style, item) in items {
            let room = self.width.saturating_sub(indent);
            for (i, part) in wrap(&escape(item), room).iter().enumerate() {
                let joined = self.column + 3 + width(part) <= self.width;
                if self.column > indent && i == 0 && joined {
                    self.put(super::ink::DIM, " · ");
                } else if self.column > indent {
                    self.end();
                    self.pad_to(indent);
                }
                self.put(style, part);
            }
        }
        self.end();
    }

    /// Text that is escaped and styled already (snippets).
    pub(super) fn raw(&mut self, rendered: &str) {
        self.text.push_str(rendered);
    }
}
