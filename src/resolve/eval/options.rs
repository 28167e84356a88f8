//! Built-in functions for the model of the module system (`models/nixpkgs/modules.nix`): what is done once for every
//! definition of every option. `mkIf`, `mkMerge`, `mkOverride` and `mkOrder` are sets with a `_type` (nixpkgs
//! manual, "Option definitions").

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::super::ir::Name;
use super::machine::Machine;
use super::names::Names;
use super::primitives::{Primitive, primitive, settle};
use super::value::{Attrs, List, Slot, ThunkId, Value, Why};

/// Priority of a definition that has none, and its place among the definitions of a list.
const PRIORITY: i64 = 100;
const ORDER: i64 = 1000;
/// Nested `mkIf`, `mkMerge` … around one definition.
const MAX_WRAPPERS: u32 = 64;

pub(super) const PRIMITIVES: &[Primitive] = &[
    primitive("__definitions", 1, |m, a| settle(definitions(m, a[0]))),
    primitive("__discharge", 1, |m, a| settle(discharge(m, a[0]))),
    primitive("__items", 1, |m, a| settle(items(m, a[0]))),
    primitive("__one", 1, |m, a| settle(one(m, a[0]))),
    primitive("__configure", 4, |m, a| settle(configure(m, a))),
    primitive("__opennessOf", 1, |m, a| openness(m, a[0])),
    primitive("__closed", 1, |m, a| closed(m, a[0])),
    primitive("__widen", 2, widen),
    primitive("__isPlain", 1, |m, a| is_plain(m, a[0])),
    primitive("__closure", 2, |m, a| settle(closure(m, a))),
];

/// What stands around a definition.
enum Wrapper {
    If(ThunkId),
    Override(ThunkId),
}

/// One definition of an option.
struct Definition {
    thunk: ThunkId,
    priority: i64,
    order: i64,
    /// Whether it counts depends on something unknown.
    maybe: Option<Rc<Why>>,
}

/// The `_type` of a set.
fn tag(m: &mut Machine, attrs: &Attrs) -> Option<Rc<str>> {
    let slot = attrs.map.get("_type")?;
    match m.force(slot.thunk) {
        Value::Str(text) => Some(text),
        _ => None,
    }
}

fn member(attrs: &Attrs, name: &str) -> Option<ThunkId> {
    attrs.map.get(name).map(|slot| slot.thunk)
}

// ---- sets of definitions ---------------------------------------------------------------------------

/// Sets of definitions by name: `[ { a = 1; } (mkIf c { a = 2; b = 3; }) ]` is
/// `{ a = [ 1 (mkIf c 2) ]; b = [ (mkIf c 3) ]; }`. What is there only under a condition that is not known stays
/// conditional where no other definition makes it sure.
fn definitions(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    let mut by_name = ByName { slots: BTreeMap::new(), open: list.open.clone() };
    let mut wrappers = Vec::new();
    for item in with_maybe(m, &list) {
        collect(m, item, &mut wrappers, &mut by_name)?;
    }
    let mut map = Names::new();
    for (name, found) in by_name.slots {
        let conditional = found.iter().all(|slot| slot.conditional);
        let origin = found.iter().rev().find_map(|slot| slot.origin);
        let items = found
            .iter()
            .map(|slot| if slot.conditional && !conditional { perhaps(m, slot) } else { slot.thunk });
        let items = items.collect();
        let made = Slot { thunk: m.done(Value::list(items)), origin, conditional };
        found.iter().take(1).for_each(|slot| m.for_the_same_reason(*slot, made));
        map.insert(name, made);
    }
    Ok(Value::Set(Rc::new(Attrs { map, open: by_name.open })))
}

struct ByName {
    slots: BTreeMap<Name, Vec<Slot>>,
    open: Option<Rc<Why>>,
}

