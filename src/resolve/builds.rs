//! What evaluation costs, read off one file: imports of what has to be built first, sources that take the whole tree,
//! nixpkgs evaluated anew. A value is followed through the bindings of its file, no further.

use std::collections::BTreeSet;

use super::ir::{ExprId, Ir, Key, Kind, Loc, Name, Operator, Part, Set};
use super::nodes::{FileGraph, NodeKind};
use super::walk::callee;

/// Steps that a value is followed.
const MAX_STEPS: u32 = 12;
/// Functions of nixpkgs that fetch when they are built. Those of `builtins` fetch when they are evaluated.
const FETCHERS: &[&str] = &[
    "fetchFromBitbucket",
    "fetchFromGitHub",
    "fetchFromGitLab",
    "fetchFromGitea",
    "fetchFromForgejo",
    "fetchFromCodeberg",
    "fetchFromSourcehut",
    "fetchFromSavannah",
    "fetchurl",
    "fetchzip",
    "fetchpatch",
    "fetchpatch2",
    "fetchgit",
    "fetchsvn",
    "fetchhg",
];
/// Functions of nixpkgs that make a derivation.
const BUILDERS: &[&str] = &[
    "mkDerivation",
    "runCommand",
    "runCommandLocal",
    "runCommandCC",
    "writeText",
    "writeTextFile",
    "writeTextDir",
    "applyPatches",
    "symlinkJoin",
    "linkFarm",
];
/// Attributes that a set for a builder has beside `src`, and one for `mkFlake`, `flake-compat` or a filter has not.
const BUILDING: &[&str] = &[
    "pname",
    "version",
    "buildInputs",
    "nativeBuildInputs",
    "buildPhase",
    "installPhase",
    "buildCommand",
    "cargoLock",
    "cargoHash",
    "vendorHash",
    "npmDepsHash",
];
/// Functions that read what they are given while Nix evaluates.
const READERS: &[&str] = &["import", "readFile", "readDir", "scopedImport", "importJSON", "importTOML"];
/// Functions that generate Nix code by a build and import it, by name.
const GENERATORS: &[&str] = &["callCabal2nix", "callCabal2nixWithOptions", "callHackageDirect", "haskellSrc2nix"];

/// What of one file makes evaluation dear.
#[derive(Clone, Debug, Default)]
pub(crate) struct Costs {
    /// Imports from derivations.
    pub(crate) imports: Vec<FromDerivation>,
    /// `src = …` that is a whole tree: the path as written, or empty for `self`; and its place.
    pub(crate) trees: Vec<(String, Loc)>,
    /// `import nixpkgs { … }`: the name of the input, whether nothing but the system is set, and its place.
    pub(crate) instances: Vec<(Name, bool, Loc)>,
}

/// Something that is built before evaluation can go on.
#[derive(Clone, Debug)]
pub(crate) struct FromDerivation {
    /// The name of the binding that holds it; empty where there is none.
    pub(crate) name: String,
    /// The function that makes it.
    pub(crate) maker: String,
    /// The function that reads it.
    pub(crate) reader: String,
    /// Where it is defined: the binding's name, else the call.
    pub(crate) at: Loc,
    /// Where it is read.
    pub(crate) read_at: Loc,
}

/// Reads a lowered file.
pub(super) fn costs(ir: &Ir, graph: &FileGraph) -> Costs {
    let mut found = Costs::default();
    let reader = Reader { ir, graph };
    let built = reader.built();
    for (number, expr) in ir.exprs.iter().enumerate() {
        let id = ExprId(number as u32);
        match &expr.kind {
            Kind::Apply(f, argument) => {
                reader.import(id, *f, *argument, &mut found);
                reader.instance(*f, *argument, expr.loc, &mut found);
            }
            Kind::Set(set) if built.contains(&id) || builds(set) => {
                for attr in set.attrs.iter().filter(|attr| &*attr.name == "src") {
                    if let super::ir::AttrValue::Expr(value) = attr.value {
                        found.trees.extend(reader.tree(value).map(|text| (text, ir.expr(value).loc)));
                    }
                }
            }
            _ => {}
        }
    }
    found.imports.sort_by_key(|one| (one.at, one.read_at));
    found.imports.dedup_by_key(|one| one.at);
    found.trees.sort_by_key(|(_, at)| *at);
    found.instances.sort_by_key(|(_, _, at)| *at);
    found
}

struct Reader<'a> {
    ir: &'a Ir,
    graph: &'a FileGraph,
}

/// Whether a set is one for a builder, by what it has.
fn builds(set: &Set) -> bool {
    let has = |names: &[&str]| set.attrs.iter().any(|attr| names.contains(&&*attr.name));
    has(BUILDING) && !has(&["filter"])
}

