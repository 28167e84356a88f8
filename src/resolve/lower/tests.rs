//! A tape and a syntax tree of the same text say the same.

use std::fmt::Write as _;
use std::path::Path;

use super::lower;
use crate::parse::{self, Code};
use crate::resolve::ir::{AttrValue, ExprId, Ir, Key, Kind, Part, Set};

/// An expression with all that is in it; numbers of expressions are left out.
fn said(ir: &Ir, id: ExprId, out: &mut String) {
    let expr = ir.expr(id);
    let _ = write!(out, "({}-{} ", expr.loc.start, expr.loc.end);
    let all = |of: &[ExprId], out: &mut String| of.iter().for_each(|id| said(ir, *id, out));
    match &expr.kind {
        Kind::Str(text) => {
            let _ = write!(out, "str {}", text.indented);
            parts(ir, &text.parts, out);
        }
        Kind::Path(of) => {
            out.push_str("path");
            parts(ir, of, out);
        }
        Kind::List(items) => all(items, out),
        Kind::Set(of) => set(ir, "set", of, out),
        Kind::LegacyLet(of) => set(ir, "legacy", of, out),
        Kind::Let(of, body) => {
            set(ir, "let", of, out);
            all(&[*body], out);
        }
        Kind::With(a, b) | Kind::Assert(a, b) | Kind::Apply(a, b) | Kind::Binary(_, a, b) => {
            let name = format!("{:?}", expr.kind);
            out.push_str(name.split_once("ExprId").map_or("", |(name, _)| name));
            all(&[*a, *b], out);
        }
        Kind::If(a, b, c) => all(&[*a, *b, *c], out),
        Kind::Lambda(lambda) => {
            let _ = write!(out, "lambda {:?}", lambda.param);
            for formal in lambda.formals.iter().flat_map(|formals| &formals.entries) {
                let _ = write!(out, " {} {:?}", formal.name, formal.at);
                all(formal.default.as_slice(), out);
            }
            let ellipsis = lambda.formals.as_ref().map(|formals| (formals.ellipsis, formals.by_name.clone()));
            let _ = write!(out, "{ellipsis:?}");
            all(&[lambda.body], out);
        }
        Kind::Select(of, path, default) => {
            all(&[*of], out);
            keys(ir, path, out);
            all(default.as_slice(), out);
        }
        Kind::Has(of, path) => {
            all(&[*of], out);
            keys(ir, path, out);
        }
        Kind::Not(of) | Kind::Negate(of) => {
            out.push_str(if matches!(expr.kind, Kind::Not(_)) { "not" } else { "negate" });
            all(&[*of], out);
        }
        leaf => {
            let _ = write!(out, "{leaf:?}");
        }
    }
    out.push(')');
}

fn parts(ir: &Ir, parts: &[Part], out: &mut String) {
    for part in parts {
        match part {
            Part::Text(text) => {
                let _ = write!(out, " {text:?}");
            }
            Part::Expr(id) => said(ir, *id, out),
        }
    }
}

fn keys(ir: &Ir, keys: &[Key], out: &mut String) {
    for key in keys {
        match key {
            Key::Static(name, at) => {
                let _ = write!(out, " .{name} {at:?}");
            }
            Key::Dynamic(id) => said(ir, *id, out),
        }
    }
}

fn set(ir: &Ir, what: &str, set: &Set, out: &mut String) {
    let _ = write!(out, "{what} {} {:?} {:?}", set.recursive, set.by_name, set.duplicates);
    for attr in &set.attrs {
        let _ = write!(out, "\n {} {:?} {:?} ", attr.name, attr.at, attr.span);
        match attr.value {
            AttrValue::Expr(id) => said(ir, id, out),
            AttrValue::Inherit => out.push_str("inherited"),
            AttrValue::InheritFrom(id) => {
                out.push_str("inherited from");
                said(ir, id, out);
            }
        }
    }
    for one in &set.dynamic {
        let _ = write!(out, "\n {:?} ", one.span);
        said(ir, one.key, out);
        said(ir, one.value, out);
    }
    for id in &set.bare {
        said(ir, *id, out);
    }
}

/// Whether a text has both, and they say the same.
fn compare(name: &str, text: &str) -> bool {
    let parsed = parse::parse(text);
    let (Code::Tape(_), Some(green)) = (&parsed.code, parse::tree(text, true)) else { return false };
    let (tape, tree) = (lower(parsed.code, text), lower(Code::Tree(green), text));
    let (mut one, mut other) = (String::new(), String::new());
    said(&tape, tape.root.unwrap(), &mut one);
    said(&tree, tree.root.unwrap(), &mut other);
    let differs = one.bytes().zip(other.bytes()).position(|(a, b)| a != b);
    let around = |said: &str| {
        let at = differs.unwrap_or(0);
        said.chars().skip(at.saturating_sub(200)).take(300).collect::<String>()
    };
    assert!(one == other, "{name}:\ntape {}\n\ntree {}", around(&one), around(&other));
    true
}

/// Every Nix file below a directory is compared; how many are.
fn all_below(directory: &Path) -> usize {
    let mut compared = 0;
    for entry in ignore::WalkBuilder::new(directory).hidden(false).build().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "nix")
            && let Ok(text) = std::fs::read_to_string(entry.path())
        {
            compared += usize::from(compare(&entry.path().display().to_string(), &text));
        }
    }
    compared
}

#[test]
fn of_every_shape() {
    for text in [
        "x: y@{ a, b ? 1, ... }: { c }@z: with x; assert a; if b then c else z",
        "let a.b = 1; a.c = { d = 2; }; inherit x; inherit (y) \"z\" w; inherit (y); in rec { ${a} = a; \"k\" = 1; \"l${a}\" = 2; }",
        "let { body = 1; }",
        "a.b.\"c\".${d}.${\"e\"} or f.g or h",
        "a ? b.c && !d || -e < f == (g != h) -> i // j ++ k + l - m * n / o",
        "a |> b |> c",
        "a <| b <| c",
        "[ 1 2.5 .5 1.5e3 ./a/b ~/c /d <nixpkgs/lib> http://x.y/z __curPos (a b) ]",
        "\"a\\n${b}\\${c}$${d}\" + ''\n  a ''${b} ${c}\n    ''' ''\\n\n  ''",
        "./a/${b}/c + ./${d} + ~/e/${f}.nix",
        "{ a = ({ b = 1; }); a.c = 2; x.y.z = 1; x.y.w = 2; }",
        "# a comment\n/* another */ f /**/ { } [ ] (g: g)\n",
        "f (a: b) { c = d; }.c",
        "{ a, a ? 1 }: { x = 1; x = 2; }",
    ] {
        assert!(compare(text, text), "{text}");
    }
}

#[test]
fn of_every_file_here() {
    assert!(all_below(Path::new(env!("CARGO_MANIFEST_DIR"))) > 100);
}

/// `FLAKE_AUDIT_TREES=DIR:DIR cargo test --lib of_files_elsewhere -- --ignored --nocapture`
#[test]
#[ignore = "needs trees to read"]
fn of_files_elsewhere() {
    let trees = std::env::var("FLAKE_AUDIT_TREES").unwrap();
    let compared: usize = trees.split(':').map(|tree| all_below(Path::new(tree))).sum();
    assert!(compared > 0);
}
