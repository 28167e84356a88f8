//! Built-in functions on attribute sets, functions and types.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::lists::opened;
use super::machine::{Machine, OUT_OF_STEPS};
use super::models;
use super::names::Names;
use super::primitives::{Primitive, primitive, settle};
use super::value::{Attrs, List, ModuleId, Slot, ThunkId, Value, Why, lambda};

pub(super) const PRIMITIVES: &[Primitive] = &[
    primitive("attrNames", 1, |m, a| settle(attr_names(m, a[0]))),
    primitive("attrValues", 1, |m, a| settle(attr_values(m, a[0]))),
    primitive("mapAttrs", 2, |m, a| settle(map_attrs(m, a))),
    primitive("listToAttrs", 1, |m, a| settle(list_to_attrs(m, a[0]))),
    primitive("__each", 2, |m, a| settle(each(m, a))),
    primitive("removeAttrs", 2, |m, a| settle(remove_attrs(m, a))),
    primitive("intersectAttrs", 2, |m, a| settle(intersect(m, a))),
    primitive("hasAttr", 2, |m, a| settle(has_attr(m, a))),
    primitive("getAttr", 2, |m, a| settle(get_attr(m, a))),
    primitive("catAttrs", 2, |m, a| settle(cat_attrs(m, a))),
    primitive("zipAttrsWith", 2, |m, a| settle(zip_attrs(m, a))),
    primitive("groupBy", 2, |m, a| settle(group_by(m, a))),
    primitive("genericClosure", 1, |m, a| settle(generic_closure(m, a[0]))),
    primitive("functionArgs", 1, |m, a| function_args(m, a[0])),
    primitive("typeOf", 1, |m, a| {
        let v = m.force(a[0]);
        v.type_name().map_or_else(|| v.clone(), Value::str)
    }),
    primitive("isAttrs", 1, |m, a| is(m, a[0], "set")),
    primitive("isList", 1, |m, a| is(m, a[0], "list")),
    primitive("isString", 1, |m, a| is(m, a[0], "string")),
    primitive("isFunction", 1, |m, a| is(m, a[0], "lambda")),
    primitive("isInt", 1, |m, a| is(m, a[0], "int")),
    primitive("isBool", 1, |m, a| is(m, a[0], "bool")),
    primitive("isFloat", 1, |m, a| is(m, a[0], "float")),
    primitive("isPath", 1, |m, a| is(m, a[0], "path")),
    primitive("isNull", 1, |m, a| is(m, a[0], "null")),
    primitive("__isUnknown", 1, |m, a| {
        match m.force(a[0]) {
            // Not known for want of steps: nothing may be concluded from it.
            v @ Value::Unknown(_) if m.once_exhausted() => v,
            v => Value::Bool(matches!(v, Value::Unknown(_))),
        }
    }),
    primitive("__unknown", 1, |m, a| {
        let reason = m.want_str(a[0]).unwrap_or_default();
        m.unknown(reason)
    }),
    primitive("__open", 2, |m, a| settle(open(m, a))),
    primitive("__changedBy", 2, changed_by),
    primitive("__has", 2, |m, a| settle(has_of_model(m, a))),
    primitive("__openBy", 2, open_by),
    primitive("__known", 1, |m, a| settle(known(m, a[0]))),
    primitive("__filterAttrs", 2, |m, a| settle(filter_attrs(m, a))),
    primitive("__isDerivation", 1, |m, a| is_derivation(m, a[0])),
    primitive("__mergeAttrs", 1, |m, a| settle(merge_attrs(m, a[0]))),
    primitive("__framework", 2, framework),
];

fn is(m: &mut Machine, thunk: ThunkId, name: &str) -> Value {
    let value = m.force(thunk);
    value.type_name().map_or_else(|| value.clone(), |n| Value::Bool(n == name))
}

/// For models: whether a value is a set whose `type` is `"derivation"`.
fn is_derivation(m: &mut Machine, thunk: ThunkId) -> Value {
    let attrs = match m.force(thunk) {
        Value::Set(attrs) => attrs,
        Value::Unknown(why) => return Value::Unknown(why),
        _ => return Value::Bool(false),
    };
    let Some(slot) = attrs.map.get("type") else {
        return m.perhaps_has(&attrs, "type").cloned().map_or(Value::Bool(false), Value::Unknown);
    };
    match m.force(slot.thunk) {
        Value::Unknown(why) => Value::Unknown(why),
        Value::Str(kind) if *kind == *"derivation" && slot.conditional => m.unknown("whether an attribute is there"),
        kind => Value::Bool(matches!(kind, Value::Str(kind) if *kind == *"derivation")),
    }
}

