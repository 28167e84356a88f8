//! Built-in functions on lists, numbers and control.
#![expect(clippy::many_single_char_names, reason = "operands, as in arithmetic")]

use std::rc::Rc;

use super::super::ir::Operator;
use super::machine::Machine;
use super::primitives::{Primitive, primitive, settle};
use super::value::{List, ThunkId, Value};

/// Longest list that `genList` makes.
const MAX_LIST: i64 = 100_000;

pub(super) const PRIMITIVES: &[Primitive] = &[
    primitive("map", 2, |m, a| settle(map(m, a))),
    primitive("filter", 2, |m, a| settle(filter(m, a))),
    primitive("foldl'", 3, |m, a| settle(fold(m, a))),
    primitive("__flatten", 1, |m, a| settle(flatten(m, a[0]))),
    primitive("__foldr", 3, |m, a| settle(fold_right(m, a))),
    primitive("genList", 2, |m, a| settle(gen_list(m, a))),
    primitive("concatLists", 1, |m, a| settle(concat_lists(m, a[0]))),
    primitive("concatMap", 2, |m, a| settle(concat_map(m, a))),
    primitive("elem", 2, |m, a| settle(elem(m, a))),
    primitive("elemAt", 2, |m, a| settle(elem_at(m, a))),
    primitive("head", 1, |m, a| settle(head(m, a[0]))),
    primitive("tail", 1, |m, a| settle(tail(m, a[0]))),
    primitive("length", 1, |m, a| settle(length(m, a[0]))),
    primitive("all", 2, |m, a| settle(quantify(m, a, false))),
    primitive("any", 2, |m, a| settle(quantify(m, a, true))),
    primitive("partition", 2, |m, a| settle(partition(m, a))),
    primitive("sort", 2, |m, a| settle(sort(m, a))),
    primitive("add", 2, |m, a| {
        let (x, y) = (m.force(a[0]), m.force(a[1]));
        m.arithmetic(Operator::Add, &x, &y)
    }),
    primitive("sub", 2, |m, a| {
        let (x, y) = (m.force(a[0]), m.force(a[1]));
        m.arithmetic(Operator::Subtract, &x, &y)
    }),
    primitive("mul", 2, |m, a| {
        let (x, y) = (m.force(a[0]), m.force(a[1]));
        m.arithmetic(Operator::Multiply, &x, &y)
    }),
    primitive("div", 2, |m, a| {
        let (x, y) = (m.force(a[0]), m.force(a[1]));
        m.arithmetic(Operator::Divide, &x, &y)
    }),
    primitive("lessThan", 2, |m, a| {
        let (x, y) = (m.force(a[0]), m.force(a[1]));
        m.compare(&x, &y, std::cmp::Ordering::is_lt)
    }),
    primitive("bitAnd", 2, |m, a| bits(m, a, |x, y| x & y)),
    primitive("bitOr", 2, |m, a| bits(m, a, |x, y| x | y)),
    primitive("bitXor", 2, |m, a| bits(m, a, |x, y| x ^ y)),
    primitive("seq", 2, seq),
    primitive("deepSeq", 2, deep_seq),
    primitive("trace", 2, |m, a| m.force(a[1])),
    primitive("traceVerbose", 2, |m, a| m.force(a[1])),
    primitive("warn", 2, |m, a| m.force(a[1])),
    primitive("break", 1, |m, a| m.force(a[0])),
    primitive("addErrorContext", 2, |m, a| m.force(a[1])),
    primitive("throw", 1, |m, a| {
        let reason = message(m, a[0]);
        m.thrown(reason)
    }),
    primitive("abort", 1, |m, a| {
        let reason = message(m, a[0]);
        m.failure(reason)
    }),
    primitive("tryEval", 1, |m, a| try_eval(m, a[0])),
];

/// For models: a fold from the right, lazy in the rest.
fn fold_right(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[2])?;
    m.spend(list.items.len() * 16)?;
    let f = m.force(a[0]);
    let mut rest = a[1];
    for item in list.items.iter().rev() {
        rest = m.call2_later(f.clone(), *item, rest);
    }
    Ok(m.force(rest))
}

/// The second value, unless the first fails.
fn seq(m: &mut Machine, a: &[ThunkId]) -> Value {
    match m.force(a[0]) {
        Value::Unknown(why) if why.fails => Value::Unknown(why),
        Value::Unknown(_) => {
            m.doubts += 1;
            m.force(a[1])
        }
        _ => m.force(a[1]),
    }
}

