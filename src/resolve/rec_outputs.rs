//! Outputs that name each other through `rec`: the sets on the way from `outputs` to its result that are `rec`, and
//! the output kinds that are read as plain names there.

use std::collections::BTreeMap;

use super::concerns::of_kind;
use super::ir::{AttrValue, ExprId, Ir, Kind, Loc, Name, Operator};
use super::names::{FunctionRole, Names, ScopeKind, Target};

/// A `rec` set of outputs.
#[derive(Clone, Debug)]
pub struct RecOutputs {
    /// The word `rec`.
    pub at: Loc,
    /// Output kinds that its values name, each with its first use, in order of name.
    pub read: Vec<(Name, Loc)>,
}

/// Reads the `rec` sets of a `flake.nix`.
pub(super) fn rec_outputs(ir: &Ir, names: &Names) -> Vec<RecOutputs> {
    let is_outputs = |kind| matches!(kind, ScopeKind::Function { role: FunctionRole::Outputs, .. });
    let Some(outputs) = names.scopes.iter().find(|scope| is_outputs(scope.kind)) else { return Vec::new() };
    let Some(function) =
        ir.exprs.iter().position(|expr| expr.loc == outputs.at && matches!(expr.kind, Kind::Lambda(_)))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for set in sets(ir, ExprId(function as u32)) {
        let at = ir.expr(set).loc;
        let scope = names.scopes.iter().position(|scope| scope.kind == ScopeKind::Rec && scope.at == at);
        let Some(scope) = scope else { continue };
        let mut read: BTreeMap<Name, Loc> = BTreeMap::new();
        for reference in &names.references {
            let Target::Definition(target) = reference.target else { continue };
            let target = &names.definitions[target as usize];
            // What is inherited is the same name outside.
            if target.scope as usize == scope && !target.inherited && is_output(&reference.name) {
                let first = read.entry(reference.name.clone()).or_insert(reference.at);
                *first = (*first).min(reference.at);
            }
        }
        if !read.is_empty() {
            found.push(RecOutputs { at: Loc { start: at.start, end: at.start + 3 }, read: read.into_iter().collect() });
        }
    }
    found.sort_by_key(|row| row.at);
    found
}

/// Whether a name is that of outputs; `pkgs` is wiring, whatever else it is.
fn is_output(name: &str) -> bool {
    name != "pkgs" && of_kind(name) != "other outputs"
}

/// `rec` sets whose attributes are output kinds: the result of `outputs`, operands of `//` in it, and what functions
/// give that are passed to a call there (`eachDefaultSystem (system: rec { … })`).
fn sets(ir: &Ir, outputs: ExprId) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut open = vec![outputs];
    while let Some(expr) = open.pop() {
        match ir.kind(expr) {
            Kind::Lambda(lambda) => open.push(lambda.body),
            Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) => open.push(*body),
            Kind::Binary(Operator::Update, left, right) => open.extend([*left, *right]),
            Kind::Apply(f, argument) => {
                if matches!(ir.kind(*f), Kind::Apply(..)) {
                    open.push(*f);
                }
                open.push(*argument);
            }
            Kind::Set(set) => {
                if set.recursive && set.attrs.iter().any(|attr| is_output(&attr.name)) {
                    found.push(expr);
                }
                let inner = set.attrs.iter().filter(|attr| matches!(&*attr.name, "perSystem" | "flake"));
                open.extend(inner.filter_map(|attr| match attr.value {
                    AttrValue::Expr(value) => Some(value),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    found
}
