//! Equality, order, numbers and coercion to strings, as the Nix manual defines them.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::ir::Operator;
use super::files;
use super::machine::Machine;
use super::value::{Attrs, ThunkId, Value};

impl Machine<'_> {
    /// Structural equality; `None` when it depends on something unknown. Functions never equal.
    pub(super) fn equal(&mut self, a: &Value, b: &Value) -> Option<bool> {
        self.deeper(|m| Ok(m.equal_values(a, b))).ok().flatten()
    }

    #[expect(clippy::float_cmp, reason = "Nix compares floats exactly")]
    #[expect(clippy::cast_precision_loss, reason = "Nix converts the integer")]
    fn equal_values(&mut self, a: &Value, b: &Value) -> Option<bool> {
        match (a, b) {
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
            (Value::Null, Value::Null) => Some(true),
            (Value::Bool(a), Value::Bool(b)) => Some(a == b),
            (Value::Int(a), Value::Int(b)) => Some(a == b),
            (Value::Float(a), Value::Float(b)) => Some(a == b),
            (Value::Int(a), Value::Float(b)) | (Value::Float(b), Value::Int(a)) => Some(*a as f64 == *b),
            (Value::Str(a), Value::Str(b)) | (Value::Path(a), Value::Path(b)) => Some(a == b),
            (Value::List(a), Value::List(b)) => {
                if a.open.is_some() || b.open.is_some() {
                    return None;
                }
                if a.items.len() != b.items.len() {
                    return Some(false);
                }
                self.all_equal(a.items.iter().copied().zip(b.items.iter().copied()))
            }
            (Value::Set(a), Value::Set(b)) => {
                if let Some((a, b)) = self.derivations(a, b) {
                    return self.all_equal(std::iter::once((a, b)));
                }
                if a.open.is_some() || b.open.is_some() || a.map.values().chain(b.map.values()).any(|s| s.conditional) {
                    return None;
                }
                if !a.map.keys().eq(b.map.keys()) {
                    return Some(false);
                }
                self.all_equal(a.map.values().map(|s| s.thunk).zip(b.map.values().map(|s| s.thunk)))
            }
            _ => Some(false),
        }
    }

    /// The output paths of two derivations: they alone are compared.
    fn derivations(&mut self, a: &Attrs, b: &Attrs) -> Option<(ThunkId, ThunkId)> {
        let mut path = |set: &Attrs| {
            let kind = self.force(set.map.get("type")?.thunk);
            let derivation = matches!(kind, Value::Str(kind) if *kind == *"derivation");
            derivation.then(|| set.map.get("outPath").map(|slot| slot.thunk)).flatten()
        };
        Some((path(a)?, path(b)?))
    }

    fn all_equal(&mut self, pairs: impl Iterator<Item = (ThunkId, ThunkId)>) -> Option<bool> {
        let mut known = true;
        for (a, b) in pairs {
            // The same value is equal to itself, a function too.
            if a == b {
                continue;
            }
            let (a, b) = (self.force(a), self.force(b));
            if let (Value::Lambda(a), Value::Lambda(b)) = (&a, &b)
                && Rc::ptr_eq(a, b)
            {
                continue;
            }
            match self.equal(&a, &b) {
                Some(true) => {}
                Some(false) => return Some(false),
                None => known = false,
            }
        }
        known.then_some(true)
    }

    fn order(&mut self, a: &Value, b: &Value) -> Option<Ordering> {
        self.deeper(|m| Ok(m.order_values(a, b))).ok().flatten()
    }

    #[expect(clippy::cast_precision_loss, reason = "Nix converts the integer")]
    fn order_values(&mut self, a: &Value, b: &Value) -> Option<Ordering> {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
            (Value::Int(a), Value::Float(b)) => (*a as f64).partial_cmp(b),
            (Value::Float(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
            (Value::Str(a), Value::Str(b)) | (Value::Path(a), Value::Path(b)) => Some(a.cmp(b)),
            (Value::List(a), Value::List(b)) if a.open.is_none() && b.open.is_none() => {
                for (a, b) in a.items.iter().zip(&b.items) {
                    let (a, b) = (self.force(*a), self.force(*b));
                    if !self.equal(&a, &b)? {
                        return self.order(&a, &b);
                    }
                }
                Some(a.items.len().cmp(&b.items.len()))
            }
            _ => None,
        }
    }

    pub(super) fn compare(&mut self, a: &Value, b: &Value, want: fn(Ordering) -> bool) -> Value {
        match self.order(a, b) {
            Some(order) => Value::Bool(want(order)),
            None => self.unknown_of(&[a, b], "a comparison of things that have no order"),
        }
    }

    /// The first unknown operand, else a failure.
    pub(super) fn unknown_of(&self, values: &[&Value], reason: &str) -> Value {
        values
            .iter()
            .find(|v| matches!(v, Value::Unknown(_)))
            .map_or_else(|| self.failure(reason), |v| (*v).clone())
    }

    pub(super) fn add(&mut self, a: &Value, b: &Value) -> Value {
        match (a, b) {
            (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => self.arithmetic(Operator::Add, a, b),
            (Value::Path(path), other) => match self.coerce(other) {
                Ok(text) => Value::Path(Rc::from(files::normalize(&format!("{path}{text}")).as_str())),
                Err(unknown) => unknown,
            },
            _ => match (self.coerce(a), self.copied(b)) {
                (Ok(a), Ok(b)) if a.len() + b.len() <= files::MAX_STRING => match self.spend((a.len() + b.len()) / 8) {
                    Ok(()) => Value::str(&(a + &b)),
                    Err(unknown) => unknown,
                },
                (Ok(_), Ok(_)) => self.unknown("a string longer than the bound allows"),
                (Err(unknown), _) | (_, Err(unknown)) => unknown,
            },
        }
    }

    /// A value in a string, where Nix copies a path to its store.
    fn copied(&mut self, value: &Value) -> Result<String, Value> {
        let text = self.coerce(value)?;
        Ok(if matches!(value, Value::Path(_)) { files::copied(&text) } else { text })
    }

    #[expect(clippy::cast_precision_loss, reason = "Nix converts the integer")]
    pub(super) fn arithmetic(&mut self, op: Operator, a: &Value, b: &Value) -> Value {
        let value = match (a, b) {
            (Value::Int(a), Value::Int(b)) => match op {
                Operator::Add => a.checked_add(*b).map(Value::Int),
                Operator::Subtract => a.checked_sub(*b).map(Value::Int),
                Operator::Multiply => a.checked_mul(*b).map(Value::Int),
                _ => a.checked_div(*b).map(Value::Int),
            },
            (Value::Int(a), Value::Float(b)) => floats(op, *a as f64, *b),
            (Value::Float(a), Value::Int(b)) => floats(op, *a, *b as f64),
            (Value::Float(a), Value::Float(b)) => floats(op, *a, *b),
            _ => None,
        };
        value.unwrap_or_else(|| self.unknown_of(&[a, b], "arithmetic that fails"))
    }

    /// Coercion to a string as `"${…}"` does it (strings, paths, sets with `outPath` or `__toString`).
    pub(super) fn coerce(&mut self, value: &Value) -> Result<String, Value> {
        self.deeper(|m| m.coerce_value(value))
    }

    fn coerce_value(&mut self, value: &Value) -> Result<String, Value> {
        match value {
            Value::Str(text) | Value::Path(text) => Ok(text.to_string()),
            Value::Set(attrs) => {
                if let Some(slot) = attrs.map.get("__toString").copied() {
                    let f = self.force(slot.thunk);
                    let own = self.done(value.clone());
                    let text = self.call(&f, own);
                    return self.coerce(&text);
                }
                match attrs.map.get("outPath").copied() {
                    Some(slot) => {
                        let inner = self.force(slot.thunk);
                        self.coerce(&inner)
                    }
                    None => Err(attrs.open.clone().map_or_else(|| self.failure("a set in a string"), Value::Unknown)),
                }
            }
            Value::Unknown(_) => Err(value.clone()),
            other => Err(self.failure(format!("a {} in a string", other.type_name().unwrap_or("value")))),
        }
    }

    /// `builtins.toString`: also numbers, booleans, null and lists.
    pub(super) fn as_text(&mut self, value: &Value) -> Result<String, Value> {
        let text = self.deeper(|m| m.text_of(value))?;
        self.spend(text.len() / 8)?;
        if text.len() > files::MAX_STRING {
            return Err(self.unknown("a string longer than the bound allows"));
        }
        Ok(text)
    }

    fn text_of(&mut self, value: &Value) -> Result<String, Value> {
        Ok(match value {
            Value::Null | Value::Bool(false) => String::new(),
            Value::Bool(true) => "1".to_owned(),
            Value::Int(i) => i.to_string(),
            Value::Float(f) => format!("{f:.6}"),
            Value::List(list) => {
                if let Some(why) = &list.open {
                    return Err(Value::Unknown(why.clone()));
                }
                let mut text = String::new();
                for (index, item) in list.items.iter().enumerate() {
                    let item = self.force(*item);
                    text.push_str(&self.as_text(&item)?);
                    // An empty list leaves no gap.
                    let empty = matches!(&item, Value::List(l) if l.items.is_empty());
                    if index + 1 < list.items.len() && !empty {
                        text.push(' ');
                    }
                    if text.len() > files::MAX_STRING {
                        return Err(self.unknown("a string longer than the bound allows"));
                    }
                }
                text
            }
            other => self.coerce(other)?,
        })
    }
}

fn floats(op: Operator, a: f64, b: f64) -> Option<Value> {
    Some(Value::Float(match op {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        _ if b == 0.0 => return None,
        _ => a / b,
    }))
}