fn collect(m: &mut Machine, thunk: ThunkId, wrappers: &mut Vec<Wrapper>, into: &mut ByName) -> Result<(), Value> {
    let attrs = match m.force(thunk) {
        Value::Set(attrs) => attrs,
        Value::Unknown(why) => {
            into.open.get_or_insert(why);
            return Ok(());
        }
        _ => {
            into.open.get_or_insert_with(|| m.why("a definition that is not a set"));
            return Ok(());
        }
    };
    let tag = tag(m, &attrs);
    if wrappers.len() as u32 >= MAX_WRAPPERS {
        return Err(m.unknown("definitions nested deeper than the bound allows"));
    }
    match (tag.as_deref(), member(&attrs, "content"), member(&attrs, "contents")) {
        (Some("if"), Some(content), _) => {
            let Some(condition) = member(&attrs, "condition") else { return Ok(()) };
            wrappers.push(Wrapper::If(condition));
            let result = m.deeper(|m| collect(m, content, wrappers, into));
            wrappers.pop();
            result
        }
        (Some("override"), Some(content), _) => {
            let Some(priority) = member(&attrs, "priority") else { return Ok(()) };
            wrappers.push(Wrapper::Override(priority));
            let result = m.deeper(|m| collect(m, content, wrappers, into));
            wrappers.pop();
            result
        }
        (Some("order"), Some(content), _) => m.deeper(|m| collect(m, content, wrappers, into)),
        (Some("merge"), _, Some(contents)) => {
            let list = m.want_list(contents)?;
            if into.open.is_none() {
                into.open.clone_from(&list.open);
            }
            for item in with_maybe(m, &list) {
                m.deeper(|m| collect(m, item, wrappers, into))?;
            }
            Ok(())
        }
        _ => {
            m.spend(attrs.map.len())?;
            if into.open.is_none() {
                into.open.clone_from(&attrs.open);
            }
            for (name, slot) in &attrs.map {
                let thunk = wrapped(m, slot.thunk, wrappers);
                let made = Slot { thunk, ..*slot };
                m.for_the_same_reason(*slot, made);
                into.slots.entry(name.clone()).or_default().push(made);
            }
            Ok(())
        }
    }
}

/// A definition inside what stood around its set.
fn wrapped(m: &mut Machine, thunk: ThunkId, wrappers: &[Wrapper]) -> ThunkId {
    wrappers.iter().rev().fold(thunk, |content, wrapper| match wrapper {
        Wrapper::If(condition) => tagged(m, "if", ("condition", *condition), content),
        Wrapper::Override(priority) => tagged(m, "override", ("priority", *priority), content),
    })
}

fn tagged(m: &mut Machine, tag: &str, (name, thunk): (&str, ThunkId), content: ThunkId) -> ThunkId {
    let tag = m.done(Value::str(tag));
    let slot = |thunk| Slot { thunk, origin: None, conditional: false };
    let map = [("_type", tag), (name, thunk), ("content", content)];
    m.done(Value::set(map.into_iter().map(|(name, thunk)| (Arc::from(name), slot(thunk))).collect()))
}

/// Definitions that are there, and those that may be, under `mkIf`.
fn with_maybe(m: &mut Machine, list: &List) -> Vec<ThunkId> {
    let mut items = list.items.clone();
    for thunk in &list.maybe {
        let slot = Slot { thunk: *thunk, origin: None, conditional: false };
        list.open.iter().for_each(|why| m.because(slot, why));
        items.push(perhaps(m, &Slot { conditional: true, ..slot }));
    }
    items
}

/// `mkIf` of a condition that is not known.
fn perhaps(m: &mut Machine, slot: &Slot) -> ThunkId {
    let unknown = Value::Unknown(m.condition_of(*slot));
    let condition = m.done(unknown);
    tagged(m, "if", ("condition", condition), slot.thunk)
}

// ---- definitions of one option ---------------------------------------------------------------------

/// The definitions that count: `{ sure; all; maybe; }`. `all` has those under conditions that are not known too;
/// `maybe` is false where there are none, else not known, so that `if maybe then … all else … sure` unites both.
fn discharge(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let found = counting(m, thunk)?;
    let maybe = found.maybe.map_or(Value::Bool(false), Value::Unknown);
    let all = m.slot(Value::list(found.all));
    let sure = found.sure.map_or(all, |sure| m.slot(Value::list(sure)));
    let maybe = m.slot(maybe);
    Ok(Value::set([("all".into(), all), ("maybe".into(), maybe), ("sure".into(), sure)].into()))
}

struct Counting {
    all: Vec<ThunkId>,
    /// `None`: the same as `all`.
    sure: Option<Vec<ThunkId>>,
    maybe: Option<Rc<Why>>,
}

fn counting(m: &mut Machine, thunk: ThunkId) -> Result<Counting, Value> {
    let list = m.want_list(thunk)?;
    let mut found = Vec::new();
    let mut strangers = Vec::new();
    for item in with_maybe(m, &list) {
        let plain = Definition { thunk: item, priority: PRIORITY, order: ORDER, maybe: None };
        unwrap(m, plain, &mut found, &mut strangers, 0)?;
    }
    let maybe = found.iter().find_map(|d| d.maybe.clone());
    let sure = maybe.is_some().then(|| strongest(found.iter().filter(|d| d.maybe.is_none())));
    let sure = sure.map(|chosen| with_strangers(chosen, &strangers));
    let all = with_strangers(strongest(found.iter()), &strangers);
    Ok(Counting { all, sure, maybe })
}

/// A module that is not known may define what definitions of plain priority leave open.
fn with_strangers((mut items, priority): (Vec<ThunkId>, i64), strangers: &[ThunkId]) -> Vec<ThunkId> {
    if priority >= PRIORITY {
        items.extend(strangers);
    }
    items
}

