//! What an expression means: one method a form.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::super::ir::{AttrValue, ExprId, Key, Kind, Operator, Part, Set};
use super::machine::{DEPENDS_ON_ITSELF, Machine};
use super::names::Names;
use super::value::{Attrs, Closure, Code, Frame, List, ModuleId, OriginId, ScopeId, Slot, ThunkId, Value, Why};
use crate::source::FileId;

impl Machine<'_> {
    /// Evaluates code to weak head normal form.
    pub(super) fn expr(&mut self, code: Code) -> Value {
        let ir = self.ir(code.module);
        let expr = ir.expr(code.expr);
        let sub = |expr: ExprId| Code { expr, ..code };
        match &expr.kind {
            Kind::Error => self.unknown("code that does not parse"),
            Kind::Var(name) => self.lookup(code.scope, name),
            Kind::Int(i) => Value::Int(*i),
            Kind::Float(f) => Value::Float(*f),
            Kind::Str(text) => self.text(code, &text.parts),
            Kind::Path(parts) => self.path_literal(code, parts),
            Kind::Search(name) => {
                let place = self.place(code);
                self.here = place.or(self.here);
                self.unknown(format!("`<{name}>` is looked up outside the workspace"))
            }
            Kind::CurPos => self.current_position(code),
            Kind::List(items) => {
                let items = items.iter().map(|i| self.delay(sub(*i))).collect();
                Value::list(items)
            }
            Kind::Set(set) => self.set(code, set),
            Kind::Let(set, body) => {
                let scope = self.recursive(code, set).1;
                self.eval(Code { expr: *body, scope, ..code })
            }
            Kind::LegacyLet(set) => {
                let attrs = self.recursive(code, set).0;
                self.select(&Value::Set(attrs), "body")
            }
            Kind::With(namespace, body) => {
                let namespace = self.delay(sub(*namespace));
                let scope = self.scope(Some(code.scope), Frame::With(namespace));
                self.eval(Code { expr: *body, scope, ..code })
            }
            Kind::Assert(condition, body) => match self.eval(sub(*condition)) {
                Value::Bool(false) => self.thrown("an assertion fails"),
                Value::Unknown(why) if why.fails => Value::Unknown(why),
                Value::Bool(true) => self.eval(sub(*body)),
                _ => {
                    self.doubts += 1;
                    self.eval(sub(*body))
                }
            },
            Kind::If(condition, yes, no) => match self.eval(sub(*condition)) {
                Value::Bool(true) => self.eval(sub(*yes)),
                Value::Bool(false) => self.eval(sub(*no)),
                Value::Unknown(why) if why.fails => Value::Unknown(why),
                other => {
                    let place = self.place(code);
                    self.here = place.or(self.here);
                    let why = self.reason(other, "a condition that is not a boolean");
                    let (yes, no) = (self.eval(sub(*yes)), self.eval(sub(*no)));
                    self.either(yes, no, &why)
                }
            },
            Kind::Lambda(_) => Value::Lambda(Rc::new(Closure { code })),
            Kind::Apply(f, arg) => {
                let f = self.eval(sub(*f));
                let before = self.here;
                self.here = self.place(code).or(before);
                let arg = self.delay(sub(*arg));
                let value = self.call(&f, arg);
                self.here = before;
                value
            }
            Kind::Select(of, keys, default) => self.select_path(code, *of, keys, *default),
            Kind::Has(of, keys) => self.has_path(code, *of, keys),
            Kind::Not(e) => match self.eval(sub(*e)) {
                Value::Bool(b) => Value::Bool(!b),
                other => self.or_failure(other, "`!` of something that is not a boolean"),
            },
            Kind::Negate(e) => match self.eval(sub(*e)) {
                Value::Int(i) => i.checked_neg().map_or_else(|| self.failure("a number that is too large"), Value::Int),
                // `-x` is `0 - x`: there is no negative zero.
                Value::Float(f) => Value::Float(0.0 - f),
                other => self.or_failure(other, "`-` of something that is not a number"),
            },
            Kind::Binary(op, a, b) => self.binary(code, *op, *a, *b),
        }
    }

    /// `__curPos`: the path of the file, as a string, and where in it.
    fn current_position(&mut self, code: Code) -> Value {
        let ModuleId::File(file) = code.module else { return self.unknown("`__curPos`") };
        let path = format!("{}/{}", super::files::ROOT, self.world.sources.path(FileId(file)));
        let place = self.unknown("a line or column of `__curPos`");
        let own = [("file", Value::str(&path)), ("line", place.clone()), ("column", place)];
        Value::set(own.into_iter().map(|(name, value)| (name.into(), self.slot(value))).collect())
    }

    /// The place of code, where it belongs to the workspace.
    pub(super) fn place(&self, code: Code) -> Option<crate::source::Span> {
        match code.module {
            ModuleId::File(file) => Some(self.ir(code.module).expr(code.expr).loc.span(FileId(file))),
            ModuleId::Model(_) => None,
        }
    }

    /// Why a value is not known.
    pub(super) fn reason(&self, value: Value, otherwise: &str) -> Rc<Why> {
        match value {
            Value::Unknown(why) => why,
            _ => self.why(otherwise),
        }
    }

    /// Passes the unknown on; anything else is an error of type.
    pub(super) fn or_failure(&self, value: Value, reason: &str) -> Value {
        match value {
            Value::Unknown(_) => value,
            _ => self.failure(reason),
        }
    }

    // ---- sets --------------------------------------------------------------------------------------

    fn set(&mut self, code: Code, set: &Set) -> Value {
        let attrs = if set.recursive {
            self.recursive(code, set).0
        } else {
            let mut attrs = self.attrs(code, set, code.scope, code.scope);
            self.dynamic(code, set, code.scope, &mut attrs);
            Rc::new(attrs)
        };
        match &attrs.open {
            Some(why) if why.fails => Value::Unknown(why.clone()),
            _ => Value::Set(attrs),
        }
    }

    fn recursive(&mut self, code: Code, set: &Set) -> (Rc<Attrs>, ScopeId) {
        let scope = self.scope(Some(code.scope), Frame::Names(Rc::default()));
        let written = Rc::new(self.attrs(code, set, scope, code.scope));
        self.bind_scope(scope, written.clone());
        if set.dynamic.is_empty() {
            return (written, scope);
        }
        // Computed names may read the written ones.
        let mut attrs = (*written).clone();
        self.dynamic(code, set, scope, &mut attrs);
        let attrs = Rc::new(attrs);
        self.bind_scope(scope, attrs.clone());
        (attrs, scope)
    }

    /// `scope` is where values are evaluated, `outer` where `inherit x;` looks.
    fn attrs(&mut self, code: Code, set: &Set, scope: ScopeId, outer: ScopeId) -> Attrs {
        let mut attrs = Vec::with_capacity(set.by_name.len());
        let first = self.set_origins(code, set);
        let mut from: BTreeMap<ExprId, ThunkId> = BTreeMap::new();
        for (index, attr) in set.by_name.iter().map(|at| &set.attrs[*at as usize]).enumerate() {
            let thunk = match attr.value {
                AttrValue::Expr(expr) => self.delay(Code { expr, scope, ..code }),
                AttrValue::Inherit => self.lookup_later(outer, attr.name.clone()),
                AttrValue::InheritFrom(expr) => {
                    let source = if let Some(source) = from.get(&expr) {
                        *source
                    } else {
                        let source = self.delay(Code { expr, scope, ..code });
                        from.insert(expr, source);
                        source
                    };
                    self.select_later(source, attr.name.clone())
                }
            };
            let origin = first.and_then(|f| f.checked_add(index as u32)).map(OriginId);
            attrs.push((attr.name.clone(), Slot { thunk, origin, conditional: false }));
        }
        Attrs { map: Names::sorted(attrs), open: None }
    }

    /// Adds the attributes whose names are computed. Where one fails, or is there already, so does the set.
    fn dynamic(&mut self, code: Code, set: &Set, scope: ScopeId, attrs: &mut Attrs) {
        for dynamic in &set.dynamic {
            if attrs.open.as_ref().is_some_and(|why| why.fails) {
                return;
            }
            let wrong = match self.eval(Code { expr: dynamic.key, scope, ..code }) {
                Value::Str(name) => {
                    let thunk = self.delay(Code { expr: dynamic.value, scope, ..code });
                    let key = self.ir(code.module).expr(dynamic.key).loc;
                    let origin = self.written_at(code.module, key, dynamic.span);
                    let slot = Slot { thunk, origin, conditional: false };
                    let twice = attrs.map.contains_key(&name).then(|| format!("`{name}` is defined twice"));
                    attrs.map.insert(std::sync::Arc::from(&*name), slot);
                    twice
                }
                // `${null} = …` adds nothing.
                Value::Null => None,
                Value::Unknown(why) => {
                    attrs.open = Some(why);
                    None
                }
                _ => Some("a computed attribute name that is not a string".to_owned()),
            };
            if let Some(Value::Unknown(why)) = wrong.map(|reason| self.failure(reason)) {
                attrs.open = Some(why);
            }
        }
    }

    /// The name of a path step; `Err` is the unknown value that the name depends on.
    pub(super) fn key<'k>(&mut self, code: Code, key: &'k Key) -> Result<Cow<'k, str>, Value> {
        match key {
            Key::Static(name, _) => Ok(Cow::Borrowed(name)),
            Key::Dynamic(expr) => match self.eval(Code { expr: *expr, ..code }) {
                Value::Str(name) => Ok(Cow::Owned(name.to_string())),
                other => Err(self.or_failure(other, "a computed attribute name that is not a string")),
            },
        }
    }

    fn select_path(&mut self, code: Code, of: ExprId, keys: &[Key], default: Option<ExprId>) -> Value {
        let mut value = self.eval(Code { expr: of, ..code });
        for (index, key) in keys.iter().enumerate() {
            let name = match self.key(code, key) {
                Ok(name) => name,
                Err(unknown) => {
                    let why = self.reason(unknown.clone(), "a computed attribute name");
                    let any = self.select_any(&value, &keys[index + 1..], unknown);
                    let Some(default) = default.filter(|_| !why.fails) else { return any };
                    let default = self.eval(Code { expr: default, ..code });
                    return self.either(any, default, &why);
                }
            };
            let missing = match &value {
                Value::Set(attrs) => match attrs.map.get(&name) {
                    Some(slot) => {
                        let (thunk, conditional) = (slot.thunk, slot.conditional);
                        let found = self.force(thunk);
                        value = match default {
                            // There or not: either the value or the default.
                            Some(default) if conditional => {
                                let default = self.eval(Code { expr: default, ..code });
                                let why = self.why("whether an attribute is there");
                                self.either(found, default, &why)
                            }
                            _ => found,
                        };
                        continue;
                    }
                    None => attrs.open.is_none(),
                },
                Value::Unknown(_) => false,
                _ => true,
            };
            // `or` is for what is missing; what fails, fails.
            if matches!(&value, Value::Unknown(why) if why.fails) {
                return value;
            }
            let place = self.place(code);
            return match (missing, default) {
                (true, Some(default)) => self.eval(Code { expr: default, ..code }),
                (true, None) => {
                    self.here = place.or(self.here);
                    self.failure(format!("attribute `{name}` is missing"))
                }
                (false, default) => {
                    let unknown = self.select(&value, &name);
                    match default {
                        Some(default) => {
                            let default = self.eval(Code { expr: default, ..code });
                            let why = self.reason(unknown.clone(), "whether an attribute is there");
                            self.either(default, unknown, &why)
                        }
                        None => unknown,
                    }
                }
            };
        }
        value
    }

    /// `set.${unknown}`: any of the set's values; united when there are few and they are sets.
    fn select_any(&mut self, set: &Value, rest: &[Key], unknown: Value) -> Value {
        let Value::Set(attrs) = set else { return unknown };
        if !rest.is_empty() || attrs.map.is_empty() || attrs.map.len() > 16 || attrs.open.is_some() {
            return unknown;
        }
        let thunks: Vec<ThunkId> = attrs.map.values().map(|slot| slot.thunk).collect();
        let why = self.reason(unknown, "a computed attribute name");
        let mut value = self.force(thunks[0]);
        for thunk in &thunks[1..] {
            let other = self.force(*thunk);
            value = self.either(value, other, &why);
        }
        value
    }

    fn has_path(&mut self, code: Code, of: ExprId, keys: &[Key]) -> Value {
        let mut value = self.eval(Code { expr: of, ..code });
        for (index, key) in keys.iter().enumerate() {
            let name = match self.key(code, key) {
                Ok(name) => name,
                Err(unknown) => return unknown,
            };
            let attrs = match value {
                Value::Set(attrs) => attrs,
                Value::Unknown(why) => return Value::Unknown(why),
                _ => return Value::Bool(false),
            };
            match (attrs.map.get(&name), self.perhaps_has(&attrs, &name)) {
                (Some(slot), _) if slot.conditional => return Value::Unknown(self.condition_of(*slot)),
                (Some(slot), _) if index + 1 < keys.len() => value = self.force(slot.thunk),
                (Some(_), _) => return Value::Bool(true),
                (None, Some(why)) => return Value::Unknown(why.clone()),
                (None, None) => return Value::Bool(false),
            }
        }
        Value::Bool(true)
    }

    // ---- strings and paths -------------------------------------------------------------------------

    fn text(&mut self, code: Code, parts: &[Part]) -> Value {
        if let [Part::Text(text)] = parts {
            return Value::str(text);
        }
        match self.joined(code, parts, true) {
            Ok(text) => Value::str(&text),
            Err(unknown) => unknown,
        }
    }

    /// The text of a string or path literal; `Err` is the value that it depends on. In a string, a path is `copied`.
    fn joined(&mut self, code: Code, parts: &[Part], copied: bool) -> Result<String, Value> {
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Expr(expr) => {
                    let value = self.eval(Code { expr: *expr, ..code });
                    let text = self.coerce(&value)?;
                    match &value {
                        Value::Path(_) if copied => out.push_str(&super::files::copied(&text)),
                        _ => out.push_str(&text),
                    }
                }
            }
            if out.len() > super::files::MAX_STRING {
                return Err(self.unknown("a string longer than the bound allows"));
            }
        }
        Ok(out)
    }

    fn path_literal(&mut self, code: Code, parts: &[Part]) -> Value {
        let out = match self.joined(code, parts, false) {
            Ok(text) => text,
            Err(unknown) => return unknown,
        };
        let ModuleId::File(file) = code.module else {
            let path = super::files::normalize(&format!("{}/{out}", super::models::FOLDER));
            return Value::Path(Rc::from(path.as_str()));
        };
        match super::files::resolve(self.world.sources.path(FileId(file)), &out) {
            Some(path) => Value::Path(Rc::from(path.as_str())),
            None => self.unknown(format!("path `{out}` is outside the workspace")),
        }
    }

    // ---- operators ---------------------------------------------------------------------------------

    fn binary(&mut self, code: Code, op: Operator, a: ExprId, b: ExprId) -> Value {
        let sub = |expr: ExprId| Code { expr, ..code };
        match op {
            Operator::And | Operator::Or | Operator::Implies => return self.logic(code, op, a, b),
            Operator::PipeRight => {
                let arg = self.delay(sub(a));
                let f = self.eval(sub(b));
                return self.call(&f, arg);
            }
            Operator::PipeLeft => {
                let f = self.eval(sub(a));
                let arg = self.delay(sub(b));
                return self.call(&f, arg);
            }
            _ => {}
        }
        let (left, right) = (self.eval(sub(a)), self.eval(sub(b)));
        match op {
            Operator::Update => {
                let place = self.place(code);
                self.here = place.or(self.here);
                self.note_update(code, &left, &right);
                self.update(left, right)
            }
            Operator::Concat => self.concat(left, right),
            Operator::Equal => self.equality(&left, &right, false),
            Operator::NotEqual => self.equality(&left, &right, true),
            Operator::Less => self.compare(&left, &right, std::cmp::Ordering::is_lt),
            Operator::LessEqual => self.compare(&left, &right, std::cmp::Ordering::is_le),
            Operator::More => self.compare(&left, &right, std::cmp::Ordering::is_gt),
            Operator::MoreEqual => self.compare(&left, &right, std::cmp::Ordering::is_ge),
            Operator::Add => self.add(&left, &right),
            _ => self.arithmetic(op, &left, &right),
        }
    }

    fn logic(&mut self, code: Code, op: Operator, a: ExprId, b: ExprId) -> Value {
        let left = self.eval(Code { expr: a, ..code });
        // The value of `a` that decides, and what it decides.
        let (stop, result) = match op {
            Operator::And => (false, false),
            Operator::Or => (true, true),
            _ => (false, true),
        };
        match left {
            Value::Bool(l) if l == stop => Value::Bool(result),
            Value::Bool(_) => self.eval(Code { expr: b, ..code }),
            // What decides is not reached where the left side fails or never ends.
            Value::Unknown(why) if why.fails || why.reason == DEPENDS_ON_ITSELF => Value::Unknown(why),
            unknown => match self.eval(Code { expr: b, ..code }) {
                Value::Bool(r) if r == result => Value::Bool(result),
                _ => unknown,
            },
        }
    }

    /// `a // b`: the right side wins (Nix manual, "Update").
    pub(super) fn update(&mut self, left: Value, right: Value) -> Value {
        match (left, right) {
            (Value::Set(a), Value::Set(b)) => {
                if b.map.is_empty() && b.open.is_none() {
                    return Value::Set(a);
                }
                if a.map.is_empty() && a.open.is_none() {
                    return Value::Set(b);
                }
                if let Err(unknown) = self.spend(a.map.len() + b.map.len()) {
                    return unknown;
                }
                Value::Set(Rc::new(self.overlaid(&a, &b)))
            }
            (Value::Set(a), Value::Unknown(why)) if !why.fails => {
                let map = self.perhaps_replaced(&a.map, &why);
                Value::Set(Rc::new(Attrs { map, open: Some(why) }))
            }
            (Value::Unknown(why), Value::Set(a)) if !why.fails => {
                Value::Set(Rc::new(Attrs { map: a.map.clone(), open: Some(why) }))
            }
            (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(why),
            _ => self.failure("`//` of something that is not a set"),
        }
    }

    /// One set's attributes over another's.
    fn overlaid(&mut self, under: &Attrs, over: &Attrs) -> Attrs {
        let below = over.open.as_ref().map(|why| self.perhaps_replaced(&under.map, why));
        let below = below.as_ref().unwrap_or(&under.map);
        let map = below.merge(&over.map, |slot, _| *slot, |old, slot| self.over(old, slot));
        Attrs { map, open: super::value::wider(under.open.as_ref(), over.open.as_ref()) }
    }

    /// An attribute over another one of its name.
    pub(super) fn over(&mut self, old: &Slot, slot: &Slot) -> Slot {
        if !slot.conditional {
            return *slot;
        }
        // The right side may be absent: either of both.
        let why = self.condition_of(*slot);
        let thunk = self.either_later(slot.thunk, old.thunk, &why);
        let made = Slot { thunk, conditional: old.conditional, ..*slot };
        self.for_the_same_reason(*old, made);
        made
    }

    /// `a ++ b`.
    pub(super) fn concat(&mut self, left: Value, right: Value) -> Value {
        match (left, right) {
            (Value::List(a), Value::List(b)) => {
                if let Err(unknown) = self.spend(a.all().chain(b.all()).count()) {
                    return unknown;
                }
                let items = a.items.iter().chain(&b.items).copied().collect();
                let maybe = a.maybe.iter().chain(&b.maybe).copied().collect();
                Value::List(Rc::new(List { items, open: a.open.clone().or_else(|| b.open.clone()), maybe }))
            }
            (Value::List(a), Value::Unknown(why)) | (Value::Unknown(why), Value::List(a)) if !why.fails => {
                Value::List(Rc::new(List { items: a.items.clone(), open: Some(why), maybe: a.maybe.clone() }))
            }
            (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(why),
            _ => self.failure("`++` of something that is not a list"),
        }
    }

    fn equality(&mut self, a: &Value, b: &Value, negate: bool) -> Value {
        match self.equal(a, b) {
            Some(equal) => Value::Bool(equal != negate),
            None => match (a, b) {
                (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(why.clone()),
                _ => self.unknown("a comparison with something that is not known"),
            },
        }
    }
}
