//! Sources that are fetched. Nothing is: of a source that has a model, a path is known that stands for it, and what
//! importing it, or the files of it that the model tells of, gives.

use std::rc::Rc;
use std::sync::Arc;

use super::super::source_id;
use super::files::{self, inside};
use super::flake::{self, Context};
use super::machine::Machine;
use super::names::Names;
use super::primitives::{Primitive, primitive, settle};
use super::value::{Attrs, Partial, Slot, ThunkId, Value};
use super::{InputSource, models};

/// What the paths of fetched sources start with, before their number.
const PLACE: &str = "/.source.";
/// Sources that one evaluation fetches.
const MAX_SOURCES: usize = 1_000;
/// What is said of those that are not known.
const UNKNOWN: &str = "a source that is fetched";

/// Where libraries keep the module of flake-parts that they offer.
const MODULES: [&str; 3] = ["flake-module.nix", "flake-module", "nix/flake-module.nix"];

pub(super) const PRIMITIVES: &[Primitive] = &[
    primitive("fetchTarball", 1, |m, a| settle(fetch_tarball(m, a[0]))),
    primitive("fetchGit", 1, |m, a| settle(fetch_set(m, a[0]))),
    primitive("fetchTree", 1, |m, a| settle(fetch_set(m, a[0]))),
    primitive("getFlake", 1, |m, a| settle(get_flake(m, a[0]))),
];
static SOURCED: Primitive = primitive("__sourced", 2, with_path);
static OUTPUTS: Primitive = primitive("__outputs", 2, outputs);

/// The value of a model, with the path that stands for its source and what Nix adds to a flake's outputs.
pub(super) fn sourced(m: &mut Machine, value: ThunkId, added: Names<Slot>) -> ThunkId {
    let Some(path) = place(m, value) else { return value };
    with_place(m, path, added, value)
}

fn with_place(m: &mut Machine, path: Slot, mut added: Names<Slot>, value: ThunkId) -> ThunkId {
    added.insert(Arc::from("outPath"), path);
    let added = m.done(Value::set(added));
    let primitive = Value::Primitive(Rc::new(Partial { primitive: &SOURCED, args: Vec::new() }));
    m.call2_later(primitive, added, value)
}

/// A path that stands for one more source, of which importing it gives `value`. `None` where there are too many.
pub(super) fn place(m: &mut Machine, value: ThunkId) -> Option<Slot> {
    if m.fetched.len() >= MAX_SOURCES {
        return None;
    }
    m.fetched.push((String::new(), value));
    Some(m.slot(Value::str(&format!("{PLACE}{}", m.fetched.len() - 1))))
}

fn with_path(m: &mut Machine, a: &[ThunkId]) -> Value {
    let (Value::Set(attrs), Value::Set(added)) = (m.force(a[1]), m.force(a[0])) else { return m.force(a[1]) };
    // What a model says of itself is known better; where its source lies it does not know.
    let map = attrs.map.merge(&added.map, |slot, _| *slot, |own, _| *own);
    let mut attrs = Attrs { map, open: attrs.open.clone() };
    if let Some(path) = added.map.get("outPath") {
        attrs.map.insert(Arc::from("outPath"), *path);
    }
    Value::Set(Rc::new(attrs))
}

/// What importing a path below a fetched source gives; `None` where the path is not below one.
pub(super) fn import(m: &mut Machine, path: &str) -> Option<Value> {
    let (number, file) = split(path)?;
    let value = *m.fetched.get(number).map(|(_, value)| value)?;
    let value = m.force(value);
    if file == "flake.nix" && !matches!(value, Value::Unknown(_)) {
        return Some(written(m, number));
    }
    let Value::Set(attrs) = value else { return Some(value) };
    let file = file.strip_suffix("/default.nix").unwrap_or(file);
    let found = match attrs.map.get("__files").map(|files| m.force(files.thunk)) {
        _ if matches!(file, "" | "default.nix") => attrs.map.get("__import").copied(),
        Some(Value::Set(files)) => files.map.get(file).copied(),
        _ if MODULES.contains(&file) => attrs.map.get("flakeModule").copied(),
        _ => None,
    };
    Some(match found {
        Some(slot) => m.force(slot.thunk),
        None => m.unknown(UNKNOWN),
    })
}

