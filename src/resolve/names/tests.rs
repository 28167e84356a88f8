use super::*;

fn of(text: &str) -> Names {
    crate::resolve::code_and_names(crate::parse::parse(text).code, text).1
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
        ("{ inherit (a); }", vec!["a@11"]),
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
    let doubled =
        |text: &str| -> Vec<(u32, u32)> { of(text).duplicates.iter().map(|d| (d.at.start, d.first.start)).collect() };
    assert_eq!(doubled("{ a = 1; a = 2; }"), [(9, 2)]);
    assert_eq!(doubled("{ a.b = 1; a = { c = 2; b = 3; }; }"), [(24, 4)]);
    assert_eq!(doubled("x: { inherit x; x.a = 1; }"), [(16, 13)]);
    assert_eq!(doubled("{ a, b, a }@b: 1"), [(8, 2), (12, 5)]);
    assert_eq!(doubled("{ a = { b = 1; }; a.c = 2; a.d.e = 3; a.d.f = 4; }"), []);
}

#[test]
fn what_a_doubled_name_reads_is_read() {
    for text in [
        "let a = 1; in { b = { c = 2; }; b = f a; }",
        "let a = 1; in { b.c = 2; b = x: a; }",
        "let a = 1; in { b = f 2; b = { c.d = a; }; }",
        "let a = 1; in { b = f 2; b = { c = 3; ${a} = 4; }; }",
    ] {
        let names = of(text);
        let read = names.references.iter().filter(|reference| reference.target == Target::Definition(0));
        assert_eq!(read.count(), 1, "{text}");
    }
}
