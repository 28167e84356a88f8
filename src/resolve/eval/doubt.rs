//! What may be one thing or another: conditions that are not known, sets that something unknown may replace, names
//! that an unknown `with` may have, failures that a condition may reach.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::machine::Machine;
use super::names::Names;
use super::value::{Attrs, Frame, List, ScopeId, Slot, ThunkId, Value, Why, wider};

/// A set with more names of a model than this is a library.
const LIBRARY: usize = 40;

impl Machine<'_> {
    /// One of two values, and nobody knows which: sets are united, their differences *conditional*.
    pub(super) fn either(&mut self, a: Value, b: Value, why: &Rc<Why>) -> Value {
        match (a, b) {
            (Value::Unknown(why), other) | (other, Value::Unknown(why)) if why.fails => {
                self.doubts += u64::from(why.caught);
                other
            }
            (Value::Set(a), Value::Set(b)) => {
                if let Err(unknown) = self.spend(a.map.len() + b.map.len()) {
                    return unknown;
                }
                let own = a.map.iter().filter(|(name, _)| !b.map.contains_key(name));
                let own = own.chain(b.map.iter().filter(|(name, _)| !a.map.contains_key(name)));
                own.for_each(|(_, slot)| self.because(*slot, why));
                let one = |one: &Slot, _| Slot { conditional: true, ..*one };
                let map = a.map.merge(&b.map, one, |x, y| {
                    if x.thunk == y.thunk {
                        return *x;
                    }
                    let thunk = self.either_later(x.thunk, y.thunk, why);
                    Slot { thunk, origin: x.origin.or(y.origin), conditional: x.conditional || y.conditional }
                });
                Value::Set(Rc::new(Attrs { map, open: wider(a.open.as_ref(), b.open.as_ref()) }))
            }
            (Value::Set(set), Value::Unknown(why)) | (Value::Unknown(why), Value::Set(set)) => {
                set.map.values().for_each(|slot| self.because(*slot, &why));
                let map = set.map.iter().map(|(n, s)| (n.clone(), Slot { conditional: true, ..*s })).collect();
                Value::Set(Rc::new(Attrs { map, open: Some(why) }))
            }
            (Value::Set(set), Value::Null) | (Value::Null, Value::Set(set)) => {
                set.map.values().for_each(|slot| self.because(*slot, why));
                let map = set.map.iter().map(|(n, s)| (n.clone(), Slot { conditional: true, ..*s })).collect();
                Value::Set(Rc::new(Attrs { map, open: set.open.clone() }))
            }
            (Value::List(a), Value::List(b)) => {
                if let Err(unknown) = self.spend(a.items.len() * b.items.len() + a.maybe.len() + b.maybe.len()) {
                    return unknown;
                }
                let (items, own): (Vec<_>, Vec<_>) = a.items.iter().partition(|item| b.items.contains(item));
                let mut maybe: Vec<ThunkId> = own;
                maybe.extend(b.items.iter().filter(|item| !items.contains(item)));
                // What both may have is there once: lists that grow out of each other would double each time.
                let mut seen = BTreeSet::new();
                maybe.extend(a.maybe.iter().chain(&b.maybe).filter(|item| seen.insert(item.0)));
                Value::List(Rc::new(List { items, open: Some(why.clone()), maybe }))
            }
            (Value::Unknown(why), Value::Unknown(_)) => Value::Unknown(why),
            (a, b) => match self.equal(&a, &b) {
                Some(true) => a,
                _ => Value::Unknown(why.clone()),
            },
        }
    }

    // ---- what something unknown may replace --------------------------------------------------------

    /// Attributes over which something unknown is laid: each is what it was, or something else.
    pub(super) fn perhaps_replaced(&mut self, map: &Names<Slot>, why: &Rc<Why>) -> Names<Slot> {
        if why.library {
            return map.clone();
        }
        let library = self.is_library(map);
        let mut stranger = None;
        let mut replaced = Vec::with_capacity(map.len());
        for (name, slot) in map {
            let thunk = if self.is_assumed(slot.thunk, library) {
                slot.thunk
            } else {
                let stranger = *stranger.get_or_insert_with(|| self.done(Value::Unknown(why.clone())));
                self.perhaps_later(slot.thunk, stranger, why)
            };
            replaced.push((name.clone(), Slot { thunk, ..*slot }));
        }
        Names::sorted(replaced)
    }

    /// What a value is that further elements of a list may change.
    pub(super) fn perhaps_changed(&mut self, value: Value, open: Option<&Rc<Why>>) -> Value {
        let Some(why) = open else { return value };
        match value {
            Value::Set(attrs) => {
                let map = self.perhaps_replaced(&attrs.map, why);
                let open = attrs.open.clone().or_else(|| Some(why.clone()));
                Value::Set(Rc::new(Attrs { map, open }))
            }
            Value::List(list) => {
                let maybe = list.all().collect();
                Value::List(Rc::new(List { items: Vec::new(), open: Some(why.clone()), maybe }))
            }
            Value::Unknown(why) => Value::Unknown(why),
            _ => Value::Unknown(why.clone()),
        }
    }

    /// Whether attributes are a library's that is modelled: nobody's unknown set is thought to replace its functions.
    pub(super) fn is_library(&self, map: &Names<Slot>) -> bool {
        map.len() > LIBRARY && map.values().filter(|slot| self.is_model(slot.thunk)).take(LIBRARY + 1).count() > LIBRARY
    }

    /// What is not thought to be replaced: a library's own, and inputs.
    pub(super) fn is_assumed(&self, thunk: ThunkId, library: bool) -> bool {
        self.is_given(thunk) || library && self.is_model(thunk)
    }

    // ---- names -------------------------------------------------------------------------------------

    /// A name in the `with`s from `with` outwards.
    pub(super) fn find_with(&mut self, with: Option<ScopeId>, name: &str) -> Result<Slot, Value> {
        let mut next = with;
        let mut open: Option<Rc<Why>> = None;
        let mut perhaps: Vec<ThunkId> = Vec::new();
        while let Some(id) = next {
            let scope = self.scope_at(id);
            next = scope.parent;
            let Frame::With(namespace) = scope.frame else { continue };
            match self.force(namespace) {
                Value::Set(attrs) => match attrs.map.get(name) {
                    Some(slot) if slot.conditional => {
                        let why = self.condition_of(*slot);
                        open.get_or_insert(why);
                        perhaps.push(slot.thunk);
                    }
                    Some(slot) => {
                        let Some(why) = open else { return Ok(*slot) };
                        let assumed = why.library || self.is_assumed(slot.thunk, self.is_library(&attrs.map));
                        return Ok(self.found_behind(*slot, &why, &perhaps, assumed));
                    }
                    None => open = open.or_else(|| attrs.open.clone()),
                },
                Value::Unknown(why) => open = open.or(Some(why)),
                _ => {}
            }
        }
        match (perhaps.split_first(), open) {
            (Some((first, rest)), Some(why)) => {
                let slot = Slot { thunk: *first, origin: None, conditional: false };
                Ok(self.united(slot, rest, &why))
            }
            (_, Some(why)) => Err(Value::Unknown(why)),
            (_, None) => Err(self.failure(format!("undefined variable `{name}`"))),
        }
    }

    /// A name that a `with` has, where those inside of it may have it too.
    fn found_behind(&mut self, slot: Slot, why: &Rc<Why>, perhaps: &[ThunkId], assumed: bool) -> Slot {
        let slot = self.united(slot, perhaps, why);
        if assumed {
            return slot;
        }
        let stranger = self.done(Value::Unknown(why.clone()));
        Slot { thunk: self.perhaps_later(slot.thunk, stranger, why), ..slot }
    }

    fn united(&mut self, slot: Slot, others: &[ThunkId], why: &Rc<Why>) -> Slot {
        let thunk = others.iter().fold(slot.thunk, |thunk, other| self.perhaps_later(thunk, *other, why));
        Slot { thunk, ..slot }
    }
}
