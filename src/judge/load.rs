//! Reads a rule file: TOML front matter between `+++` lines, then a Markdown page.
//!
//! Whatever the file holds, the answer is a rule or an error at its place.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::OptionValue;
use crate::config::located::Document;
use crate::error::Error;
use crate::finding::{Confidence, Level};
use crate::judge::checks;
use crate::judge::condition::{Condition, Refusal};
use crate::judge::example;
use crate::judge::options::Options;
use crate::judge::rule::{Body, Escalate, Rule, When};
use crate::judge::template::Template;
use crate::measure::schema::{self, Table};

const MAX_RULE_BYTES: usize = 256 << 10;

const KEYS: [&str; 17] = [
    "code",
    "id",
    "title",
    "level",
    "confidence",
    "default",
    "since",
    "tags",
    "options",
    "when",
    "for",
    "at",
    "message",
    "notes",
    "check",
    "escalate",
    "unproven",
];

type Value<'i> = Spanned<DeValue<'i>>;

/// Reads a rule file; `path` is the one to show, and its file name must be the rule's id.
pub(crate) fn rule(path: &str, text: &str) -> Result<Rule, Error> {
    if text.len() > MAX_RULE_BYTES {
        return Err(Error::Located(format!("error: {path}: a rule file has at most 256 KiB")));
    }
    let whole = Document { shown: path, text, offset: 0 };
    let (front, page) = split(text)
        .ok_or_else(|| whole.error(0..0, "a rule file starts with TOML between two lines of `+++`", None))?;
    let offset = front.as_ptr() as usize - text.as_ptr() as usize;
    let document = Document { offset, ..whole };
    let table = DeTable::parse(front).map_err(|error| document.syntax(&error))?;
    let front = Front { document, table: table.get_ref() };
    document.only(front.table, "key of a rule", &KEYS)?;
    let before_page = &text[..text.len() - page.len()];
    let first_line = u32::try_from(before_page.matches('\n').count()).unwrap_or(u32::MAX) + 1;
    let examples = example::parse(page, first_line).map_err(|(line, message)| {
        let start = text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
        whole.error(start..start + 3, message, None)
    })?;
    let options = front.options()?;
    let defaults = Options::new(&options, None);
    Ok(Rule {
        code: front.code()?,
        id: front.id(path)?,
        title: front.text("title")?,
        level: document.level(front.required("level")?)?,
        confidence: front.confidence()?,
        default_on: document.flag(front.required("default")?)?,
        since: front.text("since")?,
        tags: front.tags()?,
        unproven: front.optional_text("unproven")?,
        body: front.body(&defaults)?,
        notes: front.notes(&defaults)?,
        options,
        path: path.to_owned(),
        summary: summary(page),
        page: page.to_owned(),
        examples,
    })
}

/// An error at the first place where a rule file says something in quotes.
pub(crate) fn error_at(path: &str, text: &str, said: &str, message: &str) -> Error {
    let quoted = format!("\"{said}\"");
    let at = text.find(&quoted).map_or(0..0, |at| at..at + quoted.len());
    Document { shown: path, text, offset: 0 }.error(at, message, None)
}

/// The text between the two `+++` lines, and the page after them.
fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("+++\n").or_else(|| text.strip_prefix("+++\r\n"))?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == "+++" {
            return Some((&rest[..at], rest[at + line.len()..].trim_start_matches(['\r', '\n'])));
        }
        at += line.len();
    }
    None
}

