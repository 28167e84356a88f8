//! What one file does with paths: which it needs to be there, which it asks about first, which directories it lists.

use std::collections::BTreeSet;

use super::ir::{AttrValue, ExprId, Ir, Kind, Loc, Name, Operator, Part};
use super::walk::callee;

/// What one file does with path literals.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathUses {
    /// Paths that evaluation reads: `import ./x`, `imports = [ ./x ]`, `readFile ./x`.
    pub(crate) needed: Vec<Needed>,
    /// Paths whose existence is asked for, as written.
    pub(crate) guarded: BTreeSet<Name>,
    /// Directories that are a source to build from: nothing there is read as Nix code.
    pub(crate) sources: BTreeSet<u32>,
    /// Directories that a function is to list, as written.
    pub(crate) listed: Vec<Name>,
    /// Directories whose own entries are.
    pub(crate) entries: Vec<Name>,
    /// Places of paths that are given to a function which is not known to import them.
    pub(crate) given: BTreeSet<u32>,
    /// Paths of somebody's home (`~/x`): in pure evaluation Nix refuses a whole file for one.
    pub(crate) home: Vec<(Name, Loc)>,
    /// Absolute paths that are put into a string, which copies what is there to the store.
    pub(crate) copied: Vec<(Name, Loc)>,
    /// Imports without which the file has no value, or its function no result.
    pub(crate) forced: Vec<(Name, Loc)>,
}

/// A path that evaluation reads.
#[derive(Clone, Debug)]
pub(crate) struct Needed {
    /// As written.
    pub(crate) text: Name,
    /// Where.
    pub(crate) at: Loc,
    /// Whether a directory stands for its `default.nix`.
    pub(crate) imported: bool,
}

/// Functions that read Nix code: of a directory, its `default.nix` (Nix manual, `import`; nixpkgs manual,
/// `callPackage`).
const IMPORTERS: &[&str] = &["import", "callPackage", "callPackages", "importApply"];
/// Functions that read a file.
const READERS: &[&str] = &["readFile", "importJSON", "importTOML"];
/// Functions that list a directory and import what they find. Their names are those of nixpkgs' `lib`, haumea,
/// import-tree, digga and of what flakes call their own ones.
const LISTERS: &[&str] = &[
    "readFileType",
    "listFilesRecursive",
    "packagesFromDirectoryRecursive",
    "importTree",
    "import-tree",
    "rakeLeaves",
    "flattenTree",
    "importDir",
    "load",
    "loadEvaluated",
    "scanPaths",
    "mapModules",
    "mapModulesRec",
    "mapModulesRec'",
    "autoImport",
];

/// Functions that make a source of a directory.
const SOURCES: &[&str] = &["cleanSource", "gitignoreSource", "sourceByRegex", "sourceFilesBySuffices", "toSource"];

/// Reads the uses off a lowered file.
pub(crate) fn uses(ir: &Ir) -> PathUses {
    let mut uses = PathUses::default();
    for expr in &ir.exprs {
        match &expr.kind {
            Kind::Apply(f, argument) => called(ir, *f, *argument, &mut uses),
            Kind::Path(parts) => {
                if let Some(Part::Text(text)) = parts.first().filter(|part| starts(part, '~')) {
                    uses.home.push((text.clone(), expr.loc));
                }
            }
            Kind::Str(text) => {
                let inner = text.parts.iter().filter_map(|part| match part {
                    Part::Expr(inner) => literal(ir, *inner),
                    Part::Text(_) => None,
                });
                uses.copied.extend(inner.filter(|(text, _)| text.starts_with('/')));
            }
            Kind::Set(set) | Kind::LegacyLet(set) => {
                for attr in &set.attrs {
                    let AttrValue::Expr(value) = attr.value else { continue };
                    match &*attr.name {
                        "imports" | "modules" => listed(ir, value, 0, &mut uses),
                        "src" => uses.sources.extend(literal(ir, value).map(|(_, at)| at.start)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    if let Some(root) = ir.root {
        forced(ir, root, &mut uses);
    }
    uses
}

fn starts(part: &Part, with: char) -> bool {
    matches!(part, Part::Text(text) if text.starts_with(with))
}

/// What is imported on the way to the value of `expr`, whatever else is so: branches and attributes are left out.
fn forced(ir: &Ir, expr: ExprId, uses: &mut PathUses) {
    let mut expr = expr;
    loop {
        expr = match ir.kind(expr) {
            Kind::Let(_, body) | Kind::With(_, body) | Kind::Assert(_, body) => *body,
            Kind::Lambda(lambda) => lambda.body,
            Kind::Select(of, _, None) => *of,
            Kind::If(condition, ..) => *condition,
            Kind::Apply(f, argument) => {
                if matches!(ir.kind(*f), Kind::Var(name) if &**name == "import") {
                    uses.forced.extend(literal(ir, *argument));
                    return;
                }
                *f
            }
            _ => return,
        };
    }
}

fn called(ir: &Ir, f: ExprId, argument: ExprId, uses: &mut PathUses) {
    let name = callee(ir, f);
    // `callPackage ./x { }`: the path is the first argument.
    let direct = !matches!(ir.kind(f), Kind::Apply(..));
    if SOURCES.contains(&name) {
        uses.sources.extend(literal(ir, argument).map(|(_, at)| at.start));
    } else if name == "pathExists" {
        uses.guarded.extend(literal(ir, argument).map(|(text, _)| text));
    } else if name == "readDir" {
        uses.entries.extend(literal(ir, argument).map(|(text, _)| text));
    } else if LISTERS.contains(&name) {
        uses.listed.extend(literal(ir, argument).map(|(text, _)| text));
    } else if direct && (IMPORTERS.contains(&name) || READERS.contains(&name)) {
        let imported = IMPORTERS.contains(&name);
        uses.needed.extend(literal(ir, argument).map(|(text, at)| Needed { text, at, imported }));
    } else {
        uses.given.extend(literal(ir, argument).map(|(_, at)| at.start));
    }
}

/// Items of `imports`; those under a condition of its own (`if`, `optional`) too, because `pathExists` is looked for
/// apart.
fn listed(ir: &Ir, expr: ExprId, depth: u32, uses: &mut PathUses) {
    if depth > 50 {
        return;
    }
    match ir.kind(expr) {
        Kind::List(items) => {
            for item in items {
                uses.needed.extend(literal(ir, *item).map(|(text, at)| Needed { text, at, imported: true }));
            }
        }
        Kind::Binary(Operator::Concat, a, b) => {
            listed(ir, *a, depth + 1, uses);
            listed(ir, *b, depth + 1, uses);
        }
        _ => {}
    }
}

/// A path that is written out whole.
fn literal(ir: &Ir, expr: ExprId) -> Option<(Name, Loc)> {
    match ir.kind(expr) {
        Kind::Path(parts) => match &**parts {
            [Part::Text(text)] => Some((text.clone(), ir.expr(expr).loc)),
            _ => None,
        },
        _ => None,
    }
}
