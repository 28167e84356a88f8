//! What a file defines and does not use: names, `with`s, `rec`s.
//!
//! A `let` binding is used when something that is used names it; the file's value is used, and so is every attribute
//! of a set. A chain of bindings that only use each other is reported once, at its head. Names of functions are
//! judged by their uses alone, for a function cannot choose what it is called with.

use std::collections::{BTreeMap, BTreeSet};

use super::cuts::{self, Edits};
use super::ir::{Ir, Kind, Loc, Name};
use super::names::{Definition, DefinitionKind, FunctionRole, Names, Scope, ScopeKind, Target};
use super::rec_outputs::{RecOutputs, rec_outputs};

/// A `let` binding that nothing needs.
#[derive(Clone, Debug)]
pub struct UnusedBinding {
    /// Its name.
    pub name: Name,
    /// Where the name is written.
    pub at: Loc,
    /// The whole binding.
    pub span: Loc,
    /// Whether it is inherited.
    pub inherited: bool,
    /// What only it uses, or only it and others that nothing needs.
    pub chain: Vec<(Name, Loc)>,
    /// How to remove it and what only it uses; empty where that is not known.
    pub edits: Edits,
    /// How many of the chain go with it.
    pub removed: usize,
}

/// Names of one set pattern that the function never reads.
#[derive(Clone, Debug)]
pub struct UnusedFormals {
    /// The names, in order of place.
    pub names: Vec<(Name, Loc)>,
    /// Whether the function takes names that it does not list.
    pub ellipsis: bool,
    /// What the function is.
    pub role: FunctionRole,
    /// How to remove them.
    pub edits: Edits,
}

/// A name that is never read.
#[derive(Clone, Debug)]
pub struct UnusedName {
    /// The name.
    pub name: Name,
    /// Where it is written.
    pub at: Loc,
    /// How to remove it; empty where that is not known.
    pub edits: Edits,
}

/// A `with` or a `rec` that changes nothing.
#[derive(Clone, Debug)]
pub struct Useless {
    /// `with X;`, or the word `rec`.
    pub at: Loc,
    /// How to remove it.
    pub edits: Edits,
}

/// A formal that a `let` binding hides in the whole body of its function.
#[derive(Clone, Debug)]
pub struct Hidden {
    /// The name.
    pub name: Name,
    /// Where the binding's name is written.
    pub at: Loc,
    /// Where the formal is written.
    pub formal: Loc,
    /// Whether the formal is never read at all.
    pub unused: bool,
}

/// What a file defines and does not use. All in order of place.
#[derive(Clone, Debug, Default)]
pub struct Unused {
    /// `let` bindings.
    pub bindings: Vec<UnusedBinding>,
    /// Names of set patterns, a row a pattern.
    pub formals: Vec<UnusedFormals>,
    /// The `name` of `{ … }@name:`.
    pub whole: Vec<UnusedName>,
    /// `x:`.
    pub arguments: Vec<UnusedName>,
    /// `with`s that no name of their body can come from.
    pub withs: Vec<Useless>,
    /// `rec`s of sets whose attributes do not name each other.
    pub recs: Vec<Useless>,
    /// `rec` sets of outputs that name each other.
    pub rec_outputs: Vec<RecOutputs>,
    /// Formals that are hidden.
    pub hidden: Vec<Hidden>,
}

/// Built-in names that some Nix has only by a setting, or that later versions added: there a `with` may supply them.
pub(crate) fn is_everywhere(name: &str) -> bool {
    !name.starts_with("__") && !matches!(name, "break" | "fetchTree" | "fetchClosure")
}

/// Finds what a file does not use. `cuts` gives the file's syntax tree, which says how to remove it.
pub(super) fn unused(ir: &Ir, names: &Names, cuts: &cuts::Lazy<'_>) -> Unused {
    let uses = Uses::new(names);
    let mut found = Unused { bindings: bindings(names, &uses, cuts), ..Unused::default() };
    functions(names, &uses, cuts, &mut found);
    found.withs = withs(names, &uses, cuts);
    found.recs = recs(ir, names, cuts);
    found.rec_outputs = rec_outputs(ir, names);
    found.hidden = hidden(names, &uses);
    found
}