/// The first paragraph, on one line.
fn summary(page: &str) -> String {
    let lines = page.trim_start().lines().take_while(|line| !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

struct Front<'d, 'i> {
    document: Document<'d>,
    table: &'d DeTable<'i>,
}

impl<'d, 'i> Front<'d, 'i> {
    fn required(&self, key: &str) -> Result<&'d Value<'i>, Error> {
        let value = self.table.get(key);
        value.ok_or_else(|| self.document.error(0..0, format!("the key `{key}` is missing"), None))
    }

    fn text(&self, key: &str) -> Result<String, Error> {
        let value = self.required(key)?;
        let text = self.document.text(value)?;
        if text.trim().is_empty() || text.contains('\n') {
            return Err(self.document.error(value.span(), format!("`{key}` is one line of text"), None));
        }
        Ok(text.to_owned())
    }

    fn optional_text(&self, key: &str) -> Result<Option<String>, Error> {
        self.table.get(key).map(|_| self.text(key)).transpose()
    }

    fn code(&self) -> Result<String, Error> {
        let code = self.text("code")?;
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = code.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
        if letters >= 2 && digits >= 2 && letters + digits == code.len() && code.len() <= 12 {
            return Ok(code);
        }
        let at = self.required("code")?.span();
        Err(self.document.error(at, "a code is capital letters and at least two digits, like `FA101`", None))
    }

    fn id(&self, path: &str) -> Result<String, Error> {
        let id = self.text("id")?;
        let at = self.required("id")?.span();
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit()) {
            return Err(self.document.error(at, "an id is small letters, digits and `-`", None));
        }
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        if name.strip_suffix(".md") != Some(&id) {
            return Err(self.document.error(at, format!("the file of this rule must be called `{id}.md`"), None));
        }
        Ok(id)
    }

    fn confidence(&self) -> Result<Confidence, Error> {
        let value = self.required("confidence")?;
        match self.document.text(value)? {
            "high" => Ok(Confidence::High),
            "medium" => Ok(Confidence::Medium),
            "low" => Ok(Confidence::Low),
            other => Err(self.document.unknown(value.span(), "confidence", other, &["high", "medium", "low"])),
        }
    }

    fn tags(&self) -> Result<Vec<String>, Error> {
        let Some(value) = self.table.get("tags") else { return Ok(Vec::new()) };
        Ok(self.document.texts(value)?.into_iter().map(|(tag, _)| tag).collect())
    }

    fn options(&self) -> Result<BTreeMap<String, OptionValue>, Error> {
        let mut options = BTreeMap::new();
        let Some(value) = self.table.get("options") else { return Ok(options) };
        for (key, value) in self.document.table(value)? {
            let name = key.get_ref().as_ref();
            let good = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let taken = name == "level" || schema::table(name).is_some();
            if name.is_empty() || !good || taken {
                let message = "an option is small letters and `_`, and neither `level` nor a table's name";
                return Err(self.document.error(key.span(), message, None));
            }
            options.insert(name.to_owned(), self.document.option(value)?);
        }
        Ok(options)
    }

    fn body(&self, options: &Options) -> Result<Body, Error> {
        match (self.table.get("when"), self.table.get("check")) {
            (Some(when), None) => Ok(Body::When(Box::new(self.when(when, options)?))),
            (None, Some(check)) => {
                for key in ["for", "at", "message", "escalate"] {
                    if let Some(value) = self.table.get(key) {
                        let message = format!("`{key}` goes with `when`; a check decides for itself");
                        return Err(self.document.error(value.span(), message, None));
                    }
                }
                let name = self.document.text(check)?;
                let names: Vec<&str> = checks::CHECKS.iter().map(|check| check.name).collect();
                let found = checks::find(name).map(Body::Check);
                found.ok_or_else(|| self.document.unknown(check.span(), "check", name, &names))
            }
            (Some(_), Some(check)) => {
                Err(self.document.error(check.span(), "a rule has either `when` or `check`, not both", None))
            }
            (None, None) => Err(self.document.error(0..0, "a rule has either `when` or `check`", None)),
        }
    }

    fn when(&self, when: &Value<'i>, options: &Options) -> Result<When, Error> {
        let for_ = self.required("for")?;
        let name = self.document.text(for_)?;
        let names: Vec<&str> = schema::TABLES.iter().map(|table| table.name).collect();
        let table = schema::table(name).ok_or_else(|| self.document.unknown(for_.span(), "table", name, &names))?;
        let at = self.required("at")?;
        let name = self.document.text(at)?;
        let names: Vec<&str> = table.anchors.iter().map(|anchor| anchor.name).collect();
        let anchor = table
            .anchor(name)
            .ok_or_else(|| self.document.unknown(at.span(), &format!("anchor of `{}`", table.name), name, &names))?;
        Ok(When {
            table,
            anchor,
            condition: self.condition(when, table, options)?,
            message: self.template(self.required("message")?, Some(table), options)?,
            escalate: self.escalate(table, options)?,
        })
    }

    fn escalate(&self, table: &'static Table, options: &Options) -> Result<Option<Escalate>, Error> {
        let Some(value) = self.table.get("escalate") else { return Ok(None) };
        let inner = self.document.table(value)?;
        self.document.only(inner, "key of `escalate`", &["when", "level", "message"])?;
        let (Some(when), Some(level)) = (inner.get("when"), inner.get("level")) else {
            return Err(self.document.error(value.span(), "`escalate` has `when` and `level`", None));
        };
        let level: Level = self.document.level(level)?;
        let message = inner.get("message").map(|text| self.template(text, Some(table), options)).transpose()?;
        Ok(Some(Escalate { condition: self.condition(when, table, options)?, level, message }))
    }

    fn notes(&self, options: &Options) -> Result<Vec<Template>, Error> {
        let Some(value) = self.table.get("notes") else { return Ok(Vec::new()) };
        let table = self.table.get("for").and_then(|name| schema::table(name.get_ref().as_str()?));
        let DeValue::Array(items) = value.get_ref() else {
            return Err(self.document.wrong_type(value, "a list of strings"));
        };
        items.iter().map(|item| self.template(item, table, options)).collect()
    }

    fn template(&self, value: &Value<'i>, table: Option<&Table>, options: &Options) -> Result<Template, Error> {
        let text = self.document.text(value)?;
        Template::compile(text, table, options)
            .map_err(|(message, part)| self.document.error(self.part(value, &part), message, None))
    }

    fn condition(&self, value: &Value<'i>, table: &Table, options: &Options) -> Result<Condition, Error> {
        let text = self.document.text(value)?;
        Condition::compile(text, table, options).map_err(|Refusal { message, part, nearest }| {
            let hint = nearest.map(|near| format!("did you mean `{near}`?"));
            self.document.error(self.part(value, &part), message, hint.as_deref())
        })
    }

    /// Where `part` is first written inside a value; the whole value where it is not found.
    fn part(&self, value: &Value<'i>, part: &str) -> std::ops::Range<usize> {
        let span = value.span();
        let text = self.document.text;
        let written = text.get(span.start + self.document.offset..span.end + self.document.offset);
        match written.and_then(|written| written.find(part)) {
            Some(at) if !part.is_empty() => span.start + at..span.start + at + part.len(),
            _ => span,
        }
    }
}
