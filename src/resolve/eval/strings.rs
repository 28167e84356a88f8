//! Built-in functions on strings, JSON and TOML.
#![expect(clippy::many_single_char_names, reason = "operands, as in arithmetic")]

use std::rc::Rc;
use std::sync::Arc;

use super::fetched;
use super::files;
use super::machine::Machine;
use super::names::Names;
use super::posix::{Pattern, Refused};
use super::primitives::{Primitive, primitive, settle};
use super::value::{Attrs, ThunkId, Value};

pub(super) const PRIMITIVES: &[Primitive] = &[
    primitive("toString", 1, |m, a| settle(to_string(m, a[0]))),
    primitive("stringLength", 1, |m, a| settle(string_length(m, a[0]))),
    primitive("substring", 3, |m, a| settle(substring(m, a))),
    primitive("__hasPrefix", 2, |m, a| settle(has_part(m, a, false, |text, part| text.starts_with(part)))),
    primitive("__hasSuffix", 2, |m, a| settle(has_part(m, a, true, |text, part| text.ends_with(part)))),
    primitive("__hasInfix", 2, |m, a| settle(has_part(m, a, false, |text, part| text.contains(part)))),
    primitive("concatStringsSep", 2, |m, a| settle(join(m, a))),
    primitive("replaceStrings", 3, |m, a| settle(replace(m, a))),
    primitive("match", 2, |m, a| settle(matches(m, a))),
    primitive("split", 2, |m, a| settle(split(m, a))),
    primitive("splitVersion", 1, |m, a| settle(split_version(m, a[0]))),
    primitive("compareVersions", 2, |m, a| settle(compare_versions(m, a))),
    primitive("parseDrvName", 1, |m, a| settle(parse_drv_name(m, a[0]))),
    primitive("toJSON", 1, |m, a| settle(to_json(m, a[0]))),
    primitive("fromJSON", 1, |m, a| settle(from_json(m, a[0]))),
    primitive("fromTOML", 1, |m, a| settle(from_toml(m, a[0]))),
    primitive("unsafeDiscardStringContext", 1, |m, a| settle(without_context(m, a[0]))),
    primitive("unsafeDiscardOutputDependency", 1, |m, a| settle(m.want_str(a[0]).map(|t| Value::str(&t)))),
    primitive("appendContext", 2, |m, a| settle(m.want_str(a[0]).map(|t| Value::str(&t)))),
    primitive("hasContext", 1, |m, a| settle(has_context(m, a[0]))),
    primitive("ceil", 1, |m, a| round(m, a[0], f64::ceil)),
    primitive("floor", 1, |m, a| round(m, a[0], f64::floor)),
];

fn round(m: &mut Machine, thunk: ThunkId, f: fn(f64) -> f64) -> Value {
    match m.force(thunk) {
        Value::Float(x) => Value::Int(f(x) as i64),
        int @ Value::Int(_) => int,
        other => m.or_failure(other, "a number is wanted"),
    }
}

fn to_string(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let value = m.force(thunk);
    Ok(Value::str(&m.as_text(&value)?))
}

/// A text that may then become a name.
fn without_context(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    fetched::shown(m, text).map(|text| Value::str(&text))
}

fn string_length(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    Ok(Value::Int(i64::try_from(fetched::shown(m, text)?.len()).unwrap_or(i64::MAX)))
}

/// Counts bytes, as Nix does; a cut inside a character is widened to it.
fn substring(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let (start, length) = (m.want_int(a[0])?, m.want_int(a[1])?);
    let text = m.want_str(a[2])?;
    let text = fetched::shown(m, text)?;
    let Ok(start) = usize::try_from(start) else { return Err(m.failure("`substring` from a negative start")) };
    let mut start = start.min(text.len());
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut end = start.saturating_add(length).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    // What stands for the workspace is taken whole or not at all.
    if let Some(at) = text.find(files::ROOT) {
        let behind = at + files::ROOT.len();
        let cut = |place: usize| at < place && place < behind;
        if start < end && (cut(start) || cut(end)) {
            return Err(m.unknown("a store path"));
        }
    }
    Ok(Value::str(&text[start..end]))
}