impl Reader<'_> {
    /// Sets that are given to a function which makes a derivation.
    fn built(&self) -> BTreeSet<ExprId> {
        let mut built = BTreeSet::new();
        for (number, expr) in self.ir.exprs.iter().enumerate() {
            let Kind::Apply(_, argument) = expr.kind else { continue };
            // `mkDerivation (finalAttrs: { … })`, `overrideAttrs (old: { … })`.
            let set = match self.ir.kind(argument) {
                Kind::Lambda(lambda) => lambda.body,
                _ => argument,
            };
            let function = callee(self.ir, ExprId(number as u32));
            let known = BUILDERS.contains(&function) || function == "overrideAttrs";
            if known || function.strip_prefix("build").is_some_and(|rest| rest.starts_with(char::is_uppercase)) {
                built.insert(set);
            }
        }
        built
    }

    /// A call that reads something which must be built.
    fn import(&self, call: ExprId, f: ExprId, argument: ExprId, found: &mut Costs) {
        let reader = match self.ir.kind(f) {
            Kind::Var(name) => &**name,
            Kind::Select(..) => callee(self.ir, f),
            _ => return,
        };
        let at = self.ir.expr(call).loc;
        if GENERATORS.contains(&reader) {
            let (maker, reader) = (reader.to_owned(), reader.to_owned());
            let one = FromDerivation { name: String::new(), maker, reader, at, read_at: at };
            found.imports.push(one);
            return;
        }
        if !READERS.contains(&reader) {
            return;
        }
        let mut name = None;
        if let Some(maker) = self.derived(argument, 0, &mut name) {
            let (name, at) = name.unwrap_or((String::new(), at));
            let (reader, read_at) = (reader.to_owned(), self.ir.expr(call).loc);
            found.imports.push(FromDerivation { name, maker, reader, at, read_at });
        }
    }

    /// The function that makes a value, where the value has to be built; the first binding on the way is noted.
    fn derived(&self, expr: ExprId, steps: u32, name: &mut Option<(String, Loc)>) -> Option<String> {
        if steps > MAX_STEPS {
            return None;
        }
        let steps = steps + 1;
        match self.ir.kind(expr) {
            Kind::Var(_) => {
                let node = self.graph.nodes.get(self.graph.meaning(expr)? as usize)?;
                if node.kind != NodeKind::Let {
                    return None;
                }
                let maker = self.derived(node.value?, steps, name)?;
                *name = Some((node.name.to_string(), node.at));
                Some(maker)
            }
            Kind::Str(text) => self.any(&text.parts, steps, name),
            Kind::Path(parts) => self.any(parts, steps, name),
            Kind::Binary(Operator::Add, a, b) => {
                self.derived(*a, steps, name).or_else(|| self.derived(*b, steps, name))
            }
            Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) => self.derived(*body, steps, name),
            Kind::If(_, a, b) => self.derived(*a, steps, name).or_else(|| self.derived(*b, steps, name)),
            Kind::Select(of, keys, _) => {
                let path = matches!(&**keys, [Key::Static(name, _)] if matches!(&**name, "outPath" | "out"));
                if path { self.derived(*of, steps, name) } else { None }
            }
            Kind::Apply(..) => {
                let (head, last) = self.call(expr);
                let function = callee(self.ir, expr);
                if function == "toString" {
                    return self.derived(last?, steps, name);
                }
                let own = match self.ir.kind(head) {
                    // `builtins.fetchurl` and the global functions fetch while Nix evaluates.
                    Kind::Select(of, ..) => !matches!(self.ir.kind(*of), Kind::Var(of) if &**of == "builtins"),
                    Kind::Var(_) => true,
                    _ => false,
                };
                let known = FETCHERS.contains(&function) || BUILDERS.contains(&function);
                (own && known).then(|| function.to_owned())
            }
            _ => None,
        }
    }

    /// The head and the first argument of a call.
    fn call(&self, expr: ExprId) -> (ExprId, Option<ExprId>) {
        let (mut head, mut last) = (expr, None);
        while let Kind::Apply(f, argument) = self.ir.kind(head) {
            last = Some(*argument);
            head = *f;
        }
        (head, last)
    }

    fn any(&self, parts: &[Part], steps: u32, name: &mut Option<(String, Loc)>) -> Option<String> {
        parts.iter().find_map(|part| match part {
            Part::Expr(expr) => self.derived(*expr, steps, name),
            Part::Text(_) => None,
        })
    }

    /// Whether a value is a whole tree: `./.`, `../.` or `self`, bare or in a string that holds nothing else.
    fn tree(&self, value: ExprId) -> Option<String> {
        match self.ir.kind(value) {
            Kind::Path(parts) => match &**parts {
                [Part::Text(text)] if text.split('/').all(|part| matches!(part, "." | ".." | "")) => {
                    (!text.starts_with('/')).then(|| text.to_string())
                }
                _ => None,
            },
            Kind::Var(name) if &**name == "self" => {
                // `self` of an overlay or a package set is something else.
                let node = self.graph.nodes.get(self.graph.meaning(value)? as usize)?;
                let outputs = self.graph.nodes.get(node.parent as usize)?;
                (node.kind == NodeKind::Formal && *outputs.name == *"outputs").then(String::new)
            }
            Kind::Str(text) => match &*text.parts {
                [Part::Expr(expr)] => self.tree(*expr),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a name is an argument that must be given.
    fn is_given(&self, expr: ExprId) -> bool {
        let node = self.graph.meaning(expr).and_then(|node| self.graph.nodes.get(node as usize));
        node.is_some_and(|node| node.kind == NodeKind::Formal && node.value.is_none())
    }

    /// `import nixpkgs { … }`.
    fn instance(&self, f: ExprId, argument: ExprId, at: Loc, found: &mut Costs) {
        let Kind::Apply(import, source) = self.ir.kind(f) else { return };
        let (Kind::Var(import), Kind::Set(set)) = (self.ir.kind(*import), self.ir.kind(argument)) else { return };
        if &**import != "import" {
            return;
        }
        let name = match self.ir.kind(*source) {
            // What is bound in the file, or has a default, is a nixpkgs from elsewhere (`<nixpkgs>`, npins).
            Kind::Var(name) if self.is_given(*source) => name.clone(),
            Kind::Select(of, keys, None) => match (self.ir.kind(*of), &**keys) {
                (Kind::Var(of), [Key::Static(name, _)]) if &**of == "inputs" => name.clone(),
                _ => return,
            },
            _ => return,
        };
        let plain =
            set.dynamic.is_empty() && set.attrs.iter().all(|attr| matches!(&*attr.name, "system" | "localSystem"));
        found.instances.push((name, plain, at));
    }
}