fn message(m: &mut Machine, message: ThunkId) -> String {
    let text = m.want_str(message).unwrap_or_default();
    let text: String = text.chars().take(80).collect();
    format!("it throws: {text}")
}

/// What `tryEval` gives: not known to succeed where something was left out that may throw.
fn try_eval(m: &mut Machine, thunk: ThunkId) -> Value {
    let before = m.doubts;
    m.trying += 1;
    let value = m.force(thunk);
    m.trying -= 1;
    let doubtful = m.doubts != before;
    // What throws is caught here.
    m.doubts = before;
    let failed = Value::Bool(false);
    let (success, value) = match value {
        Value::Unknown(why) if why.caught => (failed.clone(), failed),
        Value::Unknown(why) if why.fails => return Value::Unknown(why),
        Value::Unknown(why) => (Value::Unknown(why.clone()), Value::Unknown(why)),
        value if doubtful => {
            let why = m.why("whether something throws");
            (Value::Unknown(why.clone()), m.either(value, failed, &why))
        }
        value => (Value::Bool(true), value),
    };
    let (success, value) = (m.slot(success), m.slot(value));
    Value::set([("success".into(), success), ("value".into(), value)].into())
}

/// Parts of a value that `deepSeq` looks at: it would follow whole package sets.
const MAX_DEEP: usize = 500;

/// The second value, unless the first fails somewhere in its depth. That matters only where it is caught: elsewhere
/// the flake would fail.
fn deep_seq(m: &mut Machine, a: &[ThunkId]) -> Value {
    let mut queue = vec![a[0]];
    let mut seen = 0;
    while let Some(thunk) = queue.pop() {
        seen += 1;
        match m.force(thunk) {
            Value::Unknown(why) if why.fails => return Value::Unknown(why),
            Value::Set(attrs) if m.trying > 0 || m.closed => {
                m.doubts += u64::from(attrs.open.is_some());
                queue.extend(attrs.map.values().map(|slot| slot.thunk));
            }
            Value::List(list) if m.trying > 0 || m.closed => {
                m.doubts += u64::from(list.open.is_some());
                queue.extend(list.items.iter().copied());
            }
            Value::Unknown(_) | Value::Set(_) | Value::List(_) => m.doubts += 1,
            _ => {}
        }
        if seen > MAX_DEEP {
            m.doubts += 1;
            break;
        }
    }
    m.force(a[1])
}

fn bits(m: &mut Machine, a: &[ThunkId], f: fn(i64, i64) -> i64) -> Value {
    match (m.want_int(a[0]), m.want_int(a[1])) {
        (Ok(x), Ok(y)) => Value::Int(f(x, y)),
        (Err(unknown), _) | (_, Err(unknown)) => unknown,
    }
}

fn map(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    m.spend(list.all().count() * 8)?;
    let f = m.force(a[0]);
    let items = list.items.iter().map(|item| m.call_later(f.clone(), *item)).collect();
    let maybe = list.maybe.iter().map(|item| m.call_later(f.clone(), *item)).collect();
    Ok(Value::List(Rc::new(List { items, open: list.open.clone(), maybe })))
}

fn filter(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let mut open = list.open.clone();
    let mut items = Vec::new();
    for item in &list.items {
        match m.call(&f, *item) {
            Value::Bool(true) => items.push(*item),
            Value::Bool(false) => {}
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`filter` wants a boolean")),
        }
    }
    let maybe = list.maybe.iter().copied().filter(|item| matches!(m.call(&f, *item), Value::Bool(true))).collect();
    Ok(Value::List(Rc::new(List { items, open, maybe })))
}

/// What may have further attributes or elements.
pub(super) fn opened(value: Value, open: Option<&Rc<super::value::Why>>) -> Value {
    let Some(why) = open else { return value };
    match value {
        Value::Set(attrs) => {
            let mut attrs = (*attrs).clone();
            attrs.open.get_or_insert_with(|| why.clone());
            Value::Set(Rc::new(attrs))
        }
        Value::List(list) => {
            Value::List(Rc::new(List { items: list.items.clone(), open: Some(why.clone()), maybe: list.maybe.clone() }))
        }
        _ => Value::Unknown(why.clone()),
    }
}