/// For models: a set that may have further attributes, for a reason that is given.
fn open(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let reason = m.want_str(a[0])?;
    let why = Rc::new(Why { reason, at: m.here, library: true, fails: false, caught: false });
    let value = m.force(a[1]);
    Ok(opened(value, Some(&why)))
}

/// For models: a list without what is unknown of it.
fn known(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    let items: Vec<ThunkId> = list.all().filter(|item| !matches!(m.force(*item), Value::Unknown(_))).collect();
    // For want of steps some may be missing that are known.
    let open = (m.once_exhausted() && items.len() < list.items.len()).then(|| m.why(OUT_OF_STEPS));
    Ok(Value::List(Rc::new(List { items, open, maybe: Vec::new() })))
}

/// For models: a set in which all names of a list have one value.
fn each(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[0])?;
    m.spend(list.items.len())?;
    let slot = Slot { thunk: a[1], origin: None, conditional: false };
    let mut entries = Vec::with_capacity(list.items.len());
    for item in &list.items {
        entries.push((Arc::from(m.want_str(*item)?.as_str()), slot));
    }
    for item in &list.maybe {
        let name = Arc::from(m.want_str(*item)?.as_str());
        if !entries.iter().any(|(known, _)| *known == name) {
            entries.push((name, Slot { conditional: true, ..slot }));
        }
    }
    Ok(Value::Set(Rc::new(Attrs { map: entries.into_iter().collect(), open: list.open.clone() })))
}

/// `filterAttrs`: a name for which the answer is not known is there under a condition.
fn filter_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let attrs = m.want_set(a[1])?;
    m.spend(attrs.map.len() * 4)?;
    let f = m.force(a[0]);
    let mut map = Names::new();
    for (name, slot) in &attrs.map {
        let key = m.done(Value::str(name));
        match m.call2(&f, key, slot.thunk) {
            Value::Bool(true) => {
                map.insert(name.clone(), *slot);
            }
            Value::Bool(false) => {}
            Value::Unknown(why) if why.fails && !slot.conditional => return Err(Value::Unknown(why)),
            Value::Unknown(why) => {
                m.because(*slot, &why);
                map.insert(name.clone(), Slot { conditional: true, ..*slot });
            }
            _ => return Err(m.failure("`filterAttrs` wants a boolean")),
        }
    }
    Ok(Value::Set(Rc::new(Attrs { map, open: attrs.open.clone() })))
}

