//! Which definition every name of a file means, as Nix decides it when it parses: lexical scopes from the inside
//! out, then any enclosing `with`, else a built-in name (Nix manual, "Scope"; `Expr::bindVars`).
//!
//! `walk.rs` asks what an output needs; this asks what Nix binds, and keeps every definition and every use.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::globals;
use super::ir::{AttrValue, ExprId, Ir, Key, Kind, Lambda, Loc, Name, Part, Set};

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefinitionKind {
    /// `let x = …`.
    Let,
    /// An attribute of a `rec` set.
    Rec,
    /// A name of a set pattern, `{ x, … }:`.
    Formal,
    /// `x:`, or the `@x` of a set pattern.
    Argument,
}

/// A name that is bound.
#[derive(Clone, Debug)]
pub struct Definition {
    /// What it is.
    pub kind: DefinitionKind,
    /// The name.
    pub name: Name,
    /// Where the name is written.
    pub at: Loc,
    /// The whole binding; of an inherited name and of an argument, the name.
    pub span: Loc,
    /// Whether it is inherited.
    pub inherited: bool,
    /// The definition whose value it is written in.
    pub within: Option<u32>,
    /// What it is defined by.
    pub scope: u32,
    /// Of several names inherited from one expression: the first. The expression counts as written in that one.
    pub source: Option<u32>,
    /// The formal that it hides in the whole body of that formal's function.
    pub hides: Option<u32>,
}

/// What kind of scope it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// `let … in …`, or the old `let { … }`.
    Let,
    /// A `rec` set.
    Rec,
    /// A function.
    Function {
        /// Whether it takes a set pattern.
        pattern: bool,
        /// Whether it takes names that it does not list.
        ellipsis: bool,
        /// What it is within its file.
        role: FunctionRole,
    },
}

/// What a function is within its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionRole {
    /// The value of the file: whoever imports it calls it.
    File,
    /// The value of `outputs` in the file's own set.
    Outputs,
    /// Anything else.
    Inner,
}

/// What defines names.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// The whole expression.
    pub at: Loc,
    /// Where its body begins, which may be behind a parenthesis; the end of what has none.
    pub body: u32,
}

/// What a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A definition of the same file, by number.
    Definition(u32),
    /// Whatever a `with` supplies: the innermost one, by number, or one around it.
    With(u32),
    /// A built-in name.
    Global,
    /// Nothing: Nix refuses the file.
    Undefined,
}

/// A use of a name.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The name.
    pub name: Name,
    /// Where it is written.
    pub at: Loc,
    /// What it means.
    pub target: Target,
    /// The definition whose value it is written in.
    pub within: Option<u32>,
    /// The innermost `with` around it, unless a definition of the file comes before any.
    pub with: Option<u32>,
    /// Whether it is written in the default of the very formal it means.
    pub own: bool,
}

/// A `with`.
#[derive(Clone, Debug)]
pub struct With {
    /// The whole expression.
    pub at: Loc,
    /// Its namespace.
    pub namespace: Loc,
    /// Where its body begins, which may be behind a parenthesis.
    pub body: u32,
    /// Whether its body is an empty list or set, where names are yet to come.
    pub empty: bool,
    /// The next one around it.
    pub outer: Option<u32>,
    /// The definition whose value it is written in.
    pub within: Option<u32>,
}

/// A name that is bound twice in one set, `let` or pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The name.
    pub name: Name,
    /// The second place.
    pub at: Loc,
    /// The first place.
    pub first: Loc,
    /// Whether it is the name of an argument.
    pub formal: bool,
}

/// A use of a name that nothing defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undefined {
    /// The name.
    pub name: Name,
    /// Where it is written.
    pub at: Loc,
    /// The names of the set pattern that is nearest around it.
    pub arguments: Option<Loc>,
    /// A name in reach that probably has it as an attribute: `pkgs` for `lib`.
    pub holder: Option<Name>,
    /// Whether it stands alone in `${…}` within an indented string.
    pub in_text: bool,
}