/// For models: whether the second text begins or ends with the first, or has it. A path is no part of a text.
fn has_part(m: &mut Machine, a: &[ThunkId], at_end: bool, test: fn(&str, &str) -> bool) -> Result<Value, Value> {
    let is_text = matches!(m.force(a[0]), Value::Str(_));
    let (part, whole) = (m.want_str(a[0])?, m.want_str(a[1])?);
    let has = is_text && test(&whole, &part);
    let known =
        fetched::is_place(&part) || at_end && fetched::behind(&whole).is_some_and(|behind| behind.len() >= part.len());
    if !known {
        fetched::shown(m, whole)?;
    }
    Ok(Value::Bool(has))
}

/// What stands for a path of the workspace has a context or not by where it came from.
fn has_context(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    if text.contains(files::ROOT) { Err(m.unknown("a string context")) } else { Ok(Value::Bool(false)) }
}

fn join(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let separator = m.want_str(a[0])?;
    let list = m.want_list(a[1])?;
    if let Some(why) = &list.open {
        return Err(Value::Unknown(why.clone()));
    }
    let mut out = String::new();
    for (index, item) in list.items.iter().enumerate() {
        if index > 0 {
            out.push_str(&separator);
        }
        let mut text = m.want_str(*item)?;
        if matches!(m.force(*item), Value::Path(_)) {
            text = files::copied(&text);
        }
        m.spend(text.len() / 8)?;
        out.push_str(&text);
        if out.len() > files::MAX_STRING {
            return Err(m.unknown("a string longer than the bound allows"));
        }
    }
    Ok(Value::str(&out))
}

fn strings(m: &mut Machine, thunk: ThunkId) -> Result<Vec<String>, Value> {
    let list = m.want_list(thunk)?;
    if let Some(why) = &list.open {
        return Err(Value::Unknown(why.clone()));
    }
    list.items.iter().map(|item| m.want_str(*item)).collect()
}

fn replace(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let (from, to) = (strings(m, a[0])?, m.want_list(a[1])?);
    if let Some(why) = &to.open {
        return Err(Value::Unknown(why.clone()));
    }
    let text = m.want_str(a[2])?;
    let text = fetched::shown(m, text)?;
    m.spend(text.len().saturating_mul(from.len()) / 16)?;
    if from.len() != to.items.len() {
        return Err(m.failure("`replaceStrings` with lists of different lengths"));
    }
    let mut out = String::new();
    let mut rest = text.as_str();
    loop {
        let hit = from.iter().zip(&to.items).find(|(f, _)| rest.starts_with(f.as_str()));
        if let Some((f, t)) = hit {
            // A replacement is looked at where it is needed.
            let t = m.want_str(*t)?;
            out.push_str(&t);
            rest = &rest[f.len()..];
            m.spend(t.len() / 8 + 8)?;
            if !f.is_empty() && out.len() <= files::MAX_STRING {
                continue;
            }
        }
        if out.len() > files::MAX_STRING {
            return Err(m.unknown("a string longer than the bound allows"));
        }
        let mut chars = rest.chars();
        match chars.next() {
            Some(c) => out.push(c),
            None => break,
        }
        rest = chars.as_str();
    }
    Ok(Value::str(&out))
}

fn pattern(m: &mut Machine, thunk: ThunkId) -> Result<Pattern, Value> {
    let text = m.want_str(thunk)?;
    if let Some(known) = m.patterns.get(&text) {
        return Ok(known.clone());
    }
    m.spend(8_000)?;
    let pattern = Pattern::new(&text).map_err(|refused| match refused {
        Refused::Invalid => m.failure("an invalid regular expression"),
        Refused::Unsupported => m.unknown("a regular expression outside the supported syntax"),
    })?;
    m.patterns.insert(text, pattern.clone());
    Ok(pattern)
}

