//! Scopes of a file, members of sets and steps of selections as the walk looks them up: in the lowered code itself,
//! without tables of names.

use std::collections::HashMap;

use super::ir::{Key, Lambda, Name, Set};

/// A scope.
pub(super) struct Frame<'a> {
    pub(super) parent: Option<u32>,
    pub(super) binds: Binds<'a>,
}

/// What a scope binds, and the node of the first name; the nodes of the others follow in order of place.
pub(super) enum Binds<'a> {
    Nothing,
    With,
    Set(&'a Set, u32),
    Parameters(&'a Lambda, u32),
}

impl Binds<'_> {
    /// The node of a name.
    pub(super) fn get(&self, name: &str) -> Option<u32> {
        match self {
            Self::Nothing | Self::With => None,
            Self::Set(set, first) => set.place(name).map(|at| first + at),
            Self::Parameters(lambda, first) => {
                let own = u32::from(lambda.param.is_some());
                let formal = lambda.formals.as_ref().and_then(|formals| formals.place(name));
                let param = || lambda.param.as_ref().filter(|(param, _)| **param == *name).map(|_| *first);
                formal.map(|at| first + own + at).or_else(param)
            }
        }
    }
}

/// The names of a selection that are written out.
#[derive(Clone, Copy)]
pub(super) enum Steps<'a> {
    Keys(&'a [Key]),
    Inherited(&'a Name),
}

impl<'a> Steps<'a> {
    pub(super) fn get(self, step: usize) -> Option<&'a Name> {
        match self {
            Self::Keys(keys) => match keys.get(step)? {
                Key::Static(name, _) => Some(name),
                Key::Dynamic(_) => None,
            },
            Self::Inherited(name) => (step == 0).then_some(name),
        }
    }

    /// Up to the first that is computed.
    pub(super) fn iter(self) -> impl Iterator<Item = &'a Name> {
        (0..).map_while(move |step| self.get(step))
    }
}

/// The attributes of a name that are written in a node's value.
pub(super) type Members<'a> = HashMap<(u32, &'a str), Vec<u32>, foldhash::fast::RandomState>;

/// The attributes of sets, with the node they are written in and the node of the first.
pub(super) fn members_of<'a>(sets: &[(u32, &'a Set, u32)]) -> Members<'a> {
    let mut members = Members::default();
    for (owner, set, first) in sets {
        for (attr, node) in set.attrs.iter().zip(*first..) {
            members.entry((*owner, &*attr.name)).or_default().push(node);
        }
    }
    members
}