/// `mergeAttrsList`: sets one over the other, without a copy for each.
fn merge_attrs(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    let mut merged: BTreeMap<Arc<str>, Slot> = BTreeMap::new();
    let mut open = list.open.clone();
    for (at, item) in list.all().enumerate() {
        let sure = at < list.items.len();
        match m.force(item) {
            Value::Set(attrs) => {
                m.spend(attrs.map.len())?;
                if let Some(why) = &attrs.open {
                    merged = replaced(m, merged, why);
                    open.get_or_insert_with(|| why.clone());
                }
                for (name, slot) in &attrs.map {
                    let slot = Slot { conditional: slot.conditional || !sure, ..*slot };
                    let slot = merged.get(name).map_or(slot, |old| m.over(old, &slot));
                    merged.insert(name.clone(), slot);
                }
            }
            Value::Unknown(why) if !why.fails => {
                merged = replaced(m, merged, &why);
                open.get_or_insert(why);
            }
            other if sure => return Err(m.or_failure(other, "`mergeAttrsList` wants sets")),
            _ => {}
        }
    }
    if let Some(why) = &list.open {
        merged = replaced(m, merged, why);
    }
    let map = Names::sorted(merged.into_iter().collect());
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

/// Attributes that something unknown may replace.
fn replaced(m: &mut Machine, slots: BTreeMap<Arc<str>, Slot>, why: &Rc<Why>) -> BTreeMap<Arc<str>, Slot> {
    let names = Names::sorted(slots.into_iter().collect());
    m.perhaps_replaced(&names, why).iter().map(|(name, slot)| (name.clone(), *slot)).collect()
}

/// For models: the second value, which further elements of the first may change.
fn changed_by(m: &mut Machine, a: &[ThunkId]) -> Value {
    let by = m.force(a[0]);
    let value = m.force(a[1]);
    match by {
        Value::List(list) => m.perhaps_changed(value, list.open.as_ref()),
        Value::Unknown(why) => m.perhaps_changed(value, Some(&why)),
        _ => value,
    }
}

/// For models: the second value, open if the first is unknown.
fn open_by(m: &mut Machine, a: &[ThunkId]) -> Value {
    let by = m.force(a[0]);
    let value = m.force(a[1]);
    match by {
        Value::Unknown(why) => opened(value, Some(&why)),
        Value::Set(attrs) => opened(value, attrs.open.as_ref()),
        Value::List(list) => opened(value, list.open.as_ref()),
        _ => value,
    }
}

/// For models: notes that a framework builds the outputs.
fn framework(m: &mut Machine, a: &[ThunkId]) -> Value {
    if let Ok(name) = m.want_str(a[0])
        && !m.frameworks.contains(&name)
    {
        m.frameworks.push(name);
    }
    m.force(a[1])
}

/// Why a set's names are not all known: it is open, or one of them is conditional.
fn names_open(m: &Machine, attrs: &Attrs) -> Option<Rc<Why>> {
    let conditional = || attrs.map.values().find(|slot| slot.conditional);
    attrs.open.clone().or_else(|| conditional().map(|slot| m.condition_of(*slot)))
}

fn attr_names(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let attrs = m.want_set(thunk)?;
    m.spend(attrs.map.len() * 8)?;
    let mut names = List { open: names_open(m, &attrs), ..List::default() };
    for (name, slot) in &attrs.map {
        let into = if slot.conditional { &mut names.maybe } else { &mut names.items };
        into.push(m.done(Value::str(name)));
    }
    Ok(Value::List(Rc::new(names)))
}

fn attr_values(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let attrs = m.want_set(thunk)?;
    m.spend(attrs.map.len())?;
    let mut values = List { open: names_open(m, &attrs), ..List::default() };
    for slot in attrs.map.values() {
        let into = if slot.conditional { &mut values.maybe } else { &mut values.items };
        into.push(slot.thunk);
    }
    Ok(Value::List(Rc::new(values)))
}

fn map_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let attrs = m.want_set(a[1])?;
    m.spend(attrs.map.len() * 8)?;
    let f = m.force(a[0]);
    let mut map = Names::new();
    for (name, slot) in &attrs.map {
        let key = m.done(Value::str(name));
        let made = Slot { thunk: m.call2_later(f.clone(), key, slot.thunk), ..*slot };
        m.for_the_same_reason(*slot, made);
        map.insert(name.clone(), made);
    }
    Ok(Value::Set(Rc::new(Attrs { map, open: attrs.open.clone() })))
}

fn list_to_attrs(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    m.spend(list.items.len())?;
    let (mut entries, mut open) = (Vec::with_capacity(list.items.len()), list.open.clone());
    for item in &list.items {
        if let Some(entry) = pair(m, *item, &mut open)? {
            entries.push(entry);
        }
    }
    // The first of equal names wins.
    let mut map: Names<Slot> = entries.into_iter().rev().collect();
    if let Some(why) = open.clone() {
        map = m.perhaps_replaced(&map, &why);
        for item in &list.maybe {
            let Ok(Some((name, slot))) = pair(m, *item, &mut open) else { continue };
            let slot = match map.get(&name) {
                Some(sure) => Slot { thunk: m.either_later(sure.thunk, slot.thunk, &why), ..*sure },
                None => Slot { conditional: true, ..slot },
            };
            m.because(Slot { conditional: false, ..slot }, &why);
            map.insert(name, slot);
        }
    }
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

/// One `{ name; value; }`; `None` where it is not known what it names.
fn pair(m: &mut Machine, item: ThunkId, open: &mut Option<Rc<Why>>) -> Result<Option<(Arc<str>, Slot)>, Value> {
    let pair = match m.force(item) {
        Value::Set(pair) => pair,
        Value::Unknown(why) => {
            open.get_or_insert(why);
            return Ok(None);
        }
        _ => return Err(m.failure("`listToAttrs` wants sets")),
    };
    match m.select(&Value::Set(pair.clone()), "name") {
        Value::Str(name) => {
            let slot = match (pair.map.get("value"), &pair.open) {
                (Some(slot), _) => Slot { conditional: false, ..*slot },
                (None, Some(why)) => m.slot(Value::Unknown(why.clone())),
                (None, None) => return Err(m.failure("`listToAttrs` wants `value`")),
            };
            Ok(Some((Arc::from(&*name), slot)))
        }
        Value::Unknown(why) => {
            open.get_or_insert(why);
            Ok(None)
        }
        _ => Err(m.failure("`listToAttrs` wants a `name`")),
    }
}

fn remove_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let attrs = m.want_set(a[0])?;
    let names = m.want_list(a[1])?;
    m.spend(attrs.map.len() + names.items.len())?;
    let mut out = (*attrs).clone();
    let (mut any, mut gone) = (false, Vec::new());
    for name in &names.items {
        match m.force(*name) {
            Value::Str(name) => gone.push(name),
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            // Any of them may be gone.
            _ => any = true,
        }
    }
    gone.sort();
    out.map.retain(|name| gone.binary_search_by(|g| (**g).cmp(&**name)).is_err());
    let why = names.open.clone().or_else(|| any.then(|| m.why("which names are removed")));
    if let Some(why) = why {
        out.map.values().for_each(|slot| m.because(*slot, &why));
        out.map.values_mut().for_each(|slot| slot.conditional = true);
    }
    Ok(Value::Set(Rc::new(out)))
}

