//! What a flake reads of its inputs: `outputs` is followed with the set of all inputs, `self` and each single input as
//! marked values, into the files that it imports with them. Where a marked set goes somewhere that cannot be followed
//! (`specialArgs`, a framework), it *escapes*, and then nothing is proven.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::eval::{World, join};
use super::flakes::{Flake, Role};
use super::ir::{Attr, AttrValue, ExprId, Ir, Key, Kind, Lambda, Name, Operator, Part, Set};
use super::mentions::{self, Mentions};
use super::stored::Stored;
use crate::discover::Tree;
use crate::source::{FileId, SourceFile, Sources};

/// Files that one flake is followed into.
const MAX_CALLS: usize = 256;
/// Names of attributes whose value is a path, though it is written as the whole flake.
const PLACES: [&str; 1] = ["src"];

/// Whether code reads an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Readers {
    /// Some does.
    Known,
    /// Every use would be visible, and there is none.
    None,
    /// The inputs are passed on, but no file names this one.
    LikelyNone,
}

/// A marked value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    /// One input.
    Input(Name),
    /// The set of all inputs, `self` among them.
    All,
    /// The flake itself.
    Itself,
    /// Anything else.
    Other,
}

/// What was seen.
#[derive(Debug, Default)]
struct Seen {
    used: BTreeSet<Name>,
    /// The set of all inputs went somewhere.
    escapes: bool,
    calls: usize,
}

struct Walker<'a> {
    world: &'a World<'a>,
    inputs: BTreeSet<Name>,
    seen: Seen,
    /// Files that were followed, with what they were given.
    done: BTreeSet<(FileId, Vec<(Name, Mark)>)>,
}

/// Names of one scope, innermost last; a `with` of all inputs is a scope of its own.
enum Scope {
    Names(BTreeMap<Name, Mark>),
    WithInputs,
    WithOther,
}

/// What following a flake's outputs told of its inputs.
struct Followed {
    /// Inputs that code reads.
    used: BTreeSet<Name>,
    /// The rest, where nothing follows them.
    candidates: BTreeSet<Name>,
    /// The set of all inputs went somewhere.
    escapes: bool,
}

/// What is known of the readers of direct inputs, for each flake of the workspace in their order.
pub(super) fn all(tree: &Tree, sources: &Sources, stored: &Stored, flakes: &[Flake]) -> Vec<BTreeMap<String, Readers>> {
    let naming = Naming::new(sources, flakes);
    let one = |flake| followed(&World::new(tree, sources, stored), flake, flakes, &naming);
    let followed: Vec<Option<Followed>> = flakes.par_iter().map(one).collect();
    let doubtful: BTreeSet<Name> = followed.iter().flatten().flat_map(|one| &one.candidates).cloned().collect();
    let escaping = followed.iter().flatten().filter(|one| one.escapes);
    let passed_on: BTreeSet<Name> = escaping.flat_map(|one| &one.candidates).cloned().collect();
    let mentions = mentions::read(sources, stored, flakes, &doubtful, &passed_on);
    let verdicts = flakes.iter().zip(followed);
    verdicts
        .map(|(flake, followed)| followed.map_or_else(BTreeMap::new, |one| readers(flake, flakes, one, &mentions)))
        .collect()
}

/// The files that the name of a directory below the root occurs in, for each that holds a flake: only they can lead
/// there. All names are looked for at once, for there may be hundreds.
struct Naming<'a>(BTreeMap<&'a str, BTreeSet<FileId>>);

