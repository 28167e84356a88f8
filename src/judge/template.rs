//! Message templates: text with holes like `{flake.lines}` and `{max}`, checked when they are loaded.

use std::fmt::Write as _;

use crate::config::OptionValue;
use crate::judge::options::Options;
use crate::measure::schema::{Row, Table, Value};

/// A template that is longer is refused.
const MAX_TEMPLATE_BYTES: usize = 1024;

/// A compiled template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Field(String),
    Option(String),
}

impl Template {
    /// Compiles a template. Holes name fields in scope of `table` (none without one) or options;
    /// `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// A sentence about the first hole that is not closed or names nothing, with the name.
    pub(crate) fn compile(text: &str, table: Option<&Table>, options: &Options) -> Result<Self, (String, String)> {
        if text.len() > MAX_TEMPLATE_BYTES {
            return Err(("a message has at most 1,024 bytes".to_owned(), String::new()));
        }
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = from.strip_prefix("{{").or_else(|| from.strip_prefix("}}")) {
                plain.push_str(&from[..1]);
                rest = after;
            } else if let Some(inner) = from.strip_prefix('{') {
                let Some((name, after)) = inner.split_once('}') else {
                    return Err(("a hole is not closed".to_owned(), "{".to_owned()));
                };
                let part = hole(name.trim(), table, options)
                    .ok_or_else(|| (format!("unknown name `{name}` in a hole"), name.to_owned()))?;
                parts.push(Part::Text(std::mem::take(&mut plain)));
                parts.push(part);
                rest = after;
            } else {
                return Err(("`}` without `{`; write `}}` for a brace".to_owned(), "}".to_owned()));
            }
        }
        plain.push_str(rest);
        parts.push(Part::Text(plain));
        Ok(Self { parts })
    }

    /// The text with every hole filled.
    pub(crate) fn fill(&self, row: Row<'_>, options: &Options) -> String {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Field(name) => push_value(&mut text, row.value(name).as_ref()),
                Part::Option(name) => push_option(&mut text, options.get(name)),
            }
        }
        text
    }

    /// Names of the options it prints.
    pub(crate) fn options(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Option(name) => Some(name.as_str()),
            Part::Text(_) | Part::Field(_) => None,
        })
    }

    /// The template with holes written as `…`: how a message begins and ends.
    pub(crate) fn shape(&self) -> String {
        let parts = self.parts.iter().map(|part| match part {
            Part::Text(plain) => plain.as_str(),
            Part::Field(_) | Part::Option(_) => "…",
        });
        parts.collect()
    }
}

fn hole(name: &str, table: Option<&Table>, options: &Options) -> Option<Part> {
    if options.get(name).is_some() {
        return Some(Part::Option(name.to_owned()));
    }
    table?.type_of(name).map(|_| Part::Field(name.to_owned()))
}

fn push_value(text: &mut String, value: Option<&Value<'_>>) {
    // Writing to a `String` cannot fail.
    let _ = match value {
        Some(Value::Integer(number)) => write!(text, "{}", crate::number::grouped(*number)),
        Some(Value::Boolean(flag)) => write!(text, "{flag}"),
        Some(Value::Text(plain)) => write!(text, "{plain}"),
        Some(Value::Texts(plain)) => write!(text, "{}", plain.join(", ")),
        None => Ok(()),
    };
}

fn push_option(text: &mut String, value: Option<&OptionValue>) {
    match value {
        Some(OptionValue::Integer(number)) => text.push_str(&crate::number::grouped(*number)),
        Some(OptionValue::Flag(flag)) => text.push_str(if *flag { "true" } else { "false" }),
        Some(OptionValue::Text(plain)) => text.push_str(plain),
        Some(OptionValue::List(plain)) => text.push_str(&plain.join(", ")),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let shown: Vec<String> = [0, 999, 1000, 3370, 1_000_000, -1234].map(crate::number::grouped).to_vec();
        assert_eq!(shown, ["0", "999", "1,000", "3,370", "1,000,000", "-1,234"]);
    }

    #[test]
    fn holes_are_checked_when_loaded() {
        let options = Options::default();
        let error = Template::compile("{flake.lnies} lines", None, &options).expect_err("no such field");
        assert_eq!(error.1, "flake.lnies");
        assert!(Template::compile("{flake", None, &options).is_err());
        assert!(Template::compile("a } b", None, &options).is_err());
        assert!(Template::compile("a {{b}} c", None, &options).is_ok());
    }
}