/// Those of the strongest priority, in their order, and that priority.
fn strongest<'d>(definitions: impl Iterator<Item = &'d Definition> + Clone) -> (Vec<ThunkId>, i64) {
    let priority = definitions.clone().map(|d| d.priority).min().unwrap_or(i64::MAX);
    let mut chosen: Vec<&Definition> = definitions.filter(|d| d.priority == priority).collect();
    chosen.sort_by_key(|d| d.order);
    (chosen.into_iter().map(|d| d.thunk).collect(), priority)
}

fn unwrap(
    m: &mut Machine,
    definition: Definition,
    found: &mut Vec<Definition>,
    strangers: &mut Vec<ThunkId>,
    depth: u32,
) -> Result<(), Value> {
    if depth >= MAX_WRAPPERS {
        return Err(m.unknown("definitions nested deeper than the bound allows"));
    }
    let Value::Set(attrs) = m.force(definition.thunk) else {
        found.push(definition);
        return Ok(());
    };
    let tag = tag(m, &attrs);
    let content = member(&attrs, "content");
    let inner = match (tag.as_deref(), content) {
        (Some("if"), Some(thunk)) => {
            let condition = member(&attrs, "condition").map(|condition| m.force(condition));
            match condition {
                Some(Value::Bool(true)) => Definition { thunk, ..definition },
                Some(Value::Unknown(why)) => Definition { thunk, maybe: Some(why), ..definition },
                Some(Value::Bool(false)) => return Ok(()),
                _ => return Err(m.failure("`mkIf` wants a boolean")),
            }
        }
        (Some("override" | "order"), Some(thunk)) => {
            let priority = match member(&attrs, "priority").map(|priority| m.force(priority)) {
                Some(Value::Int(priority)) => priority,
                _ => PRIORITY,
            };
            match tag.as_deref() {
                Some("override") => Definition { thunk, priority, ..definition },
                _ => Definition { thunk, order: priority, ..definition },
            }
        }
        (Some("merge"), _) => {
            let Some(contents) = member(&attrs, "contents") else { return Ok(()) };
            let list = m.want_list(contents)?;
            for thunk in with_maybe(m, &list) {
                let part = Definition { thunk, maybe: definition.maybe.clone(), ..definition };
                m.deeper(|m| unwrap(m, part, found, strangers, depth + 1))?;
            }
            if let Some(why) = &list.open {
                let thunk = m.done(Value::Unknown(why.clone()));
                found.push(Definition { thunk, maybe: Some(why.clone()), ..definition });
            }
            return Ok(());
        }
        (Some("stranger"), Some(thunk)) => {
            strangers.push(thunk);
            return Ok(());
        }
        _ => {
            found.push(definition);
            return Ok(());
        }
    };
    m.deeper(|m| unwrap(m, inner, found, strangers, depth + 1))
}

/// A list's elements, each of which may be under `mkIf` and the like.
fn items(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    let (mut found, mut strangers) = (Vec::new(), Vec::new());
    for item in with_maybe(m, &list) {
        let plain = Definition { thunk: item, priority: PRIORITY, order: ORDER, maybe: None };
        unwrap(m, plain, &mut found, &mut strangers, 0)?;
    }
    let open = list.open.clone().or_else(|| found.iter().find_map(|d| d.maybe.clone()));
    let (maybe, items): (Vec<_>, Vec<_>) = found.into_iter().partition(|d| d.maybe.is_some());
    let thunks = |all: Vec<Definition>| all.into_iter().map(|d| d.thunk).collect();
    Ok(Value::List(Rc::new(List { items: thunks(items), open, maybe: thunks(maybe) })))
}

/// The value of an option that takes one definition, or several that are equal.
fn one(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let found = counting(m, thunk)?;
    let all = single(m, &found.all);
    match (found.sure, found.maybe) {
        (Some(sure), Some(why)) => {
            let sure = single(m, &sure);
            Ok(m.either(all, sure, &why))
        }
        _ => Ok(all),
    }
}

fn single(m: &mut Machine, items: &[ThunkId]) -> Value {
    let Some((first, rest)) = items.split_first() else {
        return m.failure("an option is used that nothing defines");
    };
    let value = m.force(*first);
    for other in rest {
        let other = m.force(*other);
        match m.equal(&value, &other) {
            Some(true) => {}
            Some(false) => return m.failure("an option has several values"),
            None => return m.unknown_of(&[&value, &other], "an option has several values"),
        }
    }
    value
}

/// The one definition behind `__one`, where there is just one: for anchors.
pub(super) fn only(m: &mut Machine, thunk: ThunkId) -> Option<ThunkId> {
    let found = counting(m, thunk).ok()?;
    match (found.all.as_slice(), found.maybe) {
        ([only], None) => Some(*only),
        _ => None,
    }
}