fn groups(m: &mut Machine, groups: Vec<Option<String>>) -> Value {
    let items = groups
        .into_iter()
        .map(|group| {
            let value = group.map_or(Value::Null, |text| Value::str(&text));
            m.done(value)
        })
        .collect();
    Value::list(items)
}

fn matches(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let pattern = pattern(m, a[0])?;
    let text = m.want_str(a[1])?;
    let text = fetched::shown(m, text)?;
    m.spend(text.len() / 8)?;
    Ok(match pattern.matches(&text) {
        Some(found) => groups(m, found),
        None => Value::Null,
    })
}

fn split(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let pattern = pattern(m, a[0])?;
    let text = m.want_str(a[1])?;
    let text = fetched::shown(m, text)?;
    m.spend(text.len() * 2)?;
    let all = pattern.all(&text).ok_or_else(|| m.unknown("which of several alternatives is the longest"))?;
    let mut items = Vec::new();
    let mut last = 0;
    for found in all {
        items.push(m.done(Value::str(&text[last..found.start])));
        let captured = groups(m, found.groups);
        items.push(m.done(captured));
        last = found.end;
    }
    items.push(m.done(Value::str(&text[last..])));
    Ok(Value::list(items))
}

/// Components of a version (Nix manual, `splitVersion`): cut at `.`, `-` and between digits and letters.
fn components(version: &str) -> Vec<&str> {
    let bytes = version.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'.' | b'-') {
            at += 1;
            continue;
        }
        let digit = bytes[at].is_ascii_digit();
        let end = (at..bytes.len())
            .find(|i| matches!(bytes[*i], b'.' | b'-') || bytes[*i].is_ascii_digit() != digit)
            .unwrap_or(bytes.len());
        out.push(version.get(at..end).unwrap_or_default());
        at = end;
    }
    out
}

fn split_version(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let version = m.want_str(thunk)?;
    let items = components(&version).into_iter().map(|c| m.done(Value::str(c))).collect();
    Ok(Value::list(items))
}

fn compare_versions(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let (a, b) = (m.want_str(a[0])?, m.want_str(a[1])?);
    let (left, right) = (components(&a), components(&b));
    for index in 0..left.len().max(right.len()) {
        let (l, r) = (left.get(index).copied().unwrap_or(""), right.get(index).copied().unwrap_or(""));
        match (less(l, r), less(r, l)) {
            (true, _) => return Ok(Value::Int(-1)),
            (_, true) => return Ok(Value::Int(1)),
            _ => {}
        }
    }
    Ok(Value::Int(0))
}

fn less(a: &str, b: &str) -> bool {
    match (a.parse::<u64>().ok(), b.parse::<u64>().ok()) {
        (Some(a), Some(b)) => a < b,
        (a_number, b_number) => {
            if a.is_empty() && b_number.is_some() || a == "pre" && b != "pre" {
                true
            } else if b == "pre" || a_number.is_some() {
                false
            } else {
                b_number.is_some() || a < b
            }
        }
    }
}

fn parse_drv_name(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    let bytes = text.as_bytes();
    let cut = (0..bytes.len())
        .find(|i| bytes[*i] == b'-' && bytes.get(i + 1).is_some_and(|b| !b.is_ascii_alphabetic()))
        .unwrap_or(bytes.len());
    let (name, version) = (text.get(..cut).unwrap_or(&text), text.get(cut + 1..).unwrap_or(""));
    let (name, version) = (m.slot(Value::str(name)), m.slot(Value::str(version)));
    Ok(Value::set([("name".into(), name), ("version".into(), version)].into()))
}

