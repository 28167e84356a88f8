//! Which definition every name of a file means, as Nix decides it when it parses: lexical scopes from the inside
//! out, then any enclosing `with`, else a built-in name (Nix manual, "Scope"; `Expr::bindVars`).
//!
//! `walk.rs` asks what an output needs; this asks what Nix binds, and keeps every definition and every use.

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
}

/// A `with`.
#[derive(Clone, Debug)]
pub struct With {
    /// The whole expression.
    pub at: Loc,
    /// Its namespace.
    pub namespace: Loc,
    /// The next one around it.
    pub outer: Option<u32>,
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
}

enum Frame {
    Names(BTreeMap<Name, u32>),
    With(u32),
}

struct Binder<'a> {
    ir: &'a Ir,
    names: Names,
    frames: Vec<(Option<u32>, Frame)>,
}

/// Resolves every name of a file. Recursion is bounded by the nesting that lowering lets through.
pub(crate) fn names(ir: &Ir) -> Names {
    let mut binder = Binder { ir, names: Names::default(), frames: Vec::new() };
    if let Some(root) = ir.root {
        binder.expr(root, Place { frame: None, within: None, arguments: None });
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

    fn define(&mut self, place: Place, definition: Definition) -> u32 {
        let number = self.names.definitions.len() as u32;
        if let Some((_, Frame::Names(names))) = place.frame.and_then(|f| self.frames.get_mut(f as usize)) {
            names.insert(definition.name.clone(), number);
        }
        self.names.definitions.push(definition);
        number
    }

    fn target(&self, place: Place, name: &Name) -> Target {
        let mut next = place.frame;
        let mut with = None;
        while let Some(index) = next {
            let (outer, frame) = &self.frames[index as usize];
            match frame {
                Frame::Names(names) => {
                    if let Some(number) = names.get(name) {
                        return Target::Definition(*number);
                    }
                }
                Frame::With(number) => with = with.or(Some(*number)),
            }
            next = *outer;
        }
        // Built-in names are the outermost scope, and every lexical scope comes before any `with`.
        if globals::is_global(name) {
            return Target::Global;
        }
        with.map_or(Target::Undefined, Target::With)
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
        self.names.references.push(Reference { name: name.clone(), at, target, within: place.within });
    }

    fn expr(&mut self, id: ExprId, place: Place) {
        let ir = self.ir;
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
            Kind::Set(set) | Kind::LegacyLet(set) => {
                self.set(set, DefinitionKind::Rec, place);
            }
            Kind::Let(set, body) => {
                let inner = self.set(set, DefinitionKind::Let, place);
                self.expr(*body, inner);
            }
            Kind::With(namespace, body) => {
                self.expr(*namespace, place);
                let outer = self.innermost_with(place);
                let (at, namespace) = (ir.expr(id).loc, ir.expr(*namespace).loc);
                let number = self.names.withs.len() as u32;
                self.names.withs.push(With { at, namespace, outer });
                let inner = self.frame(place, Frame::With(number));
                self.expr(*body, inner);
            }
            Kind::Assert(a, b) | Kind::Apply(a, b) | Kind::Binary(_, a, b) => {
                self.expr(*a, place);
                self.expr(*b, place);
            }
            Kind::If(a, b, c) => [a, b, c].into_iter().for_each(|e| self.expr(*e, place)),
            Kind::Lambda(lambda) => self.lambda(lambda, place),
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

    fn lambda(&mut self, lambda: &Lambda, place: Place) {
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
            let definition =
                Definition { kind, name: name.clone(), at, span: at, inherited: false, within: place.within };
            self.define(inner, definition);
        }
        for default in formals.filter_map(|formal| formal.default) {
            self.expr(default, inner);
        }
        self.expr(lambda.body, inner);
    }

    /// Binds the names of a set that is recursive, and resolves its values. Gives the place of a `let`'s body.
    fn set(&mut self, set: &Set, kind: DefinitionKind, place: Place) -> Place {
        for (name, at) in &set.duplicates {
            let first = set.attrs.iter().find(|attr| attr.name == *name).map_or(*at, |attr| attr.at);
            self.names.duplicates.push(Duplicate { name: name.clone(), at: *at, first, formal: false });
        }
        let inner = if set.recursive { self.frame(place, Frame::Names(BTreeMap::new())) } else { place };
        let mut numbers = Vec::new();
        for attr in set.attrs.iter().filter(|_| set.recursive) {
            let inherited = !matches!(attr.value, AttrValue::Expr(_));
            let (name, at, span) = (attr.name.clone(), attr.at, attr.span);
            let definition = Definition { kind, name, at, span, inherited, within: place.within };
            numbers.push(self.define(inner, definition));
        }
        let mut from = None;
        for (index, attr) in set.attrs.iter().enumerate() {
            let within = numbers.get(index).copied().or(place.within);
            match attr.value {
                AttrValue::Expr(value) => self.expr(value, Place { within, ..inner }),
                AttrValue::Inherit => self.reference(&attr.name, attr.at, Place { within, ..place }),
                // `inherit (e) a b;` names `e` once.
                AttrValue::InheritFrom(source) => {
                    if from != Some(source) {
                        self.expr(source, Place { within, ..inner });
                    }
                    from = Some(source);
                }
            }
        }
        for dynamic in &set.dynamic {
            self.expr(dynamic.key, inner);
            self.expr(dynamic.value, inner);
        }
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::lower;

    fn of(text: &str) -> Names {
        lower(crate::parse::parse(text).green, text.len() as u32).names
    }

    fn undefined(text: &str) -> Vec<String> {
        of(text).undefined.iter().map(|unbound| format!("{}@{}", unbound.name, unbound.at.start)).collect()
    }

    #[test]
    fn names_are_looked_up_as_nix_does() {
        for (text, wanted) in [
            ("{ a = b; b = 1; }", vec!["b@6"]),
            ("rec { a = b; b = 1; }", vec![]),
            ("rec { inherit a; b.c = d; }", vec!["a@14", "d@23"]),
            ("let inherit (x) y; x = y; in z", vec!["z@29"]),
            ("{ a ? b, b ? a, ... }@c: c d", vec!["d@27"]),
            ("let { a = b; body = a; }", vec!["b@10"]),
            ("x: with x; y + (z: z + w)", vec![]),
            ("x: (with x; y) + y", vec!["y@17"]),
            ("with a; b", vec!["a@5"]),
            ("{ ${a} = 1; b.c.d = e; }", vec!["a@4", "e@20"]),
            ("x: x.${a} or b ? ${c}", vec!["a@7", "b@13", "c@19"]),
            ("./${a}/b + \"${b}\" + ''${c}''", vec!["a@4", "b@14", "c@24"]),
            ("map __add builtins.a __curPos <b> true", vec![]),
        ] {
            assert_eq!(undefined(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_use_names_its_definition() {
        use Target::{Definition, With};
        let names = of("let a = b: a b; in with a; a c");
        let shown: Vec<(&str, Target, Option<u32>)> =
            names.references.iter().map(|r| (&*r.name, r.target, r.within)).collect();
        let wanted = vec![
            ("a", Definition(0), Some(0)),
            ("b", Definition(1), Some(0)),
            ("a", Definition(0), None),
            ("a", Definition(0), None),
            ("c", With(0), None),
        ];
        assert_eq!(shown, wanted);
        let kinds: Vec<_> = names.definitions.iter().map(|d| d.kind).collect();
        assert_eq!(kinds, [DefinitionKind::Let, DefinitionKind::Argument]);
    }

    #[test]
    fn doubled_names_are_shown_with_both_places() {
        let doubled = |text: &str| -> Vec<(u32, u32)> {
            of(text).duplicates.iter().map(|d| (d.at.start, d.first.start)).collect()
        };
        assert_eq!(doubled("{ a = 1; a = 2; }"), [(9, 2)]);
        assert_eq!(doubled("{ a.b = 1; a = { c = 2; b = 3; }; }"), [(24, 4)]);
        assert_eq!(doubled("x: { inherit x; x.a = 1; }"), [(16, 13)]);
        assert_eq!(doubled("{ a, b, a }@b: 1"), [(8, 2), (12, 5)]);
        assert_eq!(doubled("{ a = { b = 1; }; a.c = 2; a.d.e = 3; a.d.f = 4; }"), []);
    }
}
