//! Where a value is written: follows `x = y;`, `inherit y;`, selections and the models' own calls to the binding
//! whose value is written out.

use super::super::ir::{ExprId, Key, Kind};
use super::machine::Machine;
use super::value::{Code, Frame, Link, ModuleId, Slot, ThunkId, Value, lambda};
use crate::source::{FileId, Span};

/// Steps that are followed.
const MAX_STEPS: u32 = 24;

impl Machine<'_> {
    /// The attribute whose value is written out, and that value's code.
    pub(super) fn written(&mut self, slot: Slot) -> Slot {
        self.followed(slot, None)
    }

    /// As [`Machine::written`], only as far as the user's code passes it on under this name.
    pub(super) fn named(&mut self, slot: Slot, name: &str) -> Slot {
        self.followed(slot, Some(name))
    }

    fn followed(&mut self, mut slot: Slot, only: Option<&str>) -> Slot {
        for _ in 0..MAX_STEPS {
            let next = match self.link(slot.thunk) {
                Some(Link::Code(code)) => self.passed_on(code, only),
                Some(Link::Call(call)) => {
                    self.body(call.f.clone(), call.args.as_slice()).and_then(|code| self.passed_on(code, only))
                }
                Some(Link::Lookup(scope, name)) => self.find(scope, &name).ok(),
                Some(Link::Select(from, name)) => {
                    let set = self.force(from);
                    member(&set, &name)
                }
                None => None,
            };
            match next {
                Some(next)
                    if next.thunk != slot.thunk && (next.origin.is_some() || self.link(next.thunk).is_some()) =>
                {
                    slot = Slot { origin: next.origin.or(slot.origin), ..next };
                }
                _ => break,
            }
        }
        slot
    }

    /// The attribute that code passes on, where that is all it does; of the user's code `only` what has this name.
    fn passed_on(&mut self, code: Code, only: Option<&str>) -> Option<Slot> {
        let here = only.filter(|_| matches!(code.module, ModuleId::File(_)));
        match self.ir(code.module).kind(code.expr) {
            Kind::Var(name) if here.is_none_or(|only| *only == **name) => self.find(code.scope, name).ok(),
            Kind::Select(of, keys, _) => self.last_member(code, *of, keys, here),
            // What a model decides, it decides by what is known.
            Kind::If(condition, yes, no) if matches!(code.module, ModuleId::Model(_)) => {
                match self.eval(Code { expr: *condition, ..code }) {
                    Value::Bool(true) => self.passed_on(Code { expr: *yes, ..code }, only),
                    Value::Bool(false) => self.passed_on(Code { expr: *no, ..code }, only),
                    _ => None,
                }
            }
            // Only a model's own calls: what a user's function returns is written at the call.
            Kind::Apply(..) if matches!(code.module, ModuleId::Model(_)) => {
                let (f, arguments) = self.head(code);
                if let (Value::Primitive(partial), [definitions]) = (&f, arguments.as_slice())
                    && partial.primitive.name == "__one"
                {
                    let thunk = super::options::only(self, *definitions)?;
                    return Some(Slot { thunk, origin: None, conditional: false });
                }
                self.body(f, &arguments).and_then(|code| self.passed_on(code, only))
            }
            _ => None,
        }
    }

    /// Function and arguments of a call.
    fn head(&mut self, code: Code) -> (Value, Vec<ThunkId>) {
        let mut arguments = Vec::new();
        let mut at = code;
        while let Kind::Apply(f, argument) = self.ir(at.module).kind(at.expr) {
            arguments.push(self.delay(Code { expr: *argument, ..at }));
            at.expr = *f;
        }
        arguments.reverse();
        (self.eval(at), arguments)
    }

    /// The body of a model's function with its parameters bound; `None` where it is not that simple.
    fn body(&mut self, f: Value, arguments: &[ThunkId]) -> Option<Code> {
        let Value::Lambda(closure) = f else { return None };
        let mut code = closure.code;
        for argument in arguments {
            if !matches!(code.module, ModuleId::Model(_)) {
                return None;
            }
            let function = lambda(self.ir(code.module).kind(code.expr)).filter(|l| l.formals.is_none())?;
            let (name, _) = function.param.as_ref()?;
            let slot = Slot { thunk: *argument, origin: None, conditional: false };
            let scope = self.scope(Some(code.scope), Frame::One(name.clone(), slot));
            code = Code { expr: function.body, scope, ..code };
        }
        Some(code)
    }

    /// The attribute that `of.a.b` selects, where it has the name.
    fn last_member(&mut self, code: Code, of: ExprId, keys: &[Key], only: Option<&str>) -> Option<Slot> {
        let (last, path) = keys.split_last()?;
        let mut set = self.eval(Code { expr: of, ..code });
        for key in path {
            let name = self.key(code, key).ok()?;
            set = self.select(&set, &name);
        }
        let name = self.key(code, last).ok().filter(|name| only.is_none_or(|only| *only == **name))?;
        member(&set, &name)
    }

    /// Whether a thunk is code of a model.
    pub(super) fn is_model(&self, thunk: ThunkId) -> bool {
        match self.link(thunk) {
            Some(Link::Code(code)) => matches!(code.module, ModuleId::Model(_)),
            // `inherit (part) name;`
            Some(Link::Select(from, _)) => {
                matches!(self.link(from), Some(Link::Code(Code { module: ModuleId::Model(_), .. })))
            }
            _ => false,
        }
    }

    /// The span of the code a thunk came from.
    pub(super) fn code_span(&self, thunk: ThunkId) -> Option<Span> {
        match self.link(thunk)? {
            Link::Code(code) => match code.module {
                ModuleId::File(file) => Some(self.ir(code.module).expr(code.expr).loc.span(FileId(file))),
                ModuleId::Model(_) => None,
            },
            _ => None,
        }
    }
}

fn member(set: &Value, name: &str) -> Option<Slot> {
    match set {
        Value::Set(attrs) => attrs.map.get(name).copied(),
        _ => None,
    }
}
