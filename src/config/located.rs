//! Errors shown at their place in a TOML text: plain, bounded, and safe to print whatever the bytes were.

use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::config::OptionValue;
use crate::error::Error;
use crate::finding::Level;

/// A line of more bytes is not shown.
const MAX_LINE: usize = 1_000;

/// The line that an offset is in.
fn around(text: &str, offset: usize) -> &str {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    &text[start..end]
}

/// A text that a person wrote, with a part of it that is TOML.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Document<'a> {
    /// The path to show.
    pub(crate) shown: &'a str,
    /// The whole text.
    pub(crate) text: &'a str,
    /// Where the TOML part starts: every range given to a method counts from there.
    pub(crate) offset: usize,
}

impl Document<'_> {
    /// An error at `at`; `hint` is shown below the code.
    pub(crate) fn error(&self, at: Range<usize>, message: impl Into<String>, hint: Option<&str>) -> Error {
        let text = printable(self.text);
        // A name may hold line ends, and what follows one must not look like a line of another program.
        let message = printable(&message.into()).replace('\n', " ");
        let at = clamp(&text, at.start + self.offset..at.end + self.offset);
        if [at.start, at.end].into_iter().any(|offset| around(&text, offset).len() > MAX_LINE) {
            let line = 1 + text[..at.start].matches('\n').count();
            let hint = hint.map(|hint| format!("\n  = {}", printable(hint))).unwrap_or_default();
            let message: String = message.chars().take(MAX_LINE).collect();
            return Error::Located(format!("error: {message}\n  ┌─ {}:{line}{hint}", printable(self.shown)));
        }
        let file = SimpleFile::new(printable(self.shown), text.as_str());
        let diagnostic = Diagnostic::error()
            .with_message(message)
            .with_labels(vec![Label::primary((), at)])
            .with_notes(hint.into_iter().map(printable).collect());
        let rendered = term::emit_into_string(&term::Config::default(), &file, &diagnostic)
            .unwrap_or_else(|_| format!("{}: {}", file.name(), diagnostic.message));
        Error::Located(rendered.trim_end().to_owned())
    }

    /// What the TOML parser says, at its place.
    pub(crate) fn syntax(&self, error: &toml::de::Error) -> Error {
        self.error(error.span().unwrap_or(0..0), error.message().replace('\n', ", "), None)
    }

    /// An unknown key, with the nearest known one.
    pub(crate) fn unknown(&self, at: Range<usize>, what: &str, name: &str, known: &[&str]) -> Error {
        let hint = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        let hint = hint.or_else(|| (known.len() <= 20).then(|| format!("known: {}", known.join(", "))));
        self.error(at, format!("unknown {what} `{}`", shorten(name)), hint.as_deref())
    }

    /// Refuses keys that are not in `known`, in the order of the text.
    pub(crate) fn only(&self, table: &DeTable<'_>, what: &str, known: &[&str]) -> Result<(), Error> {
        let mut unknown: Vec<&Spanned<DeString<'_>>> =
            table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())).collect();
        unknown.sort_by_key(|key| key.span().start);
        match unknown.first() {
            Some(key) => Err(self.unknown(key.span(), what, key.get_ref(), known)),
            None => Ok(()),
        }
    }

    /// A wrong type.
    pub(crate) fn wrong_type(&self, value: &Spanned<DeValue<'_>>, expected: &str) -> Error {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(value.span(), format!("expected {expected}, found {found}"), None)
    }

    /// A string.
    pub(crate) fn text<'v>(&self, value: &'v Spanned<DeValue<'_>>) -> Result<&'v str, Error> {
        value.get_ref().as_str().ok_or_else(|| self.wrong_type(value, "a string"))
    }

    /// A boolean.
    pub(crate) fn flag(&self, value: &Spanned<DeValue<'_>>) -> Result<bool, Error> {
        value.get_ref().as_bool().ok_or_else(|| self.wrong_type(value, "a boolean"))
    }

    /// A list of strings, each with its place.
    pub(crate) fn texts(&self, value: &Spanned<DeValue<'_>>) -> Result<Vec<(String, Range<usize>)>, Error> {
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.wrong_type(value, "a list of strings"));
        };
        items.iter().map(|item| Ok((self.text(item)?.to_owned(), item.span()))).collect()
    }

    /// A table.
    pub(crate) fn table<'v, 'i>(&self, value: &'v Spanned<DeValue<'i>>) -> Result<&'v DeTable<'i>, Error> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(self.wrong_type(value, "a table")),
        }
    }

    /// A level by name.
    pub(crate) fn level(&self, value: &Spanned<DeValue<'_>>) -> Result<Level, Error> {
        let name = self.text(value)?;
        level_named(name).ok_or_else(|| self.unknown(value.span(), "level", name, &["error", "warning", "note"]))
    }

    /// The value of an option. Integers are bounded, so that arithmetic in a condition cannot overflow.
    pub(crate) fn option(&self, value: &Spanned<DeValue<'_>>) -> Result<OptionValue, Error> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(OptionValue::Flag(*flag)),
            DeValue::String(text) => Ok(OptionValue::Text(text.to_string())),
            DeValue::Array(_) => Ok(OptionValue::List(self.texts(value)?.into_iter().map(|(text, _)| text).collect())),
            DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
                .ok()
                .filter(|number| (0..=1_000_000_000).contains(number))
                .map(OptionValue::Integer)
                .ok_or_else(|| self.error(value.span(), "expected an integer from 0 to 1,000,000,000", None)),
            _ => Err(self.wrong_type(value, "an integer, a boolean, a string or a list of strings")),
        }
    }
}

/// The level of a name.
pub(crate) fn level_named(name: &str) -> Option<Level> {
    match name {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "note" => Some(Level::Note),
        _ => None,
    }
}

/// The known name nearest to `name`, if it is near enough to be meant.
pub(crate) fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    if name.len() > 100 {
        return None;
    }
    let lower = name.to_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min()
        .map(|(_, candidate)| candidate)
}

/// At most 60 characters of a name that somebody wrote.
pub(crate) fn shorten(text: &str) -> String {
    if text.chars().count() <= 60 {
        return text.to_owned();
    }
    text.chars().take(59).chain(['…']).collect()
}

/// The text with characters that steer or hide replaced by others of the same length, so that ranges stay true
/// and nothing steers the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_ascii_control() => '?',
            c if c.is_control() || c == '\u{61c}' => '¿',
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// The range inside the text and on character boundaries.
fn clamp(text: &str, at: Range<usize>) -> Range<usize> {
    let floor = |mut offset: usize| {
        offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let start = floor(at.start);
    start..floor(at.end.max(start)).max(start)
}