/// Who uses what. Vectors are by number of definition.
struct Uses {
    /// Whether something that is needed, or that cannot be told, names it.
    needed: Vec<bool>,
    /// Whether what is written in it is needed.
    context: Vec<bool>,
    /// Whether anything names it but its own default.
    named: Vec<bool>,
    /// What is named in it.
    inside: Vec<Vec<u32>>,
    /// What is defined in it.
    nested: Vec<Vec<u32>>,
    /// The definitions that name it, `None` for the file's value.
    by: Vec<Vec<Option<u32>>>,
    /// Others that are inherited from the same expression, by the first of them.
    sharing: Vec<Vec<u32>>,
}

impl Uses {
    fn new(names: &Names) -> Self {
        let count = names.definitions.len();
        let mut uses = Self {
            needed: vec![false; count],
            context: vec![false; count],
            named: vec![false; count],
            inside: vec![Vec::new(); count],
            nested: vec![Vec::new(); count],
            by: vec![Vec::new(); count],
            sharing: vec![Vec::new(); count],
        };
        let mut open = Vec::new();
        for (number, definition) in (0_u32..).zip(&names.definitions) {
            if let Some(first) = definition.source {
                uses.sharing[first as usize].push(number);
            }
            match definition.within {
                Some(outer) => uses.nested[outer as usize].push(number),
                // An attribute is part of the value of its set.
                None if definition.kind == DefinitionKind::Rec => open.push(number),
                None => {}
            }
        }
        for reference in &names.references {
            let Target::Definition(target) = reference.target else { continue };
            uses.named[target as usize] |= !reference.own;
            uses.by[target as usize].push(reference.within);
            match reference.within {
                Some(context) => uses.inside[context as usize].push(target),
                None => open.push(target),
            }
        }
        while let Some(number) = open.pop() {
            let definition = &names.definitions[number as usize];
            uses.needed[number as usize] = true;
            for context in [Some(number), definition.source].into_iter().flatten().map(|context| context as usize) {
                if std::mem::replace(&mut uses.context[context], true) {
                    continue;
                }
                open.extend(uses.inside[context].iter().filter(|target| !uses.needed[**target as usize]));
                let attribute = |inner: &&u32| names.definitions[**inner as usize].kind == DefinitionKind::Rec;
                open.extend(uses.nested[context].iter().filter(attribute));
            }
        }
        uses
    }

    /// Whether the code of a definition's place is needed.
    fn is_live(&self, within: Option<u32>) -> bool {
        within.is_none_or(|outer| self.context[outer as usize])
    }
}

/// Names that say themselves that they are not used.
fn is_spared(definition: &Definition) -> bool {
    definition.name.starts_with('_')
}

fn bindings(names: &Names, uses: &Uses, cuts: &cuts::Lazy<'_>) -> Vec<UnusedBinding> {
    let all = &names.definitions;
    let dead = |number: u32| {
        let definition = &all[number as usize];
        definition.kind == DefinitionKind::Let && !uses.needed[number as usize] && uses.is_live(definition.within)
    };
    let numbers: Vec<u32> = (0..all.len() as u32).filter(|number| dead(*number)).collect();
    let foreign = |number: u32| uses.by[number as usize].iter().any(|by| *by != Some(number));
    // Heads are what nothing names; then whatever only names itself in a circle.
    let mut heads: Vec<u32> = numbers.iter().copied().filter(|number| !foreign(*number)).collect();
    heads.extend(numbers.iter().copied().filter(|number| foreign(*number)));
    let mut owner: BTreeMap<u32, u32> = BTreeMap::new();
    let mut found = Vec::new();
    for head in heads {
        // A name that begins with `_` is meant to stay, and with it what it uses.
        if owner.contains_key(&head) {
            continue;
        }
        owner.insert(head, head);
        let (mut chain, mut next) = (Vec::new(), 0);
        let mut from = vec![head];
        while let Some(number) = from.get(next).copied() {
            next += 1;
            let contexts = [Some(number), all[number as usize].source];
            let contexts = contexts.into_iter().flatten().map(|context| context as usize);
            for target in contexts.flat_map(|context| uses.inside[context].iter().chain(&uses.nested[context])) {
                let is_new = !uses.needed[*target as usize] && !owner.contains_key(target);
                if !is_new {
                    continue;
                }
                owner.insert(*target, head);
                from.push(*target);
                // What is defined inside of the chain is no part of it: it goes with the code around it.
                if uses.is_live(all[*target as usize].within) {
                    chain.push(*target);
                }
            }
        }
        if is_spared(&all[head as usize]) {
            continue;
        }
        found.push((head, chain));
    }
    found.sort_unstable();
    found.into_iter().map(|(head, chain)| binding(names, uses, head, chain, cuts)).collect()
}