fn fold(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[2])?;
    let f = m.force(a[0]);
    // The start is looked at by the function, if at all.
    let Some((first, rest)) = list.items.split_first() else {
        let start = m.force(a[1]);
        return Ok(fold_maybe(m, &f, start, &list));
    };
    let mut value = m.call2(&f, a[1], *first);
    for item in rest {
        let thunk = m.done(value);
        value = m.call2(&f, thunk, *item);
    }
    Ok(fold_maybe(m, &f, value, &list))
}

/// Goes on with what may be in a list.
fn fold_maybe(m: &mut Machine, f: &Value, mut value: Value, list: &List) -> Value {
    for item in &list.maybe {
        let before = value.clone();
        let thunk = m.done(value);
        value = m.call2(f, thunk, *item);
        if let Some(why) = &list.open {
            value = m.either(value, before, why);
        }
    }
    m.perhaps_changed(value, list.open.as_ref())
}

fn gen_list(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let count = m.want_int(a[1])?;
    if count < 0 {
        return Err(m.failure("`genList` of a negative length"));
    }
    if count > MAX_LIST {
        return Err(m.unknown("a list longer than the bound allows"));
    }
    m.spend(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(8))?;
    let f = m.force(a[0]);
    let items = (0..count)
        .map(|i| {
            let index = m.done(Value::Int(i));
            m.call_later(f.clone(), index)
        })
        .collect();
    Ok(Value::list(items))
}

fn concat_lists(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let lists = m.want_list(thunk)?;
    let (mut items, mut maybe) = (Vec::new(), Vec::new());
    let mut open = lists.open.clone();
    for list in &lists.items {
        match m.force(*list) {
            Value::List(list) => {
                m.spend(list.all().count())?;
                items.extend(list.items.iter().copied());
                maybe.extend(list.maybe.iter().copied());
                open = open.or_else(|| list.open.clone());
            }
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`concatLists` wants lists")),
        }
    }
    for list in &lists.maybe {
        if let Value::List(list) = m.force(*list) {
            m.spend(list.all().count())?;
            maybe.extend(list.all());
        }
    }
    Ok(Value::List(Rc::new(List { items, open, maybe })))
}

fn concat_map(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let mapped = map(m, a)?;
    let thunk = m.done(mapped);
    concat_lists(m, thunk)
}

/// For models: a list without the lists in it; what is no list is one of one element.
fn flatten(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let mut flat = List::default();
    flatten_into(m, thunk, &mut flat)?;
    Ok(Value::List(Rc::new(flat)))
}

fn flatten_into(m: &mut Machine, thunk: ThunkId, flat: &mut List) -> Result<(), Value> {
    match m.force(thunk) {
        Value::List(list) => {
            m.spend(list.items.len() * 8)?;
            flat.open = flat.open.take().or_else(|| list.open.clone());
            for item in &list.items {
                m.deeper(|m| flatten_into(m, *item, flat))?;
            }
            let mut perhaps = List::default();
            for item in &list.maybe {
                m.deeper(|m| flatten_into(m, *item, &mut perhaps))?;
            }
            flat.maybe.extend(perhaps.all());
        }
        Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
        Value::Unknown(why) => flat.open = flat.open.take().or(Some(why)),
        _ => flat.items.push(thunk),
    }
    Ok(())
}

fn elem(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    m.spend(list.all().count())?;
    let mut unknown = list.open.clone();
    // Nix looks at it only to compare it.
    let wanted = if list.items.is_empty() && list.open.is_none() { Value::Null } else { m.force(a[0]) };
    if let Value::Unknown(why) = &wanted {
        unknown = Some(why.clone());
    }
    for item in &list.items {
        let item = m.force(*item);
        match m.equal(&wanted, &item) {
            Some(true) => return Ok(Value::Bool(true)),
            Some(false) => {}
            None => {
                let why = m.reason(item, "a comparison with something that is not known");
                unknown = unknown.or(Some(why));
            }
        }
    }
    Ok(unknown.map_or(Value::Bool(false), Value::Unknown))
}

fn elem_at(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[0])?;
    let index = m.want_int(a[1])?;
    match (usize::try_from(index).ok().and_then(|i| list.items.get(i)), &list.open) {
        (_, Some(why)) => Ok(Value::Unknown(why.clone())),
        (Some(item), None) => Ok(m.force(*item)),
        (None, None) => Err(m.failure("an index past the end of a list")),
    }
}