impl<'a> Naming<'a> {
    fn new(sources: &Sources, flakes: &'a [Flake]) -> Self {
        let asked = flakes.iter().filter(|flake| flake.role <= Role::Sub && flake.dir != ".");
        let names: BTreeSet<&str> = asked.map(directory_name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let mut found: BTreeMap<&str, BTreeSet<FileId>> = BTreeMap::new();
        let Some(search) = AhoCorasick::new(&names).ok().filter(|_| !names.is_empty()) else { return Self(found) };
        let files: Vec<_> = sources.iter().collect();
        let in_file = |(id, file): (FileId, &SourceFile)| {
            let text = file.glance();
            mentions::occurring(&text, &search).into_iter().map(move |name| (name, id)).collect::<Vec<_>>()
        };
        let places: Vec<(usize, FileId)> = files.into_par_iter().flat_map_iter(in_file).collect();
        for (name, id) in places {
            found.entry(names[name]).or_default().insert(id);
        }
        Self(found)
    }

    fn of(&self, flake: &Flake) -> impl Iterator<Item = FileId> {
        self.0.get(directory_name(flake)).into_iter().flatten().copied()
    }
}

fn directory_name(flake: &Flake) -> &str {
    flake.dir.rsplit('/').next().unwrap_or(&flake.dir)
}

/// Follows the outputs of a flake; nothing where that tells nothing. Templates hold inputs for whoever takes them, and
/// fixtures for their tests.
fn followed(world: &World<'_>, flake: &Flake, flakes: &[Flake], naming: &Naming<'_>) -> Option<Followed> {
    if flake.role > Role::Sub {
        return None;
    }
    let ir = world.modules.ir(flake.file);
    let outputs = flake.top.outputs.filter(|_| flake.top.is_set && !mentions::is_broken(ir))?;
    let Kind::Lambda(lambda) = ir.kind(outputs) else { return None };
    let computed = flake.top.non_literal.iter().any(|(what, _, _)| what.starts_with("inputs") || what == "flake.nix");
    // A flake without outputs holds inputs for somebody else (flake-parts' partitions read such a one).
    if computed || mentions::is_empty(ir, lambda.body) || is_read_elsewhere(world, flake, naming) {
        return None;
    }
    let inputs: BTreeSet<Name> = flake.top.inputs.iter().map(|input| Name::from(input.name.as_str())).collect();
    let seen = Seen::default();
    let mut walker = Walker { world, inputs: inputs.clone(), seen, done: BTreeSet::new() };
    walker.enter(flake.file, lambda, &Mark::All, &mut Vec::new());
    let Seen { used, escapes, .. } = walker.seen;
    let mut candidates: BTreeSet<Name> = inputs.into_iter().filter(|name| !used.contains(name)).collect();
    candidates.retain(|name| !is_followed(flake, flakes, name));
    Some(Followed { used, candidates, escapes })
}

fn readers(flake: &Flake, flakes: &[Flake], followed: Followed, mentions: &Mentions) -> BTreeMap<String, Readers> {
    let verdict = |name: Name| {
        let declared = flake.top.inputs.iter().any(|input| input.declared && *input.name == *name);
        if mentions.read(&name) {
            // With several flakes it may be another one's.
            return (flakes.len() == 1).then(|| (name.to_string(), Readers::Known));
        }
        if mentions.off_a_lock(&name) || !declared {
            return None;
        }
        if !followed.escapes {
            return Some((name.to_string(), Readers::None));
        }
        (!mentions.anywhere(&name)).then(|| (name.to_string(), Readers::LikelyNone))
    };
    let known = followed.used.iter().map(|name| (name.to_string(), Readers::Known));
    known.chain(followed.candidates.into_iter().filter_map(verdict)).collect()
}

/// Whether an override of this flake, or of another one of the workspace, follows the input.
fn is_followed(flake: &Flake, flakes: &[Flake], name: &str) -> bool {
    let steps = |other: &Flake| {
        let of = |input: &super::inputs::Input| {
            let overrides = input.overrides.iter().filter_map(|over| over.follows.clone());
            overrides.chain(input.follows.clone()).collect::<Vec<_>>()
        };
        other.top.inputs.iter().flat_map(of).collect::<Vec<String>>()
    };
    steps(flake).iter().any(|path| path.split('/').next() == Some(name))
        || flakes
            .iter()
            .filter(|other| other.dir != flake.dir)
            .any(|other| steps(other).iter().any(|path| path.split('/').skip(1).any(|step| step == name)))
}

/// Whether other code of the workspace takes a flake below the root by its directory.
fn is_read_elsewhere(world: &World<'_>, flake: &Flake, naming: &Naming<'_>) -> bool {
    if flake.dir == "." {
        return false;
    }
    let own = format!("{}/", flake.dir);
    let name = directory_name(flake);
    // What leads to the directory from outside of it ends in its name, or goes through it.
    naming
        .of(flake)
        .filter(|id| !world.sources.path(*id).starts_with(&own))
        .any(|id| world.modules.glance(id, |ir| mentions::texts(ir).any(|text| text.contains(name))))
}

impl Walker<'_> {
    fn ir(&self, file: FileId) -> &Ir {
        self.world.modules.ir(file)
    }