/// The `flake.nix` of a source, as what reads locks by itself needs it: a function of the inputs.
fn written(m: &mut Machine, number: usize) -> Value {
    let number = m.done(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)));
    let outputs = Value::Primitive(Rc::new(Partial { primitive: &OUTPUTS, args: vec![number] }));
    let outputs = m.slot(outputs);
    Value::Set(Rc::new(Attrs { map: [(Arc::from("outputs"), outputs)].into(), open: None }))
}

/// The outputs of a source, with the inputs that it is called with.
fn outputs(m: &mut Machine, a: &[ThunkId]) -> Value {
    let Value::Int(number) = m.force(a[0]) else { return m.unknown(UNKNOWN) };
    let Some((source, value)) = usize::try_from(number).ok().and_then(|at| m.fetched.get(at)).cloned() else {
        return m.unknown(UNKNOWN);
    };
    let Some(model) = models::find(&source) else { return m.force(value) };
    let inputs = Slot { thunk: a[1], origin: None, conditional: false };
    let thunk = called(m, model, &source, inputs, None);
    m.force(thunk)
}

/// What is not known of a path of a fetched source, or below one: its files, and its name, which is a hash.
pub(super) fn unknown(m: &mut Machine, path: &str) -> Option<Value> {
    let (number, _) = split(path)?;
    let value = m.fetched.get(number).map(|(_, value)| *value);
    Some(match value.map(|value| m.force(value)) {
        Some(Value::Unknown(why)) => Value::Unknown(why),
        _ => m.unknown(UNKNOWN),
    })
}

/// The text, unless the path of a fetched source stands in it: what Nix has there is a hash.
pub(super) fn shown(m: &mut Machine, text: String) -> Result<String, Value> {
    match text.find(PLACE) {
        None => Ok(text),
        Some(at) => Err(unknown(m, &text[at..]).unwrap_or_else(|| m.unknown(UNKNOWN))),
    }
}