fn head(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    match (list.items.first(), &list.open) {
        (_, Some(why)) => Ok(Value::Unknown(why.clone())),
        (Some(item), None) => Ok(m.force(*item)),
        (None, None) => Err(m.failure("`head` of an empty list")),
    }
}

fn tail(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    match (list.items.split_first(), &list.open) {
        (_, Some(why)) => Ok(Value::Unknown(why.clone())),
        (Some((_, rest)), None) => {
            m.spend(rest.len())?;
            Ok(Value::list(rest.to_vec()))
        }
        (None, None) => Err(m.failure("`tail` of an empty list")),
    }
}

fn length(m: &mut Machine, thunk: ThunkId) -> Result<Value, Value> {
    let list = m.want_list(thunk)?;
    Ok(match &list.open {
        Some(why) => Value::Unknown(why.clone()),
        None => Value::Int(i64::try_from(list.items.len()).unwrap_or(i64::MAX)),
    })
}

/// `any` stops at the first true, `all` at the first false.
fn quantify(m: &mut Machine, a: &[ThunkId], stop: bool) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let mut unknown = list.open.clone();
    for item in &list.items {
        match m.call(&f, *item) {
            Value::Bool(b) if b == stop => return Ok(Value::Bool(stop)),
            Value::Bool(_) => {}
            Value::Unknown(why) => unknown = unknown.or(Some(why)),
            _ => return Err(m.failure("`any` and `all` want booleans")),
        }
    }
    Ok(unknown.map_or(Value::Bool(!stop), Value::Unknown))
}

/// Some functions look at every item: a list of which one fails is none.
fn forced(m: &mut Machine, item: ThunkId) -> Result<(), Value> {
    match m.force(item) {
        Value::Unknown(why) if why.fails => Err(Value::Unknown(why)),
        _ => Ok(()),
    }
}

fn partition(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let f = m.force(a[0]);
    let (mut right, mut wrong, mut open) = (Vec::new(), Vec::new(), list.open.clone());
    for item in &list.items {
        forced(m, *item)?;
        match m.call(&f, *item) {
            Value::Bool(true) => right.push(*item),
            Value::Bool(false) => wrong.push(*item),
            Value::Unknown(why) if why.fails => return Err(Value::Unknown(why)),
            Value::Unknown(why) => open = open.or(Some(why)),
            _ => return Err(m.failure("`partition` wants booleans")),
        }
    }
    let (mut perhaps, mut perhaps_not) = (Vec::new(), Vec::new());
    for item in &list.maybe {
        match m.call(&f, *item) {
            Value::Bool(true) => perhaps.push(*item),
            Value::Bool(false) => perhaps_not.push(*item),
            _ => {}
        }
    }
    let right = m.slot(Value::List(Rc::new(List { items: right, open: open.clone(), maybe: perhaps })));
    let wrong = m.slot(Value::List(Rc::new(List { items: wrong, open, maybe: perhaps_not })));
    Ok(Value::set([("right".into(), right), ("wrong".into(), wrong)].into()))
}

/// A stable merge sort with the user's comparison, as Nix has it.
fn sort(m: &mut Machine, a: &[ThunkId]) -> Result<Value, Value> {
    let list = m.want_list(a[1])?;
    let less = m.force(a[0]);
    list.items.iter().try_for_each(|item| forced(m, *item))?;
    let mut runs: Vec<Vec<ThunkId>> = list.items.iter().map(|i| vec![*i]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            match pairs.next() {
                Some(right) => merged.push(merge(m, &less, &left, &right)?),
                None => merged.push(left),
            }
        }
        runs = merged;
    }
    let items = runs.pop().unwrap_or_default();
    Ok(Value::List(Rc::new(List { items, open: list.open.clone(), maybe: list.maybe.clone() })))
}

fn merge(m: &mut Machine, less: &Value, left: &[ThunkId], right: &[ThunkId]) -> Result<Vec<ThunkId>, Value> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (l.peek(), r.peek()) {
        match m.call2(less, **b, **a) {
            Value::Bool(true) => out.extend(r.next()),
            Value::Bool(false) => out.extend(l.next()),
            other => return Err(m.or_failure(other, "`sort` wants a boolean")),
        }
    }
    out.extend(l);
    out.extend(r);
    Ok(out)
}