/// A value in depth as Nix writes it in JSON.
pub(super) fn json_of(m: &mut Machine, value: &Value, depth: u32) -> Result<serde_json::Value, Value> {
    m.burn()?;
    if depth > 64 {
        return Err(m.unknown("JSON nested deeper than the bound allows"));
    }
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => (*b).into(),
        Value::Int(i) => (*i).into(),
        Value::Float(f) => (*f).into(),
        // Nix copies the file to its store and gives that name.
        Value::Path(s) if s.starts_with('/') => return Err(m.unknown("a path in JSON, which Nix copies to its store")),
        Value::Str(s) | Value::Path(s) => s.to_string().into(),
        Value::List(list) => {
            if let Some(why) = &list.open {
                return Err(Value::Unknown(why.clone()));
            }
            let mut out = Vec::new();
            for item in &list.items {
                let item = m.force(*item);
                out.push(json_of(m, &item, depth + 1)?);
            }
            out.into()
        }
        Value::Set(attrs) => {
            if let Some(why) = &attrs.open {
                return Err(Value::Unknown(why.clone()));
            }
            if attrs.map.contains_key("__toString") {
                return Ok(m.coerce(value)?.into());
            }
            if let Some(slot) = attrs.map.get("outPath").copied() {
                let inner = m.force(slot.thunk);
                return json_of(m, &inner, depth + 1);
            }
            if attrs.map.values().any(|slot| slot.conditional) {
                return Err(m.unknown("some names depend on a condition that is not known"));
            }
            let mut out = serde_json::Map::new();
            for (name, slot) in &attrs.map {
                let item = m.force(slot.thunk);
                out.insert(name.to_string(), json_of(m, &item, depth + 1)?);
            }
            out.into()
        }
        other => return Err(m.or_failure(other.clone(), "a function in JSON")),
    })
}

fn to_json(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let value = m.force(thunk);
    let json = json_of(m, &value, 0)?.to_string();
    m.spend(json.len() / 8)?;
    if json.len() > files::MAX_STRING {
        return Err(m.unknown("a string longer than the bound allows"));
    }
    Ok(Value::str(&json))
}

fn of_json(m: &mut Machine, json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Bool(b),
        serde_json::Value::Number(n) => {
            n.as_i64().map(Value::Int).or_else(|| n.as_f64().map(Value::Float)).unwrap_or(Value::Null)
        }
        serde_json::Value::String(s) => Value::str(&s),
        serde_json::Value::Array(items) => {
            let items = items
                .into_iter()
                .map(|i| {
                    let value = of_json(m, i);
                    m.done(value)
                })
                .collect();
            Value::list(items)
        }
        serde_json::Value::Object(items) => {
            let mut map = Names::new();
            for (name, item) in items {
                let value = of_json(m, item);
                let slot = m.slot(value);
                map.insert(Arc::from(name.as_str()), slot);
            }
            Value::Set(Rc::new(Attrs { map, open: None }))
        }
    }
}

/// Texts of JSON from this length on are kept with what they mean, this many.
const LONG_JSON: usize = 1 << 12;
const KEPT_JSON: usize = 16;

fn from_json(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    if let Some((_, value)) = m.parsed.iter().find(|(known, _)| known[..] == text[..]) {
        return Ok(value.clone());
    }
    m.spend(text.len() / 8)?;
    let json = serde_json::from_str(&text).map_err(|_| m.failure("text that is not JSON"))?;
    let value = of_json(m, json);
    if text.len() >= LONG_JSON && m.parsed.len() < KEPT_JSON {
        m.parsed.push((text, value.clone()));
    }
    Ok(value)
}

fn from_toml(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let text = m.want_str(thunk)?;
    let table: toml::Table = text.parse().map_err(|_| m.failure("text that is not TOML"))?;
    if table.values().any(has_date) {
        return Err(m.failure("TOML with dates"));
    }
    let json = serde_json::to_value(table).map_err(|_| m.unknown("TOML that JSON cannot hold"))?;
    Ok(of_json(m, json))
}

/// Nix refuses dates; `serde` would make sets of them.
fn has_date(value: &toml::Value) -> bool {
    match value {
        toml::Value::Datetime(_) => true,
        toml::Value::Array(items) => items.iter().any(has_date),
        toml::Value::Table(items) => items.iter().any(|(_, item)| has_date(item)),
        _ => false,
    }
}
