//! What `//` drops at the top of a flake's outputs: `//` is shallow, so a kind that both sides have is the right side's
//! alone (nix.dev, "Attribute sets").

use std::collections::BTreeSet;

use super::super::ir::{ExprId, Ir, Kind, Name, Operator};
use super::machine::Machine;
use super::outputs::{by_system, is_system};
use super::value::{Attrs, Code, ModuleId, Slot, Value};
use crate::source::{FileId, Span};

/// The `//` that outputs are put together with: those whose result is the outputs.
#[derive(Debug, Default)]
pub(super) struct Spine {
    file: u32,
    updates: BTreeSet<ExprId>,
    /// Names that both sides of one of them have: the two attributes.
    both: Vec<(Name, Slot, Slot, Span)>,
}

/// Outputs of one kind that are not there because a `//` replaced the set they are in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::resolve) struct Loss {
    /// The top-level name that both sides have.
    pub(in crate::resolve) kind: String,
    /// What the left side has below it and the outputs have not, joined with dots, in order.
    pub(in crate::resolve) lost: Vec<String>,
    /// Where the right side writes it, else the `//`.
    pub(in crate::resolve) at: Span,
    /// Where the left side writes it.
    pub(in crate::resolve) left: Option<Span>,
}

/// Finds the `//` on the way from the function `outputs` to its result.
pub(super) fn spine(ir: &Ir, file: FileId, outputs: ExprId) -> Spine {
    let mut updates = BTreeSet::new();
    let mut open = vec![outputs];
    while let Some(expr) = open.pop() {
        match ir.kind(expr) {
            Kind::Lambda(lambda) => open.push(lambda.body),
            Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) => open.push(*body),
            Kind::Binary(Operator::Update, left, right) => {
                updates.insert(expr);
                open.extend([*left, *right]);
            }
            _ => {}
        }
    }
    Spine { file: file.0, updates, both: Vec::new() }
}

impl Machine<'_> {
    /// Notes what both sides of a `//` of the spine have.
    pub(super) fn note_update(&mut self, code: Code, left: &Value, right: &Value) {
        if !matches!(code.module, ModuleId::File(file) if file == self.spine.file)
            || !self.spine.updates.contains(&code.expr)
        {
            return;
        }
        let (Value::Set(left), Value::Set(right), Some(at)) = (left, right, self.place(code)) else { return };
        for (name, over) in right.map.iter().filter(|(_, slot)| !slot.conditional) {
            if let Some(under) = left.map.get(name).filter(|slot| !slot.conditional) {
                self.spine.both.push((name.clone(), *under, *over, at));
            }
        }
    }

    /// What is lost, seen from the outputs as they are in the end.
    pub(super) fn losses(&mut self, outputs: &Value) -> Vec<Loss> {
        let Value::Set(outputs) = outputs else { return Vec::new() };
        let mut found = Vec::new();
        let both = std::mem::take(&mut self.spine.both);
        for (index, (kind, left, right, update)) in both.iter().enumerate() {
            self.next_part(both.len() - index);
            let Some(end) = outputs.map.get(kind).copied() else { continue };
            let lost = self.lost(kind, *left, end);
            if lost.is_empty() {
                continue;
            }
            let written = self.written(*right).origin.or(right.origin);
            let at = self.origin(written).map_or(*update, |origin| origin.at);
            let left = self.written(*left).origin.or(left.origin);
            let left = self.origin(left).map(|origin| origin.at).filter(|place| *place != at);
            found.push(Loss { kind: kind.to_string(), lost, at, left });
        }
        found.sort();
        found.dedup();
        found
    }

    /// Names below a kind that are not there in the end. Nothing where it is not known what is there.
    fn lost(&mut self, kind: &str, left: Slot, end: Slot) -> Vec<String> {
        let (Some(under), Some(over)) = (self.names_of(left), self.names_of(end)) else { return Vec::new() };
        if over.open.is_some() {
            return Vec::new();
        }
        let systems = by_system(kind).is_some();
        let mut lost = Vec::new();
        for (name, slot) in under.map.iter().filter(|(_, slot)| !slot.conditional) {
            match over.map.get(name) {
                // A system for which there is nothing is no loss.
                None if systems && is_system(name) && self.is_empty(*slot) => {}
                None => lost.push(name.to_string()),
                Some(over) if by_system(kind) == Some(true) && is_system(name) => {
                    let (Some(under), Some(over)) = (self.names_of(*slot), self.names_of(*over)) else { continue };
                    if over.open.is_none() {
                        let gone =
                            under.map.iter().filter(|(name, slot)| !slot.conditional && !over.map.contains_key(name));
                        lost.extend(gone.map(|(inner, _)| format!("{name}.{inner}")));
                    }
                }
                Some(_) => {}
            }
        }
        lost
    }

    /// A set of names; not a derivation, which is one thing.
    fn names_of(&mut self, slot: Slot) -> Option<std::rc::Rc<Attrs>> {
        match self.force(slot.thunk) {
            Value::Set(attrs) if !attrs.map.contains_key("type") => Some(attrs),
            _ => None,
        }
    }

    fn is_empty(&mut self, slot: Slot) -> bool {
        matches!(self.force(slot.thunk), Value::Set(attrs) if attrs.map.is_empty())
    }

    /// Whether an attribute's value is written out as a set of attributes that is no derivation.
    pub(super) fn is_bare_set(&self, slot: Slot) -> bool {
        const OF_DERIVATIONS: [&str; 5] = ["type", "drvPath", "outPath", "_type", "__functor"];
        let Some(super::value::Link::Code(code)) = self.link(slot.thunk) else { return false };
        let ir = self.ir(code.module);
        let mut expr = code.expr;
        while let Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) = ir.kind(expr) {
            expr = *body;
        }
        match (code.module, ir.kind(expr)) {
            (ModuleId::File(_), Kind::Set(set)) => {
                set.dynamic.is_empty()
                    && !set.attrs.is_empty()
                    && !set.attrs.iter().any(|attr| OF_DERIVATIONS.contains(&&*attr.name))
            }
            _ => false,
        }
    }
}