fn intersect(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let (left, right) = (m.want_set(a[0])?, m.want_set(a[1])?);
    m.spend(right.map.len())?;
    let mut map = Names::new();
    for (name, slot) in &right.map {
        match (left.map.get(name), &left.open) {
            (Some(of), _) => {
                if of.conditional {
                    let why = m.condition_of(*of);
                    m.because(*slot, &why);
                }
                map.insert(name.clone(), Slot { conditional: slot.conditional || of.conditional, ..*slot });
            }
            (None, Some(why)) => {
                m.because(*slot, why);
                map.insert(name.clone(), Slot { conditional: true, ..*slot });
            }
            (None, None) => {}
        }
    }
    // More names are there only if the left set has names that the right one is not known to have.
    let more = left.open.is_some() || left.map.keys().any(|name| !right.map.contains_key(name));
    let open = right.open.clone().filter(|_| more);
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

fn has_attr(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let name = m.want_str(a[0])?;
    let attrs = m.want_set(a[1])?;
    Ok(match (attrs.map.get(name.as_str()), m.perhaps_has(&attrs, &name)) {
        (Some(slot), _) if slot.conditional => Value::Unknown(m.condition_of(*slot)),
        (Some(_), _) => Value::Bool(true),
        (None, Some(why)) => Value::Unknown(why.clone()),
        (None, None) => Value::Bool(false),
    })
}

/// For models: `hasAttr`, where a library that is modelled is taken to have no more names than its model.
fn has_of_model(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    match m.want_set(a[1])?.open.as_ref() {
        Some(why) if why.library => {
            let name = m.want_str(a[0])?;
            Ok(Value::Bool(m.want_set(a[1])?.map.contains_key(name.as_str())))
        }
        _ => has_attr(m, a),
    }
}

fn get_attr(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let name = m.want_str(a[0])?;
    let set = m.force(a[1]);
    Ok(m.select(&set, &name))
}

fn cat_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let name = m.want_str(a[0])?;
    let list = m.want_list(a[1])?;
    let mut out = List { open: list.open.clone(), ..List::default() };
    for (at, item) in list.all().enumerate() {
        match m.force(item) {
            Value::Set(attrs) => match (attrs.map.get(name.as_str()), &attrs.open) {
                (Some(slot), _) if slot.conditional || at >= list.items.len() => {
                    let why = m.condition_of(*slot);
                    out.open.get_or_insert(why);
                    out.maybe.push(slot.thunk);
                }
                (Some(slot), _) => out.items.push(slot.thunk),
                (None, Some(why)) => {
                    out.open.get_or_insert_with(|| why.clone());
                }
                (None, None) => {}
            },
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => {
                out.open.get_or_insert(why);
            }
            _ => return Err(m.failure("`catAttrs` wants sets")),
        }
    }
    Ok(Value::List(Rc::new(out)))
}

/// `zipAttrsWith f sets`; an unknown set leaves the result open, and each of its lists.
fn zip_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let mut open = list.open.clone();
    let mut slots: BTreeMap<Arc<str>, Vec<Slot>> = BTreeMap::new();
    let mut library = false;
    for (at, item) in list.all().enumerate() {
        match m.force(item) {
            Value::Set(attrs) => {
                m.spend(attrs.map.len())?;
                open = open.or_else(|| attrs.open.clone());
                library |= m.is_library(&attrs.map);
                for (name, slot) in &attrs.map {
                    let conditional = slot.conditional || at >= list.items.len();
                    slots.entry(name.clone()).or_default().push(Slot { conditional, ..*slot });
                }
            }
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`zipAttrsWith` wants sets")),
        }
    }
    let mut map = Names::new();
    for (name, slots) in slots {
        let key = m.done(Value::str(&name));
        let values = zipped(m, &slots, open.as_ref(), library);
        let values = m.done(Value::List(Rc::new(values)));
        let thunk = m.call2_later(f.clone(), key, values);
        let origin = slots.iter().rev().find_map(|s| s.origin);
        let made = Slot { thunk, origin, conditional: slots.iter().all(|slot| slot.conditional) };
        slots.iter().take(1).for_each(|slot| m.for_the_same_reason(*slot, made));
        map.insert(name, made);
    }
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