/// The names of one file.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Definitions, in the order in which scopes open.
    pub definitions: Vec<Definition>,
    /// What defines them.
    pub scopes: Vec<Scope>,
    /// Uses, in the order of evaluation of the tree.
    pub references: Vec<Reference>,
    /// Every `with`.
    pub withs: Vec<With>,
    /// Names that are bound twice, in order of place.
    pub duplicates: Vec<Duplicate>,
    /// Uses of names that nothing defines, in order of place.
    pub undefined: Vec<Undefined>,
    /// Whether `scopedImport` is named: another file may then have names that nothing in it defines.
    pub scoped_import: bool,
}

impl Names {
    /// Keeps what is told of a file; what else there is says who uses what within it.
    pub(super) fn trim(&mut self) {
        (self.definitions, self.scopes, self.references, self.withs) = Default::default();
    }
}

/// Names that are most often an attribute of another.
const HOLDERS: &[(&str, &str)] = &[
    ("lib", "pkgs"),
    ("stdenv", "pkgs"),
    ("fetchurl", "pkgs"),
    ("fetchFromGitHub", "pkgs"),
    ("mkShell", "pkgs"),
    ("callPackage", "pkgs"),
    ("writeShellScriptBin", "pkgs"),
    ("nixpkgs", "inputs"),
    ("mkIf", "lib"),
    ("mkOption", "lib"),
    ("types", "lib"),
];

/// Where names are looked up.
#[derive(Clone, Copy)]
struct Place {
    frame: Option<u32>,
    /// The definition around.
    within: Option<u32>,
    /// The names of the nearest set pattern around.
    arguments: Option<Loc>,
    /// Where an expression is, if it is the body of something, or the value of an attribute.
    head: Head,
}

#[derive(Clone, Copy, Default)]
struct Head {
    /// The frame of the formals of the function whose body it is.
    body_of: Option<u32>,
    /// Whether it is the value of the file.
    file: bool,
    /// Whether it is the value of `outputs` in the set that is the value of the file.
    outputs: bool,
}

enum Frame {
    Names(BTreeMap<Name, u32>),
    With(u32),
}

type Bound = (Option<u32>, Option<u32>);

struct Binder<'a> {
    ir: &'a Ir,
    names: Names,
    frames: Vec<(Option<u32>, Frame)>,
    /// What names mean, seen from scopes that were far from where they were asked.
    far: RefCell<BTreeMap<(u32, Name), Bound>>,
}

/// Scopes on the way to a name after which the answer is kept: deep code names things again and again.
const FAR: usize = 24;

/// Resolves every name of a file. Recursion is bounded by the nesting that lowering lets through.
pub(crate) fn names(ir: &Ir) -> Names {
    let mut binder = Binder { ir, names: Names::default(), frames: Vec::new(), far: RefCell::default() };
    if let Some(root) = ir.root {
        binder.expr(
            root,
            Place { frame: None, within: None, arguments: None, head: Head { file: true, ..Head::default() } },
        );
    }
    binder.names.duplicates.sort_by_key(|duplicate| duplicate.at);
    binder.names.undefined.sort_by_key(|undefined| undefined.at);
    // A name inherited from nothing and a merged set may be met twice.
    binder.names.undefined.dedup_by_key(|undefined| undefined.at);
    binder.names
}