    /// Follows a function with a marked set for its argument.
    fn enter(&mut self, file: FileId, lambda: &Lambda, argument: &Mark, scopes: &mut Vec<Scope>) {
        let mut names = BTreeMap::new();
        if let Some((name, _)) = &lambda.param {
            names.insert(name.clone(), argument.clone());
        }
        let formals: Vec<_> = lambda.formals.iter().flat_map(|formals| &formals.entries).collect();
        for formal in &formals {
            names.insert(formal.name.clone(), self.member(argument, &formal.name));
        }
        scopes.push(Scope::Names(names));
        for default in formals.iter().filter_map(|formal| formal.default) {
            self.walk(file, default, scopes);
        }
        self.walk(file, lambda.body, scopes);
        scopes.pop();
    }

    /// What an attribute of a marked set is.
    fn member(&self, of: &Mark, name: &Name) -> Mark {
        match of {
            Mark::All if &**name == "self" => Mark::Itself,
            Mark::All if self.inputs.contains(name) => Mark::Input(name.clone()),
            Mark::Itself if &**name == "inputs" => Mark::All,
            _ => Mark::Other,
        }
    }

    fn look_up(&self, name: &Name, scopes: &[Scope]) -> Mark {
        for scope in scopes.iter().rev() {
            if let Scope::Names(names) = scope
                && let Some(mark) = names.get(name)
            {
                return mark.clone();
            }
        }
        let with = scopes.iter().any(|scope| matches!(scope, Scope::WithInputs));
        if with { self.member(&Mark::All, name) } else { Mark::Other }
    }

    /// What an expression is, where it is a marked value; nothing is noted as used yet.
    fn mark(&self, file: FileId, expr: ExprId, scopes: &[Scope]) -> Mark {
        match self.ir(file).kind(expr) {
            Kind::Var(name) => self.look_up(name, scopes),
            Kind::Select(of, keys, None) => {
                let mut mark = self.mark(file, *of, scopes);
                for key in keys {
                    mark = match (key, &mark) {
                        (Key::Static(name, _), Mark::All | Mark::Itself) => self.member(&mark, name),
                        (_, Mark::Input(name)) => return Mark::Input(name.clone()),
                        _ => return Mark::Other,
                    };
                }
                mark
            }
            _ => Mark::Other,
        }
    }

    /// A value goes where it is not followed.
    fn give(&mut self, mark: &Mark) {
        match mark {
            Mark::Input(name) => {
                self.seen.used.insert(name.clone());
            }
            Mark::All | Mark::Itself => self.seen.escapes = true,
            Mark::Other => {}
        }
    }

