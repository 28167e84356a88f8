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

/// The value of a model, with the path that stands for its source.
pub(super) fn sourced(m: &mut Machine, value: ThunkId) -> ThunkId {
    if m.fetched.len() >= MAX_SOURCES {
        return value;
    }
    m.fetched.push((String::new(), value));
    number(m, m.fetched.len() - 1)
}

fn with_path(m: &mut Machine, a: &[ThunkId]) -> Value {
    let Value::Set(attrs) = m.force(a[1]) else { return m.force(a[1]) };
    let mut attrs = (*attrs).clone();
    attrs.map.insert(Arc::from("outPath"), Slot { thunk: a[0], origin: None, conditional: false });
    Value::Set(Rc::new(attrs))
}

/// What importing a path below a fetched source gives; `None` where the path is not below one.
pub(super) fn import(m: &mut Machine, path: &str) -> Option<Value> {
    let (number, file) = split(path)?;
    let (_, value) = m.fetched.get(number)?;
    let value = m.force(*value);
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

/// Whether a path is that of a fetched source, or below it: its name is a hash.
pub(super) fn is_fetched(path: &str) -> bool {
    split(path).is_some()
}

/// The number of a source, and the path below it.
fn split(path: &str) -> Option<(usize, &str)> {
    let rest = path.strip_prefix(PLACE)?;
    let (number, file) = rest.split_once('/').unwrap_or((rest, ""));
    Some((number.parse().ok()?, file))
}

/// The model of a source that an expression names.
fn model_of(m: &mut Machine, url: &str) -> Result<ThunkId, Value> {
    let found = source_id::parse_url(url).source.and_then(|source| Some((models::find(&source)?, source)));
    let Some((model, source)) = found else { return Err(m.unknown(UNKNOWN)) };
    if let Some(at) = m.fetched.iter().position(|(known, _)| *known == source) {
        return Ok(number(m, at));
    }
    let unknown = m.unknown(UNKNOWN);
    let Value::Unknown(why) = &unknown else { return Err(unknown) };
    let inputs = m.done(Value::Set(Rc::new(Attrs { map: Names::new(), open: Some(why.clone()) })));
    let none = m.slot(Value::set(Names::new()));
    let context = Context { inputs, overrides: none, sources: none };
    let name = source.rsplit('/').next().unwrap_or_default().to_owned();
    let kept = source.clone();
    let input =
        InputSource { name, source: Some(source), overrides: Vec::new(), modified: None, place: None, flake: true };
    let thunk = flake::modelled(m, model, &input, &context);
    if let Some(last) = m.fetched.last_mut() {
        last.0 = kept;
    }
    Ok(thunk)
}

/// The value of a source that was fetched before, with its path.
fn number(m: &mut Machine, at: usize) -> ThunkId {
    let value = m.fetched[at].1;
    let path = m.done(Value::str(&format!("{PLACE}{at}")));
    let primitive = Value::Primitive(Rc::new(Partial { primitive: &SOURCED, args: Vec::new() }));
    m.call2_later(primitive, path, value)
}

/// The URL that a fetcher is called with: a text, or `url`, or the parts of a reference to a forge.
fn url_of(m: &mut Machine, thunk: ThunkId) -> Result<String, Value> {
    let Value::Set(attrs) = m.force(thunk) else { return m.want_str(thunk) };
    let part = |m: &mut Machine, name: &str| attrs.map.get(name).map(|slot| m.want_str(slot.thunk)).transpose();
    // What lies deeper in a source is not the source.
    if attrs.map.contains_key("dir") {
        return Err(m.unknown(UNKNOWN));
    }
    if let Some(url) = part(m, "url")? {
        return Ok(url);
    }
    match (part(m, "type")?, part(m, "owner")?, part(m, "repo")?) {
        (Some(forge), Some(owner), Some(repo)) if matches!(&*forge, "github" | "gitlab" | "sourcehut") => {
            Ok(format!("{forge}:{owner}/{repo}"))
        }
        _ => Err(m.unknown(UNKNOWN)),
    }
}

/// The path that stands for the source at a URL.
fn path_of(m: &mut Machine, thunk: ThunkId) -> Result<Slot, Value> {
    let url = url_of(m, thunk)?;
    let model = model_of(m, &url)?;
    match m.force(model) {
        Value::Set(attrs) => attrs.map.get("outPath").copied().ok_or_else(|| m.unknown(UNKNOWN)),
        other => Err(m.or_failure(other, UNKNOWN)),
    }
}

fn fetch_tarball(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path_of(m, thunk)?;
    Ok(m.force(path.thunk))
}

/// `fetchGit`, `fetchTree`: a set with the path, and more that depends on what is there.
fn fetch_set(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let path = path_of(m, thunk)?;
    let open = match m.unknown(UNKNOWN) {
        Value::Unknown(why) => Some(why),
        _ => None,
    };
    let map = [(Arc::from("outPath"), path)].into();
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

/// `builtins.getFlake`: a flake of the workspace, or the model of another one.
fn get_flake(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let url = m.want_str(thunk)?;
    let local = url.strip_prefix("path:").unwrap_or(&url);
    let local = files::normalize(local.split(['?', '#']).next().unwrap_or_default());
    let flake = match inside(&local) {
        Some(dir) => flake::at(m, dir, None)?,
        None => model_of(m, &url).map_err(|_| m.unknown("a flake that is fetched"))?,
    };
    Ok(m.force(flake))
}