/// The values of one name. A set that is not known may have it too, unless it is a library's that is modelled.
fn zipped(m: &mut Machine, slots: &[Slot], open: Option<&Rc<Why>>, library: bool) -> List {
    let assumed = open.is_none_or(|why| why.library) || slots.iter().all(|slot| m.is_assumed(slot.thunk, library));
    let perhaps = slots.iter().find(|slot| slot.conditional && slots.len() > 1);
    let open = perhaps.map(|slot| m.condition_of(*slot)).or_else(|| open.filter(|_| !assumed).cloned());
    let (mut items, mut maybe) = (Vec::new(), Vec::new());
    for slot in slots {
        let into = if slot.conditional && slots.len() > 1 { &mut maybe } else { &mut items };
        into.push(slot.thunk);
    }
    List { items, open, maybe }
}

fn group_by(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let mut groups: BTreeMap<Arc<str>, List> = BTreeMap::new();
    let mut open = list.open.clone();
    for (at, item) in list.all().enumerate() {
        match m.call(&f, item) {
            Value::Str(key) => {
                let group = groups.entry(Arc::from(&*key)).or_default();
                if at < list.items.len() { group.items.push(item) } else { group.maybe.push(item) }
            }
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`groupBy` wants a string")),
        }
    }
    let mut map = Names::new();
    for (name, mut group) in groups {
        group.open.clone_from(&open);
        let conditional = group.items.is_empty();
        map.insert(name, Slot { conditional, ..m.slot(Value::List(Rc::new(group))) });
    }
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

fn generic_closure(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let set = m.force(thunk);
    let operator = m.select(&set, "operator");
    let start = m.select(&set, "startSet");
    let start = m.done(start);
    let start = m.want_list(start)?;
    let mut queue: Vec<ThunkId> = start.all().collect();
    let mut open = start.open.clone();
    let mut seen: Vec<Value> = Vec::new();
    let mut out = Vec::new();
    let mut next = 0;
    while let Some(item) = queue.get(next).copied() {
        next += 1;
        let value = m.force(item);
        let key = match m.select(&value, "key") {
            Value::Unknown(why) => return Err(Value::Unknown(why)),
            key => key,
        };
        m.spend(seen.len())?;
        if seen.iter().any(|k| m.equal(k, &key) == Some(true)) {
            continue;
        }
        seen.push(key);
        out.push(item);
        let more = m.call(&operator, item);
        let more = m.done(more);
        let more = m.want_list(more)?;
        open = open.or_else(|| more.open.clone());
        queue.extend(more.all());
        if m.exhausted() {
            return Err(m.unknown("the evaluation takes more steps than the bound allows"));
        }
    }
    Ok(match open {
        Some(why) => Value::List(Rc::new(List { items: Vec::new(), open: Some(why), maybe: out })),
        None => Value::list(out),
    })
}

fn function_args(m: &mut Machine, thunk: ThunkId) -> Value {
    match m.force(thunk) {
        Value::Lambda(closure) => {
            let formals = lambda(m.ir(closure.code.module).kind(closure.code.expr)).and_then(|l| l.formals.as_ref());
            // The model of a package's function takes anything.
            if formals.is_none() && closure.code.module == ModuleId::Model(models::BUILDERS) {
                let open = Some(m.why("the arguments of a function of nixpkgs"));
                return Value::Set(Rc::new(Attrs { map: Names::new(), open }));
            }
            let mut map = Names::new();
            for formal in formals.iter().flat_map(|f| &f.entries) {
                let slot = m.slot(Value::Bool(formal.default.is_some()));
                map.insert(formal.name.clone(), slot);
            }
            Value::set(map)
        }
        Value::Primitive(_) => Value::set(Names::new()),
        Value::Set(attrs) => match attrs.map.get("__functionArgs") {
            Some(slot) => m.force(slot.thunk),
            None => Value::set(Names::new()),
        },
        other => m.or_failure(other, "`functionArgs` wants a function"),
    }
}