/// Rounds in which what cannot go with a head is found; a chain that needs more loses its head alone.
const MAX_ROUNDS: usize = 50;
/// Names inherited from one expression that are followed.
const MAX_SHARING: usize = 100;

fn binding(names: &Names, uses: &Uses, head: u32, mut chain: Vec<u32>, cuts: &cuts::Lazy<'_>) -> UnusedBinding {
    let all = &names.definitions;
    chain.sort_unstable();
    let removable = |n: &u32| all[*n as usize].kind == DefinitionKind::Let && !is_spared(&all[*n as usize]);
    let mut gone: BTreeSet<u32> = chain.iter().copied().filter(removable).chain([head]).collect();
    // What others use too goes with the last of them.
    let free = |number: u32, gone: &BTreeSet<u32>| {
        let goes = |by: u32| gone.contains(&by) || inside(all, by, gone);
        uses.by[number as usize].iter().all(|by| {
            by.is_some_and(|by| {
                let sharing = &uses.sharing[by as usize];
                goes(by) && sharing.len() <= MAX_SHARING && sharing.iter().all(|other| goes(*other))
            })
        })
    };
    for round in 0.. {
        let kept: Vec<u32> = gone.iter().copied().filter(|n| *n != head && !free(*n, &gone)).collect();
        if kept.is_empty() {
            break;
        }
        gone.retain(|n| round < MAX_ROUNDS && !kept.contains(n) || *n == head);
    }
    let places: BTreeSet<u32> = gone.iter().map(|n| all[*n as usize].at.start).collect();
    let scope = &names.scopes[all[head as usize].scope as usize];
    let edits = if !free(head, &gone) {
        Edits::new()
    } else if gone.iter().all(|n| all[*n as usize].scope == all[head as usize].scope) {
        cuts.cut(scope.at.start, scope.body, |cuts| cuts.bindings(&places))
    } else {
        cuts.get().map(|cuts| cuts.bindings(&places)).unwrap_or_default()
    };
    let definition = &all[head as usize];
    UnusedBinding {
        name: definition.name.clone(),
        at: definition.at,
        span: definition.span,
        inherited: definition.inherited,
        chain: chain.iter().map(|n| (all[*n as usize].name.clone(), all[*n as usize].at)).collect(),
        removed: if edits.is_empty() { 0 } else { gone.len() - 1 },
        edits,
    }
}

/// Whether a definition is written in one of others.
fn inside(all: &[Definition], number: u32, outer: &BTreeSet<u32>) -> bool {
    let mut next = all[number as usize].within;
    while let Some(around) = next {
        if outer.contains(&around) {
            return true;
        }
        next = all[around as usize].within;
    }
    false
}

/// Formals, the name of a whole pattern, and plain arguments.
fn functions(names: &Names, uses: &Uses, cuts: &cuts::Lazy<'_>, found: &mut Unused) {
    let hidden: BTreeSet<u32> = names.definitions.iter().filter_map(|definition| definition.hides).collect();
    let mut patterns: BTreeMap<u32, (Vec<u32>, Option<u32>)> = BTreeMap::new();
    for (number, definition) in (0_u32..).zip(&names.definitions) {
        let scope = patterns.entry(definition.scope);
        match definition.kind {
            DefinitionKind::Formal => scope.or_default().0.push(number),
            DefinitionKind::Argument => scope.or_default().1 = Some(number),
            _ => {}
        }
    }
    for (scope, (formals, whole)) in patterns {
        let Scope { kind, at: function, body } = names.scopes[scope as usize];
        let ScopeKind::Function { pattern, ellipsis, role } = kind else { continue };
        let unread = |n: &u32| {
            let definition = &names.definitions[*n as usize];
            !uses.named[*n as usize] && uses.is_live(definition.within) && !is_spared(definition)
        };
        if let Some(number) = whole.filter(unread) {
            let definition = &names.definitions[number as usize];
            let (name, at) = (definition.name.clone(), definition.at);
            if pattern {
                let edits = cuts.cut(function.start, body, |cuts| cuts.whole(at));
                found.whole.push(UnusedName { name, at, edits });
            } else {
                found.arguments.push(UnusedName { name, at, edits: Edits::new() });
            }
        }
        // Where the arguments are read as a whole, a formal says what they hold.
        if whole.is_some_and(|number| uses.named[number as usize]) {
            continue;
        }
        let own = |n: &&u32| unread(n) && !hidden.contains(n) && !is_self(role, &names.definitions[**n as usize]);
        let unread: Vec<&Definition> = formals.iter().filter(own).map(|n| &names.definitions[*n as usize]).collect();
        if unread.is_empty() {
            continue;
        }
        let places: BTreeSet<u32> = unread.iter().map(|definition| definition.at.start).collect();
        let names = unread.iter().map(|definition| (definition.name.clone(), definition.at)).collect();
        let edits = cuts.cut(function.start, body, |cuts| cuts.formals(&places));
        found.formals.push(UnusedFormals { names, ellipsis, role, edits });
    }
    found.formals.sort_by_key(|row| row.names.first().map(|(_, at)| *at));
    found.whole.sort_by_key(|row| row.at);
    found.arguments.sort_by_key(|row| row.at);
}

