//! Files of 1 MB that are shallow and lawful, and hold very many of one thing: time must grow with their size alone.

use std::fmt::Write as _;

use crate::{Place, Trial, full, run, wall_of_a_file};

/// Lines with a number each, about `bytes` in all.
fn lines(bytes: usize, mut line: impl FnMut(usize) -> String) -> String {
    let bytes = full(bytes);
    let mut text = String::with_capacity(bytes + 100);
    let mut number = 0;
    while text.len() < bytes {
        text.push_str(&line(number));
        text.push('\n');
        number += 1;
    }
    text
}

fn names(count: usize, prefix: &str) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = write!(text, "{prefix}{number} ");
    }
    text
}

const MB: usize = 1_000_000;

/// Every case alone and among others.
fn all(cases: Vec<(&str, String)>) {
    let mut trial = Trial::default();
    for (case, text) in cases {
        for (place, company) in [(Place::new(), "alone"), (Place::among_others(), "among others")] {
            place.put("wide.nix", &text);
            let outcome = run(place.path(), &["check", ".", "--format", "sarif"]);
            trial.check(&format!("{case}, {company}"), &outcome, wall_of_a_file(), &[0, 1, 3]);
        }
    }
    trial.end();
}

#[test]
#[cfg_attr(debug_assertions, ignore = "about the time that a release build takes")]
fn names_and_bindings() {
    let count = full(20_000);
    let many = |prefix| names(count, prefix);
    all(vec![
        ("bindings, used", format!("let\n{}in [ {}]\n", lines(MB / 2, |n| format!("a{n} = 1;")), many("a"))),
        ("bindings, unused", format!("let\n{}in 1\n", lines(MB, |n| format!("a{n} = 1;")))),
        (
            "bindings, each used by the next",
            format!("let a = 1;\n{}in 1\n", lines(MB, |n| format!("a{n} = a{};", n.max(1) - 1))),
        ),
        ("bindings, each using the next", format!("let\n{}in a0\n", lines(MB, |n| format!("a{n} = a{};", n + 1)))),
        ("a recursive set", format!("rec {{\n{}}}\n", lines(MB, |n| format!("a{n} = a{};", n + 1)))),
        ("one name, defined again and again", format!("{{\n{}}}\n", lines(MB, |_| "a = 1;".into()))),
        ("one name in let, again and again", format!("let\n{}in a\n", lines(MB, |_| "a = 1;".into()))),
        ("a set in parts", format!("{{\n{}}}\n", lines(MB, |n| format!("a.b.c.a{n} = 1;")))),
        ("a set in sets", format!("{{\n{}}}\n", lines(MB, |n| format!("a = {{ a{n} = 1; }};")))),
        ("paths of 100 names", format!("{{\n{}}}\n", lines(MB, |n| format!("a{n}.{}z = 1;", "b.".repeat(100))))),
        ("paths of 100 names, joined", format!("{{\n{}}}\n", lines(MB, |n| format!("{}z{n} = 1;", "b.".repeat(100))))),
        ("inherited names", format!("a: {{ inherit {}; }}\n", lines(MB, |n| format!("a{n}")))),
        ("inherited names of a set", format!("a: {{ inherit (a) {}; }}\n", lines(MB, |n| format!("a{n}")))),
        ("inherited names in let", format!("a: let inherit (a) {}; in 1\n", lines(MB, |n| format!("a{n}")))),
        ("inherits", format!("a: {{\n{}}}\n", lines(MB, |n| format!("inherit (a) a{n};")))),
        ("arguments", format!("{{\n{}... }}: 1\n", lines(MB, |n| format!("a{n},")))),
        ("arguments, used", format!("{{\n{}... }}: [ {}]\n", lines(MB / 2, |n| format!("a{n},")), many("a"))),
        ("arguments with defaults", format!("{{\n{}... }}: 1\n", lines(MB, |n| format!("a{n} ? a{},", n + 1)))),
        ("one argument, again and again", format!("{{\n{}... }}: 1\n", lines(MB, |_| "a,".into()))),
        ("undefined names", format!("[\n{}]\n", lines(MB, |n| format!("nothing{n}")))),
        ("one undefined name", format!("[\n{}]\n", lines(MB, |_| "nothing".into()))),
        ("interpolated names", format!("a: {{\n{}}}\n", lines(MB, |n| format!("${{a}} = {n};")))),
    ]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "about the time that a release build takes")]
