//! Hosts of one set that are much alike: near-miss clones (type 3) among siblings, by how much two trees share.

use super::clones::{Digest, is_literal};
use super::ir::{AttrValue, ExprId, Ir, Kind, Loc, Name, Set};
use super::walk::callee;

/// Sets of configurations.
const KINDS: &[&str] =
    &["nixosConfigurations", "darwinConfigurations", "homeConfigurations", "nixOnDroidConfigurations"];
/// What two hosts must share: expressions that are neither literals nor what holds them (calls that give a helper a
/// few values share but two), and how much of both in percent: `NiCad` lets 30 % of a near miss differ.
const MIN_CODE: u32 = 6;
const MIN_PERCENT: u32 = 70;
/// Hosts that are compared, and steps of one comparison.
const MAX_HOSTS: usize = 64;
const MAX_STEPS: u32 = 5_000;
/// Longer lists are compared in order only.
const MAX_ITEMS: usize = 300;

/// Hosts that are much alike.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// `nixosConfigurations` …
    pub kind: Name,
    /// Their names, with the place of the name and of the value.
    pub hosts: Vec<(Name, Loc, Loc)>,
    /// What differs: the nearest attribute around each difference, each once, as they were met.
    pub differs: Vec<Name>,
    /// The function that makes them.
    pub maker: String,
}

/// Looks at the sets of configurations that are attributes of a set.
pub(super) fn read(ir: &Ir, set: &Set, digests: &[Digest]) -> Vec<Hosts> {
    let mut found = Vec::new();
    for attr in set.attrs.iter().filter(|attr| KINDS.contains(&&*attr.name)) {
        let AttrValue::Expr(value) = attr.value else { continue };
        let Kind::Set(hosts) = ir.kind(value) else { continue };
        let mut left: Vec<(&Name, Loc, ExprId)> = hosts
            .attrs
            .iter()
            .filter_map(|host| match host.value {
                AttrValue::Expr(value) if matches!(ir.kind(value), Kind::Apply(..)) => {
                    Some((&host.name, host.at, value))
                }
                _ => None,
            })
            .take(MAX_HOSTS)
            .collect();
        // Each group is those that are like its first.
        while let Some((_, _, first)) = left.first().copied() {
            let mut differs = Vec::new();
            let mut alike = |value: ExprId| {
                let mut own = Vec::new();
                let mut pair = Pair { ir, digests, steps: 0, differs: &mut own };
                let shared = pair.shared(first, value, None);
                let both = digests[first.0 as usize].nodes.saturating_add(digests[value.0 as usize].nodes);
                let is =
                    shared.code >= MIN_CODE && shared.nodes.saturating_mul(200) >= both.saturating_mul(MIN_PERCENT);
                if is {
                    differs.extend(own);
                }
                is
            };
            let (group, rest): (Vec<_>, Vec<_>) = left.iter().partition(|(_, _, value)| alike(*value));
            if group.len() >= 2 {
                let mut names: Vec<Name> = Vec::new();
                for name in differs {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                found.push(Hosts {
                    kind: attr.name.clone(),
                    hosts: group.iter().map(|(name, at, value)| ((*name).clone(), *at, ir.expr(*value).loc)).collect(),
                    differs: names,
                    maker: callee(ir, first).to_owned(),
                });
            }
            left = if rest.len() < left.len() { rest } else { left.split_off(1) };
        }
    }
    found
}

/// What two trees share.
#[derive(Clone, Copy, Default)]
struct Shared {
    nodes: u32,
    code: u32,
}

impl Shared {
    fn of(digest: &Digest) -> Self {
        Self { nodes: digest.nodes, code: digest.code }
    }

    fn one(code: u32) -> Self {
        Self { nodes: 1, code }
    }

    fn and(self, more: Self) -> Self {
        Self { nodes: self.nodes.saturating_add(more.nodes), code: self.code.saturating_add(more.code) }
    }
}

/// Two trees that are compared.
struct Pair<'a> {
    ir: &'a Ir,
    digests: &'a [Digest],
    steps: u32,
    differs: &'a mut Vec<Name>,
}

impl Pair<'_> {
    /// Expressions that both trees have in the same place; `name` is the attribute around them.
    fn shared(&mut self, a: ExprId, b: ExprId, name: Option<&Name>) -> Shared {
        self.steps += 1;
        let (one, two) = (&self.digests[a.0 as usize], &self.digests[b.0 as usize]);
        if one.exact == two.exact {
            return Shared::of(one);
        }
        if self.steps > MAX_STEPS {
            return Shared::default();
        }
        let ir = self.ir;
        match (ir.kind(a), ir.kind(b)) {
            (Kind::Apply(head, tail), Kind::Apply(other, last)) | (Kind::With(head, tail), Kind::With(other, last)) => {
                let function = self.shared(*head, *other, name);
                Shared::one(1).and(function).and(self.shared(*tail, *last, name))
            }
            (Kind::Set(one), Kind::Set(two)) if one.dynamic.is_empty() && two.dynamic.is_empty() => self.sets(one, two),
            (Kind::List(one), Kind::List(two)) => self.lists(one, two, name),
            (Kind::Lambda(one), Kind::Lambda(two)) if one.formals.is_none() == two.formals.is_none() => {
                Shared::one(1).and(self.shared(one.body, two.body, name))
            }
            (one, two) => {
                let unnamed = if matches!(one, Kind::Path(_)) { "path" } else { "value" };
                self.differs.push(name.cloned().unwrap_or_else(|| unnamed.into()));
                if is_literal(one) && is_literal(two) { Shared::one(0) } else { Shared::default() }
            }
        }
    }

    fn sets(&mut self, one: &Set, two: &Set) -> Shared {
        let mut sum = Shared::one(0);
        for attr in &one.attrs {
            let Ok(at) = two.by_name.binary_search_by(|at| two.attrs[*at as usize].name.cmp(&attr.name)) else {
                self.differs.push(attr.name.clone());
                continue;
            };
            sum = match (attr.value, two.attrs[two.by_name[at] as usize].value) {
                (AttrValue::Expr(a), AttrValue::Expr(b)) | (AttrValue::InheritFrom(a), AttrValue::InheritFrom(b)) => {
                    sum.and(self.shared(a, b, Some(&attr.name)))
                }
                (AttrValue::Inherit, AttrValue::Inherit) => sum.and(Shared::one(1)),
                _ => {
                    self.differs.push(attr.name.clone());
                    sum
                }
            };
        }
        let has = |name: &Name| one.by_name.binary_search_by(|at| one.attrs[*at as usize].name.cmp(name)).is_ok();
        self.differs.extend(two.attrs.iter().filter(|attr| !has(&attr.name)).map(|attr| attr.name.clone()));
        sum
    }

    /// Items that both have, wherever they stand; what is left is compared in order.
    fn lists(&mut self, one: &[ExprId], two: &[ExprId], name: Option<&Name>) -> Shared {
        let mut sum = Shared::one(0);
        let mut rest: Vec<ExprId> = two.to_vec();
        let mut own = Vec::new();
        for item in one {
            self.steps += 1;
            let digest = &self.digests[item.0 as usize];
            let same = |other: &ExprId| self.digests[other.0 as usize].exact == digest.exact;
            if let Some(at) = rest.iter().take(MAX_ITEMS).position(same) {
                rest.remove(at);
                sum = sum.and(Shared::of(digest));
            } else {
                own.push(*item);
            }
        }
        if own.len() != rest.len() {
            self.differs.extend(name.cloned());
        }
        for (a, b) in own.into_iter().zip(rest) {
            sum = sum.and(self.shared(a, b, name));
        }
        sum
    }
}