// ---- options and what defines them -----------------------------------------------------------------

/// `__configure value other options definitions`: a set with `value option [ definition … ]` for every option and
/// `other name [ definition … ]` for what is defined without one. Attributes are written where they are defined.
fn configure(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let (value, other) = (m.force(a[0]), m.force(a[1]));
    let (options, defined) = (m.want_set(a[2])?, m.want_set(a[3])?);
    m.spend((options.map.len() + defined.map.len()) * 4)?;
    let none = m.done(Value::list(Vec::new()));
    let mut map: BTreeMap<Name, Slot> = BTreeMap::new();
    for (name, option) in &options.map {
        let slot = match defined.map.get(name) {
            Some(slot) => {
                let definitions = if slot.conditional { all_perhaps(m, slot)? } else { slot.thunk };
                let thunk = m.call2_later(value.clone(), option.thunk, definitions);
                Slot { thunk, origin: slot.origin.or(option.origin), conditional: option.conditional }
            }
            None => Slot { thunk: m.call2_later(value.clone(), option.thunk, none), ..*option },
        };
        map.insert(name.clone(), slot);
    }
    for (name, slot) in defined.map.iter().filter(|(name, _)| !options.map.contains_key(name)) {
        let key = m.done(Value::str(name));
        let made = Slot { thunk: m.call2_later(other.clone(), key, slot.thunk), ..*slot };
        m.for_the_same_reason(*slot, made);
        map.insert(name.clone(), made);
    }
    let open = options.open.clone().or_else(|| defined.open.clone());
    let map = Names::sorted(map.into_iter().collect());
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

fn all_perhaps(m: &mut Machine, slot: &Slot) -> Result<ThunkId, Value> {
    let list = m.want_list(slot.thunk)?;
    let items = list.all().map(|thunk| perhaps(m, &Slot { thunk, ..*slot })).collect();
    Ok(m.done(Value::list(items)))
}

// ---- what is not known -----------------------------------------------------------------------------

/// The unknown that a value is, or that a set or list is open for; else null.
fn openness(m: &mut Machine, thunk: ThunkId) -> Value {
    let open = match m.force(thunk) {
        unknown @ Value::Unknown(_) => return unknown,
        Value::Set(attrs) => attrs.open.clone(),
        Value::List(list) => list.open.clone(),
        _ => None,
    };
    open.map_or(Value::Null, Value::Unknown)
}

/// A set or list without what may further be in it; of the unknown, nothing.
fn closed(m: &mut Machine, thunk: ThunkId) -> Value {
    match m.force(thunk) {
        Value::Set(attrs) if attrs.open.is_some() => Value::set(attrs.map.clone()),
        Value::List(list) if list.open.is_some() => Value::list(list.all().collect()),
        other => other,
    }
}

/// A set, open for what the first argument is unknown for; other values as they are.
fn widen(m: &mut Machine, a: &[ThunkId]) -> Value {
    match (m.force(a[0]), m.force(a[1])) {
        (Value::Unknown(why), value @ (Value::Set(_) | Value::List(_))) => super::lists::opened(value, Some(&why)),
        (_, value) => value,
    }
}

/// Whether a value is a set of names: not a derivation, a function or something with a `_type`.
fn is_plain(m: &mut Machine, thunk: ThunkId) -> Value {
    let plain = match m.force(thunk) {
        Value::Set(attrs) => !["_type", "type", "outPath", "__functor"].iter().any(|name| attrs.map.contains_key(name)),
        _ => false,
    };
    Value::Bool(plain)
}

// ---- modules ---------------------------------------------------------------------------------------

/// `__closure operator start`: breadth first, each `key` once. Parts that are not known leave the list open.
fn closure(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let operator = m.force(a[0]);
    let start = m.want_list(a[1])?;
    let mut open = start.open.clone();
    let mut queue: Vec<ThunkId> = start.all().collect();
    let mut seen: BTreeSet<Rc<str>> = BTreeSet::new();
    let mut items = Vec::new();
    let mut next = 0;
    while let Some(item) = queue.get(next).copied() {
        next += 1;
        m.burn()?;
        let value = m.force(item);
        match m.select(&value, "key") {
            Value::Str(key) if !seen.insert(key.clone()) => continue,
            Value::Unknown(why) => {
                open = open.or(Some(why));
                continue;
            }
            _ => {}
        }
        items.push(item);
        match m.call(&operator, item) {
            Value::List(more) => {
                open = open.or_else(|| more.open.clone());
                queue.extend(more.all());
            }
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`imports` wants a list")),
        }
    }
    Ok(Value::List(Rc::new(List { items, open, maybe: Vec::new() })))
}
