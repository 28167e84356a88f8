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
        return attrs.open.clone().map_or(Value::Bool(false), Value::Unknown);
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
    let items: Vec<ThunkId> =
        list.items.iter().copied().filter(|item| !matches!(m.force(*item), Value::Unknown(_))).collect();
    // For want of steps some may be missing that are known.
    let open = (m.once_exhausted() && items.len() < list.items.len()).then(|| m.why(OUT_OF_STEPS));
    Ok(Value::List(Rc::new(List { items, open })))
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
    for item in &list.items {
        match m.force(*item) {
            Value::Set(attrs) => {
                m.spend(attrs.map.len())?;
                for (name, slot) in &attrs.map {
                    let slot = merged.get(name).map_or(*slot, |old| m.over(old, slot));
                    merged.insert(name.clone(), slot);
                }
                if let Some(why) = &attrs.open {
                    open.get_or_insert_with(|| why.clone());
                }
            }
            Value::Unknown(why) if !why.fails => {
                open.get_or_insert(why);
            }
            other => return Err(m.or_failure(other, "`mergeAttrsList` wants sets")),
        }
    }
    let map = Names::sorted(merged.into_iter().collect());
    Ok(Value::Set(Rc::new(Attrs { map, open })))
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
    let conditional = attrs.map.values().any(|slot| slot.conditional);
    attrs.open.clone().or_else(|| conditional.then(|| m.why("a condition that is not known")))
}

fn attr_names(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let attrs = m.want_set(thunk)?;
    m.spend(attrs.map.len() * 8)?;
    let items = attrs.map.keys().map(|name| m.done(Value::str(name))).collect();
    Ok(Value::List(Rc::new(List { items, open: names_open(m, &attrs) })))
}

fn attr_values(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let attrs = m.want_set(thunk)?;
    m.spend(attrs.map.len())?;
    let items = attrs.map.values().map(|slot| slot.thunk).collect();
    Ok(Value::List(Rc::new(List { items, open: names_open(m, &attrs) })))
}

fn map_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let attrs = m.want_set(a[1])?;
    m.spend(attrs.map.len() * 8)?;
    let f = m.force(a[0]);
    let mut map = Names::new();
    for (name, slot) in &attrs.map {
        let key = m.done(Value::str(name));
        let thunk = m.call2_later(f.clone(), key, slot.thunk);
        map.insert(name.clone(), Slot { thunk, ..*slot });
    }
    Ok(Value::Set(Rc::new(Attrs { map, open: attrs.open.clone() })))
}

fn list_to_attrs(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    m.spend(list.items.len())?;
    let (mut entries, mut open) = (Vec::with_capacity(list.items.len()), list.open.clone());
    for item in &list.items {
        let pair = match m.force(*item) {
            Value::Set(pair) => pair,
            Value::Unknown(why) => {
                open.get_or_insert(why);
                continue;
            }
            _ => return Err(m.failure("`listToAttrs` wants sets")),
        };
        let pair = Value::Set(pair);
        match m.select(&pair, "name") {
            Value::Str(name) => {
                let Value::Set(pair) = &pair else { continue };
                let name: Arc<str> = Arc::from(&*name);
                let slot = match (pair.map.get("value"), &pair.open) {
                    (Some(slot), _) => Slot { conditional: false, ..*slot },
                    (None, Some(why)) => m.slot(Value::Unknown(why.clone())),
                    (None, None) => return Err(m.failure("`listToAttrs` wants `value`")),
                };
                entries.push((name, slot));
            }
            Value::Unknown(why) => {
                open.get_or_insert(why);
            }
            _ => return Err(m.failure("`listToAttrs` wants a `name`")),
        }
    }
    // The first of equal names wins.
    let map = entries.into_iter().rev().collect();
    Ok(Value::Set(Rc::new(Attrs { map, open })))
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
            // Any of them may be gone.
            _ => any = true,
        }
    }
    gone.sort();
    out.map.retain(|name| gone.binary_search_by(|g| (**g).cmp(&**name)).is_err());
    if any || names.open.is_some() {
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
                map.insert(name.clone(), Slot { conditional: slot.conditional || of.conditional, ..*slot });
            }
            (None, Some(_)) => map.insert(name.clone(), Slot { conditional: true, ..*slot }),
            (None, None) => {}
        }
    }
    let open = match (&left.open, &right.open) {
        (_, Some(why)) if !left.map.is_empty() || left.open.is_some() => Some(why.clone()),
        _ => None,
    };
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

fn has_attr(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let name = m.want_str(a[0])?;
    let attrs = m.want_set(a[1])?;
    Ok(match (attrs.map.get(name.as_str()), &attrs.open) {
        (Some(slot), _) if slot.conditional => m.unknown("a condition that is not known"),
        (Some(_), _) => Value::Bool(true),
        (None, Some(why)) => Value::Unknown(why.clone()),
        (None, None) => Value::Bool(false),
    })
}

fn get_attr(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let name = m.want_str(a[0])?;
    let set = m.force(a[1]);
    Ok(m.select(&set, &name))
}

fn cat_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let name = m.want_str(a[0])?;
    let list = m.want_list(a[1])?;
    let mut out = List { items: Vec::new(), open: list.open.clone() };
    for item in &list.items {
        match m.force(*item) {
            Value::Set(attrs) => match (attrs.map.get(name.as_str()), &attrs.open) {
                (Some(slot), _) => out.items.push(slot.thunk),
                (None, Some(why)) => {
                    out.open.get_or_insert_with(|| why.clone());
                }
                (None, None) => {}
            },
            Value::Unknown(why) => {
                out.open.get_or_insert(why);
            }
            _ => return Err(m.failure("`catAttrs` wants sets")),
        }
    }
    Ok(Value::List(Rc::new(out)))
}

/// `zipAttrsWith f sets`; an unknown set leaves the result open.
fn zip_attrs(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let mut open = list.open.clone();
    let mut slots: BTreeMap<Arc<str>, Vec<Slot>> = BTreeMap::new();
    for item in &list.items {
        match m.force(*item) {
            Value::Set(attrs) => {
                m.spend(attrs.map.len())?;
                open = open.or_else(|| attrs.open.clone());
                for (name, slot) in &attrs.map {
                    slots.entry(name.clone()).or_default().push(*slot);
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
        let values = m.done(Value::list(slots.iter().map(|s| s.thunk).collect()));
        let thunk = m.call2_later(f.clone(), key, values);
        let origin = slots.iter().rev().find_map(|s| s.origin);
        let conditional = slots.iter().all(|s| s.conditional);
        map.insert(name, Slot { thunk, origin, conditional });
    }
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

fn group_by(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let mut groups: BTreeMap<Arc<str>, Vec<ThunkId>> = BTreeMap::new();
    let mut open = list.open.clone();
    for item in &list.items {
        match m.call(&f, *item) {
            Value::Str(key) => groups.entry(Arc::from(&*key)).or_default().push(*item),
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`groupBy` wants a string")),
        }
    }
    let map = groups.into_iter().map(|(name, items)| (name, m.slot(Value::list(items)))).collect();
    Ok(Value::Set(Rc::new(Attrs { map, open })))
}

fn generic_closure(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let set = m.force(thunk);
    let operator = m.select(&set, "operator");
    let start = m.select(&set, "startSet");
    let start = m.done(start);
    let mut queue = m.want_list(start)?.items.clone();
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
        queue.extend(m.want_list(more)?.items.iter().copied());
        if m.exhausted() {
            return Err(m.unknown("the evaluation takes more steps than the bound allows"));
        }
    }
    Ok(Value::list(out))
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