fn scopes() {
    let nested = |head: &str, size: usize| head.repeat(size);
    let uses = |name: &str| format!("[ {}]\n", format!("{name} ").repeat(full(MB / 2) / (name.len() + 1)));
    let lets: String = (0..400)
        .map(|n| format!("let {}in ", (0..100).map(|m| format!("a{n}x{m} = 1; ")).collect::<String>()))
        .collect();
    all(vec![
        ("withs", format!("a: [\n{}]\n", lines(MB, |_| "(with a; b)".into()))),
        ("withs of one body", format!("a: {}{}", nested("with a; ", 400), uses("b"))),
        ("withs, needless", format!("a: b: {}{}", nested("with a; ", 400), uses("b"))),
        ("lets around", format!("{lets}{}", uses("a0x0"))),
        ("lambdas around", format!("{}{}", nested("a: ", 400), uses("a"))),
        ("lambdas", format!("[\n{}]\n", lines(MB, |_| "(a: a)".into()))),
        ("lambdas, unused", format!("[\n{}]\n", lines(MB, |_| "(a: 1)".into()))),
        ("lambdas on one line", format!("[ {}]\n", lines(MB, |_| "(a: 1)".into()).replace('\n', " "))),
        ("lets on one line", format!("[ {}]\n", lines(MB, |_| "(let a = 1; in 2)".into()).replace('\n', " "))),
        (
            "lets on one line of wide letters",
            format!("[ {}]\n", lines(MB, |_| "(let a = \"語\"; in 2)".into()).replace('\n', " ")),
        ),
        ("lets with comments", format!("[ {}]\n", lines(MB, |_| "(let a = 1; # why\nin 2)".into()))),
        ("recursive sets", format!("[\n{}]\n", lines(MB, |_| "(rec { a = 1; })".into()))),
        ("recursive sets in each other", format!("{}1{}\n", nested("rec { b = 1; a = ", 400), nested("; }", 400))),
        ("ifs", format!("a: [\n{}]\n", lines(MB, |_| "(if a then a else a)".into()))),
        ("asserts", format!("a: [\n{}]\n", lines(MB, |_| "(assert a; a)".into()))),
        ("chains, side by side", format!("a: [\n{}]\n", lines(MB, |_| format!("({}a)", "a // ".repeat(1_000))))),
        ("calls, side by side", format!("a: [\n{}]\n", lines(MB, |_| format!("({})", "a ".repeat(300))))),
        (
            "nesting, side by side",
            format!("[\n{}]\n", lines(MB, |_| format!("{}{}", "[".repeat(400), "]".repeat(400)))),
        ),
        ("shadowed arguments", format!("a: [\n{}]\n", lines(MB, |_| "(a: a: a)".into()))),
    ]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "about the time that a release build takes")]
