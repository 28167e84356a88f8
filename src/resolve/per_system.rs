//! Values that are written once for each system, and are the same but for the system's name.

use super::clones::Digest;
use super::ir::{AttrValue, Ir, Loc, Name, Set};

/// Systems that nixpkgs knows (`lib.systems.doubles`), those that flakes name.
const SYSTEMS: &[&str] = &[
    "x86_64-linux",
    "aarch64-linux",
    "x86_64-darwin",
    "aarch64-darwin",
    "i686-linux",
    "armv6l-linux",
    "armv7l-linux",
    "riscv64-linux",
    "powerpc64le-linux",
    "x86_64-freebsd",
];
/// A value with fewer expressions is as short as the helper would be.
const MIN_NODES: u32 = 3;

/// A value written for several systems.
#[derive(Clone, Debug)]
pub struct PerSystem {
    /// The attribute whose value the systems are names in.
    pub name: Option<Name>,
    /// Each system with its name's place and its value's.
    pub systems: Vec<(Name, Loc, Loc)>,
    /// Further systems there, whose values differ.
    pub others: u32,
    /// Expressions of one value.
    pub nodes: u32,
}

/// The number of a system by its name.
pub(super) fn number(text: &[u8]) -> Option<u32> {
    // Few names are that long.
    let found = (text.len() > 9).then(|| SYSTEMS.iter().position(|system| system.as_bytes() == text));
    found.flatten().map(|at| at as u32)
}

/// Looks at one set.
pub(super) fn read(ir: &Ir, set: &Set, name: Option<&Name>, digests: &[Digest]) -> Option<PerSystem> {
    let mut values = Vec::new();
    for attr in &set.attrs {
        if let (Some(bit), AttrValue::Expr(value)) = (number(attr.name.as_bytes()), attr.value) {
            values.push((bit, attr, value));
        }
    }
    // The largest group of equal values; there are as many as systems at most.
    let fits = |bit: u32, digest: &Digest| digest.systems & !(1 << bit) == 0;
    let of = |hash: u64| values.iter().filter(move |(_, _, value)| digests[value.0 as usize].by_system == hash);
    let mut best: Vec<_> = Vec::new();
    for (bit, _, value) in &values {
        let digest = &digests[value.0 as usize];
        if digest.nodes < MIN_NODES || digest.code == 0 || !fits(*bit, digest) {
            continue;
        }
        let group: Vec<_> = of(digest.by_system).filter(|(bit, _, v)| fits(*bit, &digests[v.0 as usize])).collect();
        if group.len() > best.len() {
            best = group;
        }
    }
    let (_, _, first) = best.first()?;
    if best.len() < 2 {
        return None;
    }
    Some(PerSystem {
        name: name.cloned(),
        nodes: digests[first.0 as usize].nodes,
        others: (values.len() - best.len()) as u32,
        systems: best.iter().map(|(_, attr, value)| (attr.name.clone(), attr.at, ir.expr(*value).loc)).collect(),
    })
}