/// Nix passes `self` to `outputs` whether it is wanted or not.
fn is_self(role: FunctionRole, definition: &Definition) -> bool {
    role == FunctionRole::Outputs && &*definition.name == "self"
}

fn withs(names: &Names, uses: &Uses, cuts: &cuts::Lazy<'_>) -> Vec<Useless> {
    let mut supplies = vec![false; names.withs.len()];
    let mut mark = |innermost: Option<u32>| {
        let mut next = innermost;
        while let Some(number) = next {
            if std::mem::replace(&mut supplies[number as usize], true) {
                break;
            }
            next = names.withs[number as usize].outer;
        }
    };
    for reference in &names.references {
        match reference.target {
            Target::With(number) => mark(Some(number)),
            Target::Global if !is_everywhere(&reference.name) => mark(reference.with),
            _ => {}
        }
    }
    let idle = names
        .withs
        .iter()
        .zip(supplies)
        .filter(|(with, supplies)| !supplies && !with.empty && uses.is_live(with.within));
    let mut found: Vec<Useless> = idle
        .map(|(with, _)| Useless {
            at: Loc { start: with.at.start, end: with.namespace.end },
            edits: cuts.cut(with.at.start, with.body, |cuts| cuts.with(with.at)),
        })
        .collect();
    found.sort_by_key(|row| row.at);
    found
}

fn recs(ir: &Ir, names: &Names, cuts: &cuts::Lazy<'_>) -> Vec<Useless> {
    let mut read: BTreeSet<u32> = BTreeSet::new();
    for reference in &names.references {
        if let Target::Definition(target) = reference.target {
            read.insert(names.definitions[target as usize].scope);
        }
    }
    // `__overrides` changes what the names of a `rec` set mean.
    let overrides = names.definitions.iter().filter(|definition| &*definition.name == "__overrides");
    read.extend(overrides.map(|definition| definition.scope));
    let all = (0_u32..).zip(&names.scopes);
    let idle = all.filter(|(number, scope)| scope.kind == ScopeKind::Rec && !read.contains(number));
    let mut found: Vec<Useless> = idle
        .map(|(_, scope)| Useless {
            at: Loc { start: scope.at.start, end: scope.at.start + 3 },
            edits: cuts.rec(scope.at),
        })
        .filter(|row| !row.edits.is_empty())
        .collect();
    // Sets that several bindings make up are left alone: which of them says `rec` decides.
    let merged: BTreeSet<u32> = ir
        .exprs
        .iter()
        .filter_map(|expr| match &expr.kind {
            Kind::Set(set) if set.attrs.iter().any(|attr| attr.span.end > expr.loc.end) => Some(expr.loc.start),
            _ => None,
        })
        .collect();
    found.retain(|row| !merged.contains(&row.at.start));
    found.sort_by_key(|row| row.at);
    found
}

fn hidden(names: &Names, uses: &Uses) -> Vec<Hidden> {
    let hiding = names.definitions.iter().filter(|definition| uses.is_live(definition.within));
    let mut found: Vec<Hidden> = hiding
        .filter_map(|definition| {
            let number = definition.hides?;
            let formal = &names.definitions[number as usize];
            // `{ x, … }@args`: it is read as `args.x`, or passed on with the others.
            let whole = (0..).zip(&names.definitions).any(|(other, whole): (usize, _)| {
                whole.scope == formal.scope && whole.kind == DefinitionKind::Argument && uses.named[other]
            });
            let unused = !uses.named[number as usize] && !whole;
            let (name, at, formal) = (definition.name.clone(), definition.at, formal.at);
            Some(Hidden { name, at, formal, unused })
        })
        .collect();
    found.sort_by_key(|row| row.at);
    found
}