fn texts_and_blanks() {
    all(vec![
        ("a string with interpolations", format!("a: \"{}\"\n", lines(MB, |_| "${a}".into()))),
        (
            "a string with interpolations, one line",
            format!("a: \"{}\"\n", lines(MB, |_| "${a}".into()).replace('\n', "")),
        ),
        ("an indented string with interpolations", format!("a: ''\n{}''\n", lines(MB, |_| "  ${a}".into()))),
        ("an indented string", format!("''\n{}''\n", lines(MB, |n| " ".repeat(n % 40)))),
        ("indented strings", format!("[\n{}]\n", lines(MB, |_| "''\n    a\n  b\n''".into()))),
        ("a script", format!("pkgs: pkgs.writeShellScript \"a\" ''\n{}''\n", lines(MB, |n| format!("echo {n}")))),
        ("scripts", format!("pkgs: [\n{}]\n", lines(MB, |_| "(pkgs.writeShellScript \"a\" ''\n  echo\n'')".into()))),
        ("escapes", format!("\"{}\"\n", lines(MB, |_| "\\n\\${a}$${a}\\\"".into()))),
        ("strings", format!("[\n{}]\n", lines(MB, |_| "\"a\"".into()))),
        ("comments", format!("{}1\n", lines(MB, |n| format!("# {n}")))),
        ("comments in blocks", format!("{}1\n", lines(MB, |n| format!("/* {n} */")))),
        ("one comment", format!("/*\n{}*/ 1\n", lines(MB, |n| format!("* {n}")))),
        ("blank lines", format!("{}1\n", "\n".repeat(MB))),
        ("blanks", format!("{}1\n", " ".repeat(MB))),
        ("carriage returns", format!("{}1\n", "\r".repeat(MB))),
        ("one line", format!("[ {}]\n", "1 ".repeat(full(MB / 2)))),
        ("one name", format!("{}\n", "a".repeat(MB))),
        ("one string", format!("\"{}\"\n", "a".repeat(MB))),
        ("separators of lines", format!("\"{}\"\n", "\u{2028}".repeat(full(MB / 3)))),
        ("paths", format!("[\n{}]\n", lines(MB, |n| format!("./a/{n}.nix")))),
        ("one path", format!("[\n{}]\n", lines(MB, |_| "./a.nix".into()))),
        ("imports", format!("[\n{}]\n", lines(MB, |n| format!("(import ./a/{n}.nix)")))),
        ("imports of itself", format!("[\n{}]\n", lines(MB, |_| "(import ./wide.nix)".into()))),
        ("paths with interpolations", format!("a: [\n{}]\n", lines(MB, |_| "./a/${a}.nix".into()))),
        ("paths in angle brackets", format!("[\n{}]\n", lines(MB, |_| "<nixpkgs/lib>".into()))),
        ("addresses", format!("[\n{}]\n", lines(MB, |_| "https://example.org/a".into()))),
    ]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "about the time that a release build takes")]
fn errors_of_syntax() {
    all(vec![
        ("never closed", format!("{{\n{}", lines(MB, |n| format!("a{n} = 1;")))),
        ("no semicolons", format!("{{\n{}}}\n", lines(MB, |n| format!("a{n} = 1")))),
        ("no semicolon at the end", format!("{{\n{}b = 2 }}\n", lines(MB, |n| format!("a{n} = 1;")))),
        ("a closing brace too many", format!("{{\n{}}} }}\n", lines(MB, |n| format!("a{n} = 1;")))),
        ("quotes", format!("[\n{}]\n", lines(MB, |_| "\"a".into()))),
        ("a quote never closed", format!("[ \"\n{}]\n", lines(MB, |n| format!("a{n}")))),
        ("indented strings closed early", format!("''\n{}''\n", lines(MB, |_| "echo '' a".into()))),
        ("an indented string closed early", format!("[ ''\n{} '' a = {{ }} ]\n", lines(MB, |_| "echo a".into()))),
        ("an interpolation never closed", format!("''\n{}${{ '' ]\n", lines(MB, |_| "echo a".into()))),
        ("interpolations never closed", format!("''\n{} '' ]\n", lines(MB, |_| "echo ${ a".into()))),
        ("braces that do not match", format!("[\n{}]\n", lines(MB, |_| "{ ( } )".into()))),
        ("equals signs", lines(MB, |_| "a = ".into())),
        ("commas", format!("{{\n{}}}\n", lines(MB, |_| "a,,".into()))),
        ("words of other languages", lines(MB, |_| "fn main() { let x = 1; }".into())),
        ("signs that Nix has not", lines(MB, |_| "^ % ~ \\ ` §".into())),
        ("nothing but NUL", "\0".repeat(MB)),
        ("nothing but byte-order marks", "\u{feff}".repeat(full(MB / 3))),
    ]);
}