/// What follows the path of a fetched source in a text.
pub(super) fn behind(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(PLACE)?;
    Some(rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

/// Whether a path is the workspace's or a source's, of which it is known that none lies in another.
pub(super) fn is_place(path: &str) -> bool {
    path.starts_with(PLACE) || path.starts_with(files::ROOT)
}

/// The number of a source, and the path below it.
fn split(path: &str) -> Option<(usize, &str)> {
    let rest = path.strip_prefix(PLACE)?;
    let (number, file) = rest.split_once('/').unwrap_or((rest, ""));
    Some((number.parse().ok()?, file))
}

/// The model of a source that an expression names.
fn model_of(m: &mut Machine, url: &str, modified: Option<i64>) -> Result<ThunkId, Value> {
    let found = source_id::parse_url(url).source.and_then(|source| Some((models::find(&source)?, source)));
    let Some((model, source)) = found else { return Err(m.unknown(UNKNOWN)) };
    if let Some(at) = m.fetched.iter().position(|(known, _)| *known == source) {
        return Ok(number(m, at));
    }
    let none = m.slot(Value::set(Names::new()));
    let thunk = called(m, model, &source, none, modified);
    if let Some(last) = m.fetched.last_mut() {
        last.0 = source;
    }
    Ok(thunk)
}

/// The model of a source that no input names, with inputs over its own.
fn called(m: &mut Machine, model: u32, source: &str, overrides: Slot, modified: Option<i64>) -> ThunkId {
    let inputs = Attrs { map: Names::new(), open: Some(m.why(UNKNOWN)) };
    let inputs = m.done(Value::Set(Rc::new(inputs)));
    let sources = m.slot(Value::set(Names::new()));
    let name = source.rsplit('/').next().unwrap_or_default().to_owned();
    let source = Some(source.to_owned());
    let input =
        InputSource { name, source, overrides: Vec::new(), modified, place: None, flake: true, locked: Vec::new() };
    flake::modelled(m, model, &input, &Context { inputs, overrides, sources, own: None })
}

/// The value of a source that was fetched before, with its path.
fn number(m: &mut Machine, at: usize) -> ThunkId {
    let value = m.fetched[at].1;
    let path = m.slot(Value::str(&format!("{PLACE}{at}")));
    with_place(m, path, Names::new(), value)
}

/// The URL that a fetcher is called with: a text, or `url`, or the parts of a reference to a forge.
fn url_of(m: &mut Machine, thunk: ThunkId) -> Result<(String, Option<i64>), Value> {
    let Value::Set(attrs) = m.force(thunk) else { return Ok((m.want_str(thunk)?, None)) };
    let modified = match attrs.map.get("lastModified").map(|slot| m.force(slot.thunk)) {
        Some(Value::Int(seconds)) => Some(seconds),
        _ => None,
    };
    let part = |m: &mut Machine, name: &str| attrs.map.get(name).map(|slot| m.want_str(slot.thunk)).transpose();
    // What lies deeper in a source is not the source.
    if attrs.map.contains_key("dir") {
        return Err(m.unknown(UNKNOWN));
    }
    if let Some(url) = part(m, "url")? {
        return Ok((url, modified));
    }
    match (part(m, "type")?, part(m, "owner")?, part(m, "repo")?) {
        (Some(forge), Some(owner), Some(repo)) if matches!(&*forge, "github" | "gitlab" | "sourcehut") => {
            Ok((format!("{forge}:{owner}/{repo}"), modified))
        }
        _ => Err(m.unknown(UNKNOWN)),
    }
}

/// The path that stands for the source at a URL.
fn path_of(m: &mut Machine, thunk: ThunkId) -> Result<Slot, Value> {
    let (url, modified) = url_of(m, thunk)?;
    let model = model_of(m, &url, modified)?;
    match m.force(model) {
        Value::Set(attrs) => attrs.map.get("outPath").copied().ok_or_else(|| m.unknown(UNKNOWN)),
        other => Err(m.or_failure(other, UNKNOWN)),
    }
}

fn fetch_tarball(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path_of(m, thunk)?;
    Ok(m.force(path.thunk))
}

/// What `fetchTree` may tell of a source besides its path.
const TOLD: [&str; 8] =
    ["dirtyRev", "dirtyShortRev", "lastModified", "lastModifiedDate", "narHash", "rev", "revCount", "shortRev"];

/// `fetchGit`, `fetchTree`: a set with the path, and what is told of the source, by its kind.
fn fetch_set(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = match path_of(m, thunk) {
        Err(Value::Unknown(why)) if why.fails => return Err(Value::Unknown(why)),
        Err(unknown) => m.slot(unknown),
        Ok(path) => path,
    };
    let unknown = m.slot(m.unknown(UNKNOWN));
    let mut map: Names<Slot> = TOLD
        .iter()
        .map(|name| (Arc::from(*name), Slot { conditional: *name != "narHash", ..unknown }))
        .collect();
    map.insert(Arc::from("submodules"), Slot { conditional: true, ..unknown });
    map.insert(Arc::from("outPath"), path);
    Ok(Value::set(map))
}

/// `builtins.getFlake`: a flake of the workspace, or the model of another one.
fn get_flake(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let url = m.want_str(thunk)?;
    let local = url.strip_prefix("path:").unwrap_or(&url);
    let local = files::normalize(local.split(['?', '#']).next().unwrap_or_default());
    let flake = match inside(&local) {
        Some(dir) => flake::at(m, dir, None)?,
        None => model_of(m, &url, None).map_err(|_| m.unknown("a flake that is fetched"))?,
    };
    Ok(m.force(flake))
}