    fn walk(&mut self, file: FileId, expr: ExprId, scopes: &mut Vec<Scope>) {
        let world = self.world;
        let ir = world.modules.ir(file);
        match ir.kind(expr) {
            Kind::Error => self.seen.escapes = true,
            Kind::Int(_) | Kind::Float(_) | Kind::CurPos | Kind::Search(_) => {}
            Kind::Var(name) => {
                let mark = self.look_up(name, scopes);
                self.give(&mark);
            }
            Kind::Str(text) => self.parts(file, &text.parts, scopes),
            Kind::Path(parts) => self.parts(file, parts, scopes),
            Kind::List(items) => items.iter().for_each(|item| self.walk(file, *item, scopes)),
            Kind::Set(set) | Kind::LegacyLet(set) => {
                self.set(file, set, scopes);
                if set.recursive {
                    scopes.pop();
                }
            }
            Kind::Let(set, body) => {
                self.set(file, set, scopes);
                self.walk(file, *body, scopes);
                scopes.pop();
            }
            Kind::With(namespace, body) => {
                let mark = self.mark(file, *namespace, scopes);
                if mark == Mark::All {
                    scopes.push(Scope::WithInputs);
                } else {
                    self.place(file, *namespace, scopes);
                    scopes.push(Scope::WithOther);
                }
                self.walk(file, *body, scopes);
                scopes.pop();
            }
            Kind::If(a, b, c) => [a, b, c].into_iter().for_each(|e| self.walk(file, *e, scopes)),
            Kind::Lambda(lambda) => self.enter(file, lambda, &Mark::Other, scopes),
            Kind::Apply(f, argument) => self.apply(file, *f, *argument, scopes),
            Kind::Select(of, keys, default) => {
                self.select(file, *of, keys, scopes);
                if let Some(default) = default {
                    self.walk(file, *default, scopes);
                }
            }
            Kind::Has(of, keys) => self.select(file, *of, keys, scopes),
            Kind::Not(e) | Kind::Negate(e) => self.walk(file, *e, scopes),
            // `self + "/x"` is a path.
            Kind::Binary(Operator::Add, a, b) => {
                self.place(file, *a, scopes);
                self.place(file, *b, scopes);
            }
            Kind::Assert(a, b) | Kind::Binary(_, a, b) => {
                self.walk(file, *a, scopes);
                self.walk(file, *b, scopes);
            }
        }
    }

    /// A value that is read as a path: the flake's own, which tells nothing of its inputs.
    fn place(&mut self, file: FileId, expr: ExprId, scopes: &mut Vec<Scope>) {
        if self.mark(file, expr, scopes) != Mark::Itself {
            self.walk(file, expr, scopes);
        }
    }

    fn parts(&mut self, file: FileId, parts: &[Part], scopes: &mut Vec<Scope>) {
        for part in parts {
            if let Part::Expr(expr) = part {
                self.place(file, *expr, scopes);
            }
        }
    }

    fn select(&mut self, file: FileId, of: ExprId, keys: &[Key], scopes: &mut Vec<Scope>) {
        for key in keys {
            if let Key::Dynamic(expr) = key {
                self.walk(file, *expr, scopes);
            }
        }
        let mut mark = self.mark(file, of, scopes);
        if mark == Mark::Other {
            return self.walk(file, of, scopes);
        }
        for key in keys {
            // A computed name may be any: all of the set goes there.
            match (key, &mark) {
                (Key::Static(name, _), Mark::All | Mark::Itself) => mark = self.member(&mark, name),
                _ => break,
            }
        }
        self.give(&mark);
    }

    /// What an attribute's value is.
    fn value_of(&mut self, file: FileId, attr: &Attr, scopes: &mut [Scope]) -> Mark {
        match attr.value {
            AttrValue::Expr(value) => self.mark(file, value, scopes),
            AttrValue::Inherit => self.look_up(&attr.name, scopes),
            AttrValue::InheritFrom(from) => {
                let of = self.mark(file, from, scopes);
                self.member(&of, &attr.name)
            }
        }
    }

    /// The attributes of a set or `let`. A recursive set leaves its scope behind, to be taken off by the caller.
    fn set(&mut self, file: FileId, set: &Set, scopes: &mut Vec<Scope>) {
        let mut aliases = BTreeSet::new();
        if set.recursive {
            let mut names = BTreeMap::new();
            for attr in &set.attrs {
                let mark = self.value_of(file, attr, scopes);
                if matches!(mark, Mark::All | Mark::Itself) {
                    aliases.insert(attr.name.clone());
                }
                // An input under another name counts as used where it is named.
                let kept = if matches!(mark, Mark::Input(_)) { Mark::Other } else { mark };
                names.insert(attr.name.clone(), kept);
            }
            scopes.push(Scope::Names(names));
        }
        for attr in &set.attrs {
            self.attribute(file, set, attr, aliases.contains(&attr.name), scopes);
        }
        for dynamic in &set.dynamic {
            self.walk(file, dynamic.key, scopes);
            self.walk(file, dynamic.value, scopes);
        }
    }