#[test]
#[cfg_attr(debug_assertions, ignore = "about the time that a release build takes")]
fn flakes() {
    let count = full(20_000);
    let inputs: String = (0..count).map(|n| format!("  inputs.i{n}.url = \"github:o/r{n}\";\n")).collect();
    let outputs = |line: &dyn Fn(usize) -> String| {
        let all: String = (0..count).map(line).collect();
        format!(
            "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";\n  outputs = {{ self, nixpkgs, ... }}: {{\n{all}  }};\n}}\n"
        )
    };
    let result = |code: &str| format!("{{ outputs = _: {{ packages.x86_64-linux = {code}; }}; }}\n");
    let doubled = |sign: &str, first: &str| {
        let all: String = (1..60).map(|n| format!("a{n} = a{} {sign} a{}; ", n - 1, n - 1)).collect();
        result(&format!("let a0 = {first}; {all}in {{ x = a59; inherit (a59) y; }}"))
    };
    let cases = vec![
        ("inputs", format!("{{\n{inputs}  outputs = _: {{ }};\n}}\n")),
        (
            "inputs and arguments",
            format!(
                "{{\n{inputs}  outputs = {{ self, {} }}: {{ }};\n}}\n",
                names(count, "i").trim().replace(' ', ", ")
            ),
        ),
        (
            "inputs that follow",
            format!(
                "{{\n{}  outputs = _: {{ }};\n}}\n",
                (0..count).map(|n| format!("  inputs.i{n}.follows = \"i{}\";\n", n + 1)).collect::<String>()
            ),
        ),
        (
            "an input's inputs",
            format!(
                "{{\n{}  outputs = _: {{ }};\n}}\n",
                (0..count).map(|n| format!("  inputs.a.inputs.i{n}.follows = \"b/c\";\n")).collect::<String>()
            ),
        ),
        ("kinds of output", outputs(&|n| format!("    kind{n} = {{ }};\n"))),
        (
            "packages",
            outputs(&|n| format!("    packages.x86_64-linux.p{n} = nixpkgs.legacyPackages.x86_64-linux.hello;\n")),
        ),
        ("systems", outputs(&|n| format!("    packages.s{n}.p = null;\n"))),
        (
            "hosts",
            outputs(&|n| {
                format!("    nixosConfigurations.h{n} = nixpkgs.lib.nixosSystem {{ modules = [ ./h{n}.nix ]; }};\n")
            }),
        ),
        (
            "modules",
            outputs(&|n| format!("    nixosModules.m{n} = {{ config, ... }}: {{ imports = [ ./m{n}.nix ]; }};\n")),
        ),
        (
            "checks of each other",
            outputs(&|n| format!("    checks.x86_64-linux.c{n} = self.checks.x86_64-linux.c{};\n", n + 1)),
        ),
        ("strings doubled", doubled("+", "\"abc\"")),
        ("lists doubled", doubled("++", "[ 1 2 3 ]")),
        ("sets united", doubled("//", "{ y = 1; }")),
        (
            "genList",
            result("builtins.listToAttrs (builtins.genList (n: { name = \"p${toString n}\"; value = n; }) 100000000)"),
        ),
        (
            "genList of genList",
            result(
                "builtins.listToAttrs (builtins.concatLists (builtins.genList (n: builtins.genList (m: { name = \"p${toString n}-${toString m}\"; value = n; }) 10000) 10000))",
            ),
        ),
        (
            "a fold",
            result("builtins.foldl' (all: n: all // { \"p${toString n}\" = n; }) { } (builtins.genList (n: n) 20000)"),
        ),
        (
            "a fold of lists",
            result(
                "{ p = builtins.length (builtins.foldl' (all: n: all ++ [ n ]) [ ] (builtins.genList (n: n) 50000)); }",
            ),
        ),
        (
            "a fold of strings",
            result("{ ${builtins.foldl' (all: n: all + \"p\") \"\" (builtins.genList (n: n) 50000)} = 1; }"),
        ),
        ("recursion", result("let f = n: f (n + 1); in { ${f 0} = 1; }")),
        ("recursion that grows", result("let f = n: { a = f (n + 1); } // f (n + 2); in f 0")),
        ("Fibonacci", result("let f = n: if n < 2 then n else f (n - 1) + f (n - 2); in { ${toString (f 90)} = 1; }")),
        ("fix", result("let f = self: self // { a = self; }; x = f x; in x")),
        ("toJSON of itself", result("let a = { b = a; }; in { ${builtins.toJSON a} = 1; }")),
        (
            "a closure without end",
            result(
                "{ p = builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }; q.${toString (builtins.length (builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } { key = x.key + 2; } ]; }))} = 1; }",
            ),
        ),
        (
            "an expression that goes back",
            result(
                "{ ${toString (builtins.match \"(a*)*(a*)*(a*)*b\" (builtins.concatStringsSep \"\" (builtins.genList (_: \"a\") 50000)) == null)} = 1; }",
            ),
        ),
        (
            "replaced strings",
            result(
                "let s = builtins.concatStringsSep \"\" (builtins.genList (_: \"a\") 50000); r = s: builtins.replaceStrings [ \"a\" ] [ \"aaaaaaaaaaaaaaaa\" ] s; in { ${r (r (r (r s)))} = 1; }",
            ),
        ),
        (
            "split strings",
            result(
                "let s = builtins.concatStringsSep \"\" (builtins.genList (_: \"ab\") 50000); in { ${toString (builtins.length (builtins.filter (x: builtins.elem x (builtins.split \"b\" s)) (builtins.split \"b\" s)))} = 1; }",
            ),
        ),
        (
            "sorted",
            result(
                "{ ${toString (builtins.length (builtins.sort (a: b: a > b) (builtins.genList (n: n) 100000)))} = 1; }",
            ),
        ),
        (
            "sorted by a liar",
            result(
                "{ ${toString (builtins.length (builtins.sort (a: b: true) (builtins.genList (n: n) 100000)))} = 1; }",
            ),
        ),
        (
            "conditions that nobody knows",
            format!(
                "{{ outputs = {{ a, ... }}: {{ packages.x86_64-linux = {} {{ }}; }}; }}\n",
                (0..300)
                    .map(|n| format!("(if a.b{n} then {{ p{n} = 1; }} else {{ q{n} = 1; }}) // "))
                    .collect::<String>()
            ),
        ),
        (
            "conditions in conditions",
            format!(
                "{{ outputs = {{ a, ... }}: {{ packages.x86_64-linux = {}{{ z = 1; }}{}; }}; }}\n",
                (0..200).map(|n| format!("let x{n} = ")).collect::<String>(),
                (0..200)
                    .rev()
                    .map(|n| format!("; in if a.b{n} then x{n} // {{ p{n} = 1; }} else x{n}"))
                    .collect::<String>()
            ),
        ),
        (
            "arithmetic at its ends",
            result(
                "{ ${toString (9223372036854775807 + 1)} = 1; ${toString (0 - 9223372036854775807 - 2)} = 1; ${toString ((0 - 9223372036854775807 - 1) / (0 - 1))} = 1; ${toString (1 / 0)} = 1; ${toString (9223372036854775807 * 3)} = 1; ${toString (builtins.elemAt [ ] (0 - 1))} = 1; ${builtins.substring 3 (0 - 1) \"ab\"} = 1; ${builtins.substring 9223372036854775807 9223372036854775807 \"ab\"} = 1; ${toString (builtins.genList (n: n) (0 - 5))} = 1; ${toString 1e400} = 1; ${toString (builtins.floor 1.0e300)} = 1; ${toString (builtins.fromJSON \"1e999\")} = 1; ${toString 99999999999999999999} = 1; }",
            ),
        ),
    ];
    let mut trial = Trial::default();
    for (case, text) in cases {
        let place = Place::among_others();
        place.put("flake.nix", &text);
        let outcome = run(place.path(), &["check", ".", "--format", "sarif"]);
        trial.check(case, &outcome, wall_of_a_file(), &[0, 1, 3]);
        let outcome = run(place.path(), &["report", "."]);
        trial.check(&format!("{case}, report"), &outcome, wall_of_a_file(), &[0]);
    }
    trial.end();
}