impl Binder<'_> {
    fn frame(&mut self, outer: Place, frame: Frame) -> Place {
        self.frames.push((outer.frame, frame));
        Place { frame: Some(self.frames.len() as u32 - 1), ..outer }
    }

    fn scope(&mut self, kind: ScopeKind, at: Loc, body: Option<ExprId>) -> u32 {
        let body = body.map_or(at.end, |body| self.ir.expr(body).loc.start);
        self.names.scopes.push(Scope { kind, at, body });
        self.names.scopes.len() as u32 - 1
    }

    fn define(&mut self, place: Place, definition: Definition) -> u32 {
        let number = self.names.definitions.len() as u32;
        if let Some((_, Frame::Names(names))) = place.frame.and_then(|f| self.frames.get_mut(f as usize)) {
            names.insert(definition.name.clone(), number);
        }
        self.names.definitions.push(definition);
        number
    }

    fn target(&self, place: Place, name: &Name) -> Target {
        let (number, with) = self.bound(place.frame, name);
        if let Some(number) = number {
            return Target::Definition(number);
        }
        // Built-in names are the outermost scope, and every lexical scope comes before any `with`.
        if globals::is_global(name) {
            return Target::Global;
        }
        with.map_or(Target::Undefined, Target::With)
    }

    /// The definition of a name, and the innermost `with` that was met before it.
    fn bound(&self, frame: Option<u32>, name: &Name) -> Bound {
        let mut next = frame;
        let mut with = None;
        let mut steps = 0;
        while let Some(index) = next {
            let (outer, frame) = &self.frames[index as usize];
            match frame {
                Frame::Names(names) => {
                    if let Some(number) = names.get(name) {
                        return (Some(*number), with);
                    }
                }
                Frame::With(number) => with = with.or(Some(*number)),
            }
            next = *outer;
            steps += 1;
            if steps == FAR
                && let Some(outer) = next
            {
                let key = (outer, name.clone());
                let known = self.far.borrow().get(&key).copied();
                let (number, through) = known.unwrap_or_else(|| self.bound(Some(outer), name));
                self.far.borrow_mut().insert(key, (number, through));
                return (number, with.or(through));
            }
        }
        (None, with)
    }

    fn reference(&mut self, name: &Name, at: Loc, place: Place) {
        self.names.scoped_import |= matches!(&**name, "scopedImport" | "__scopedImport");
        let target = self.target(place, name);
        if target == Target::Undefined {
            let holder = HOLDERS.iter().find(|(held, _)| *held == &**name).map(|(_, holder)| Name::from(*holder));
            let holder = holder.filter(|holder| matches!(self.target(place, holder), Target::Definition(_)));
            let arguments = place.arguments;
            self.names.undefined.push(Undefined { name: name.clone(), at, arguments, holder, in_text: false });
        }
        let with = match target {
            Target::With(with) => Some(with),
            Target::Global => self.innermost_with(place),
            Target::Definition(_) | Target::Undefined => None,
        };
        self.names.references.push(Reference {
            name: name.clone(),
            at,
            target,
            within: place.within,
            with,
            own: false,
        });
    }

    fn expr(&mut self, id: ExprId, here: Place) {
        let ir = self.ir;
        let head = here.head;
        let place = Place { head: Head::default(), ..here };
        match ir.kind(id) {
            Kind::Error | Kind::Int(_) | Kind::Float(_) | Kind::CurPos | Kind::Search(_) => {}
            Kind::Var(name) => self.reference(name, ir.expr(id).loc, place),
            Kind::Str(text) => {
                let known = self.names.undefined.len();
                self.parts(&text.parts, place);
                for unbound in self.names.undefined.iter_mut().skip(known).filter(|_| text.indented) {
                    let alone = |part: &Part| matches!(part, Part::Expr(e) if ir.expr(*e).loc == unbound.at);
                    unbound.in_text = text.parts.iter().any(alone);
                }
            }
            Kind::Path(parts) => self.parts(parts, place),
            Kind::List(items) => items.iter().for_each(|item| self.expr(*item, place)),
            Kind::Set(set) => {
                let scope = self.scope_of_set(set, ScopeKind::Rec, ir.expr(id).loc, None);
                self.set(set, DefinitionKind::Rec, scope, here);
            }
            Kind::LegacyLet(set) => {
                let scope = self.scope_of_set(set, ScopeKind::Let, ir.expr(id).loc, None);
                self.set(set, DefinitionKind::Rec, scope, place);
            }
            Kind::Let(set, body) => {
                let scope = self.scope_of_set(set, ScopeKind::Let, ir.expr(id).loc, Some(*body));
                let inner = self.set(set, DefinitionKind::Let, scope, here);
                self.expr(*body, Place { head, ..inner });
            }
            Kind::With(namespace, body) => {
                self.expr(*namespace, place);
                let outer = self.innermost_with(place);
                let (at, namespace) = (ir.expr(id).loc, ir.expr(*namespace).loc);
                let number = self.names.withs.len() as u32;
                let empty = match ir.kind(*body) {
                    Kind::List(items) => items.is_empty(),
                    Kind::Set(set) => set.attrs.is_empty() && set.dynamic.is_empty(),
                    _ => false,
                };
                let start = ir.expr(*body).loc.start;
                self.names.withs.push(With { at, namespace, body: start, empty, outer, within: place.within });
                let inner = self.frame(place, Frame::With(number));
                self.expr(*body, Place { head, ..inner });
            }
            Kind::Assert(a, b) => {
                self.expr(*a, place);
                self.expr(*b, here);
            }
            Kind::Apply(a, b) | Kind::Binary(_, a, b) => {
                self.expr(*a, place);
                self.expr(*b, place);
            }
            Kind::If(a, b, c) => [a, b, c].into_iter().for_each(|e| self.expr(*e, place)),
            Kind::Lambda(lambda) => self.lambda(lambda, ir.expr(id).loc, here),
            Kind::Select(of, keys, default) => {
                self.expr(*of, place);
                self.keys(keys, place);
                if let Some(default) = default {
                    self.expr(*default, place);
                }
            }
            Kind::Has(of, keys) => {
                self.expr(*of, place);
                self.keys(keys, place);
            }
            Kind::Not(e) | Kind::Negate(e) => self.expr(*e, place),
        }
    }

    fn innermost_with(&self, place: Place) -> Option<u32> {
        let mut next = place.frame;
        while let Some(index) = next {
            let (outer, frame) = &self.frames[index as usize];
            if let Frame::With(number) = frame {
                return Some(*number);
            }
            next = *outer;
        }
        None
    }

    fn parts(&mut self, parts: &[Part], place: Place) {
        for part in parts {
            if let Part::Expr(expr) = part {
                self.expr(*expr, place);
            }
        }
    }

    fn keys(&mut self, keys: &[Key], place: Place) {
        for key in keys {
            match key {
                Key::Dynamic(expr) => self.expr(*expr, place),
                Key::Static(name, _) => self.names.scoped_import |= &**name == "scopedImport",
            }
        }
    }

    fn lambda(&mut self, lambda: &Lambda, at: Loc, here: Place) {
        let place = Place { head: Head::default(), ..here };
        let role = match here.head {
            Head { file: true, .. } => FunctionRole::File,
            Head { outputs: true, .. } => FunctionRole::Outputs,
            _ => FunctionRole::Inner,
        };
        let ellipsis = lambda.formals.as_ref().is_none_or(|formals| formals.ellipsis);
        let scope = self.scope(
            ScopeKind::Function { pattern: lambda.formals.is_some(), ellipsis, role },
            at,
            Some(lambda.body),
        );
        let mut inner = self.frame(place, Frame::Names(BTreeMap::new()));
        if let Some(entries) = lambda.formals.as_ref().map(|formals| &formals.entries)
            && let (Some(first), Some(last)) = (entries.first(), entries.last())
        {
            inner.arguments = Some(Loc { start: first.at.start, end: last.at.end });
        }
        let formals = lambda.formals.iter().flat_map(|formals| &formals.entries);
        let names = formals.clone().map(|formal| (DefinitionKind::Formal, &formal.name, formal.at));
        let argument = lambda.param.iter().map(|(name, at)| (DefinitionKind::Argument, name, *at));
        let mut seen: BTreeMap<&Name, Loc> = BTreeMap::new();
        let mut all: Vec<_> = names.chain(argument).collect();
        all.sort_by_key(|(_, _, at)| *at);
        for (kind, name, at) in all {
            if let Some(first) = seen.insert(name, at) {
                self.names.duplicates.push(Duplicate { name: name.clone(), at, first, formal: true });
            }
            let definition = Definition {
                kind,
                name: name.clone(),
                at,
                span: at,
                inherited: false,
                within: place.within,
                scope,
                source: None,
                hides: None,
            };
            self.define(inner, definition);
        }
        for (formal, default) in formals.filter_map(|formal| Some((formal, formal.default?))) {
            let before = self.names.references.len();
            self.expr(default, inner);
            let definitions = &self.names.definitions;
            let means =
                |target: Target| matches!(target, Target::Definition(n) if definitions[n as usize].at == formal.at);
            self.names.references[before..]
                .iter_mut()
                .for_each(|reference| reference.own |= means(reference.target));
        }
        let body_of = inner.frame.filter(|_| lambda.formals.is_some());
        // `a: b:` is the value of the file twice over.
        self.expr(lambda.body, Place { head: Head { body_of, file: here.head.file, outputs: false }, ..inner });
    }

    fn scope_of_set(&mut self, set: &Set, kind: ScopeKind, at: Loc, body: Option<ExprId>) -> u32 {
        if set.recursive { self.scope(kind, at, body) } else { 0 }
    }

    /// The formal that a `let` binding in the body of its function hides.
    fn hidden(&self, head: Head, name: &Name) -> Option<u32> {
        let Some((_, Frame::Names(names))) = head.body_of.and_then(|frame| self.frames.get(frame as usize)) else {
            return None;
        };
        let number = *names.get(name)?;
        (self.names.definitions[number as usize].kind == DefinitionKind::Formal).then_some(number)
    }

    /// Binds the names of a set that is recursive, and resolves its values. Gives the place of a `let`'s body.
    fn set(&mut self, set: &Set, kind: DefinitionKind, scope: u32, here: Place) -> Place {
        let head = here.head;
        let place = Place { head: Head::default(), ..here };
        let mut firsts: BTreeMap<&Name, Loc> = BTreeMap::new();
        if !set.duplicates.is_empty() {
            firsts.extend(set.attrs.iter().rev().map(|attr| (&attr.name, attr.at)));
        }
        for (name, at) in &set.duplicates {
            let first = firsts.get(name).copied().unwrap_or(*at);
            self.names.duplicates.push(Duplicate { name: name.clone(), at: *at, first, formal: false });
        }
        let inner = if set.recursive { self.frame(place, Frame::Names(BTreeMap::new())) } else { place };
        let mut numbers = Vec::new();
        for attr in set.attrs.iter().filter(|_| set.recursive) {
            let inherited = !matches!(attr.value, AttrValue::Expr(_));
            let (name, at, span) = (attr.name.clone(), attr.at, attr.span);
            let own = !matches!(attr.value, AttrValue::Inherit) && kind == DefinitionKind::Let;
            let hides = if own { self.hidden(head, &name) } else { None };
            let within = place.within;
            let definition = Definition { kind, name, at, span, inherited, within, scope, source: None, hides };
            numbers.push(self.define(inner, definition));
        }
        let mut from = None;
        let mut first = None;
        for (index, attr) in set.attrs.iter().enumerate() {
            let within = numbers.get(index).copied().or(place.within);
            match attr.value {
                AttrValue::Expr(value) => {
                    let outputs = kind == DefinitionKind::Rec && head.file && &*attr.name == "outputs";
                    self.expr(value, Place { within, head: Head { outputs, ..Head::default() }, ..inner });
                }
                AttrValue::Inherit => self.reference(&attr.name, attr.at, Place { within, ..place }),
                // `inherit (e) a b;` names `e` once.
                AttrValue::InheritFrom(source) => {
                    if from != Some(source) {
                        self.expr(source, Place { within, ..inner });
                        first = numbers.get(index).copied();
                    } else if let Some(number) = numbers.get(index) {
                        self.names.definitions[*number as usize].source = first;
                    }
                    from = Some(source);
                }
            }
        }
        for dynamic in &set.dynamic {
            self.expr(dynamic.key, inner);
            self.expr(dynamic.value, inner);
        }
        for source in &set.bare {
            self.expr(*source, inner);
        }
        inner
    }
}

#[cfg(test)]
mod tests;