    fn attribute(&mut self, file: FileId, set: &Set, attr: &Attr, alias: bool, scopes: &mut Vec<Scope>) {
        match attr.value {
            AttrValue::Expr(_) | AttrValue::Inherit if alias => {}
            AttrValue::Expr(value) if PLACES.contains(&&*attr.name) => self.place(file, value, scopes),
            AttrValue::Expr(value) => self.walk(file, value, scopes),
            AttrValue::Inherit => {
                // Looked up outside of the recursive set.
                let own = if set.recursive { scopes.pop() } else { None };
                let mark = self.look_up(&attr.name, scopes);
                self.give(&mark);
                scopes.extend(own);
            }
            AttrValue::InheritFrom(from) => match self.mark(file, from, scopes) {
                Mark::Other => self.walk(file, from, scopes),
                of => {
                    let mark = self.member(&of, &attr.name);
                    if !alias {
                        self.give(&mark);
                    }
                    if matches!(of, Mark::Input(_)) {
                        self.give(&of);
                    }
                }
            },
        }
    }

    /// A call: `import ./x inputs` and `import ./x { inherit inputs; }` are followed into the file.
    fn apply(&mut self, file: FileId, f: ExprId, argument: ExprId, scopes: &mut Vec<Scope>) {
        if let Some(callee) = self.imported(file, f)
            && self.follow(file, callee, argument, scopes)
        {
            return;
        }
        self.walk(file, f, scopes);
        self.walk(file, argument, scopes);
    }

    /// The file behind `import ./x`, where `import` is called with one more argument.
    fn imported(&self, file: FileId, f: ExprId) -> Option<FileId> {
        let ir = self.ir(file);
        let Kind::Apply(import, path) = ir.kind(f) else { return None };
        let Kind::Var(name) = ir.kind(*import) else { return None };
        let Kind::Path(parts) = ir.kind(*path) else { return None };
        let [Part::Text(text)] = &**parts else { return None };
        if &**name != "import" {
            return None;
        }
        let path = self.world.sources.path(file);
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        join(directory, text).and_then(|path| self.world.nix_file(&path))
    }

    /// Follows a call of a file; false where its argument cannot be followed.
    fn follow(&mut self, file: FileId, callee: FileId, argument: ExprId, scopes: &mut Vec<Scope>) -> bool {
        let world = self.world;
        let target = world.modules.ir(callee);
        let Some(Kind::Lambda(lambda)) = target.root.map(|root| target.kind(root)) else { return false };
        if mentions::is_broken(target) {
            return false;
        }
        self.seen.calls += 1;
        if self.seen.calls > MAX_CALLS {
            return false;
        }
        let whole = self.mark(file, argument, scopes);
        if matches!(whole, Mark::All | Mark::Itself) {
            if self.done.insert((callee, vec![(Name::from(""), whole.clone())])) {
                self.enter(callee, lambda, &whole, &mut Vec::new());
            }
            return true;
        }
        let ir = world.modules.ir(file);
        let Kind::Set(set) = ir.kind(argument) else { return false };
        let Some(formals) = lambda.formals.as_ref().filter(|_| lambda.param.is_none() && !set.recursive) else {
            return false;
        };
        let mut given = BTreeMap::new();
        for attr in &set.attrs {
            let mark = self.value_of(file, attr, scopes);
            let passed = matches!(mark, Mark::All | Mark::Itself);
            if !(passed && (formals.takes(&attr.name) || formals.ellipsis)) {
                self.attribute(file, set, attr, false, scopes);
            }
            given.insert(attr.name.clone(), if passed { mark } else { Mark::Other });
        }
        for dynamic in &set.dynamic {
            self.walk(file, dynamic.key, scopes);
            self.walk(file, dynamic.value, scopes);
        }
        if self.done.insert((callee, given.clone().into_iter().collect())) {
            let mut inner = vec![Scope::Names(given)];
            let names: BTreeMap<Name, Mark> = formals
                .entries
                .iter()
                .map(|formal| (formal.name.clone(), self.look_up(&formal.name, &inner)))
                .collect();
            inner[0] = Scope::Names(names);
            for default in formals.entries.iter().filter_map(|formal| formal.default) {
                self.walk(callee, default, &mut inner);
            }
            self.walk(callee, lambda.body, &mut inner);
        }
        true
    }
}
