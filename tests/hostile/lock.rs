//! Lock files and configurations that are huge, deep or go in circles.

use std::fmt::Write as _;

use crate::{Place, Trial, full, run, wall};

const FLAKE: &str = "{\n  inputs.a.url = \"github:o/a\";\n  outputs = { self, a }: { };\n}\n";

/// A lock file with these nodes after the root; each is name and inputs.
fn lock(nodes: impl Iterator<Item = (String, String)>) -> String {
    let mut text = String::from("{\"nodes\":{\"root\":{\"inputs\":{\"a\":\"n0\"}}");
    for (name, inputs) in nodes {
        let _ = write!(
            text,
            ",\"{name}\":{{\"inputs\":{{{inputs}}},\"locked\":{{\"type\":\"github\",\"owner\":\"o\",\"repo\":\"{name}\",\"rev\":\"{:040}\",\"narHash\":\"sha256-AA\"}}}}",
            0
        );
    }
    text.push_str("},\"root\":\"root\",\"version\":7}\n");
    text
}

fn nested(open: &str, close: &str) -> String {
    let depth = full(100_000);
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn locks() {
    let many = full(20_000);
    let node = |n: usize, inputs: String| (format!("n{n}"), inputs);
    let fan: String = (1..many).map(|n| format!("\"i{n}\":\"n{n}\"")).collect::<Vec<_>>().join(",");
    let cases = vec![
        ("a node that is its own input", lock([node(0, "\"b\":\"n0\"".into())].into_iter())),
        ("a circle", lock((0..3).map(|n| node(n, format!("\"b\":\"n{}\"", (n + 1) % 3))))),
        ("a circle of follows", lock([node(0, "\"b\":[\"a\",\"c\"],\"c\":[\"a\",\"b\"]".into())].into_iter())),
        ("a follows of itself", lock([node(0, "\"b\":[\"a\",\"b\",\"b\",\"b\"]".into())].into_iter())),
        ("a large circle", lock((0..many).map(|n| node(n, format!("\"b\":\"n{}\"", (n + 1) % many))))),
        ("a chain", lock((0..many).map(|n| node(n, format!("\"b\":\"n{}\"", (n + 1).min(many - 1)))))),
        ("a fan", lock((0..many).map(|n| node(n, if n == 0 { fan.clone() } else { String::new() })))),
        ("a ladder, with 2^n ways down", lock((0..many).map(|n| node(n, format!("\"b\":\"n{0}\",\"c\":\"n{0}\"", (n + 1).min(many - 1)))))),
        ("everybody needs the 100 next", lock((0..full(3_000)).map(|n| node(n, (1..100).map(|m| format!("\"b{m}\":\"n{}\"", (n + m) % full(3_000))).collect::<Vec<_>>().join(","))))),
        ("follows of follows", lock((0..full(10_000)).map(|n| node(n, format!("\"b\":[\"a\",\"b\"],\"c\":\"n{}\"", (n + 1) % full(10_000)))))),
        ("a long follows", lock([node(0, format!("\"b\":[{}\"a\"]", "\"a\",".repeat(many)))].into_iter())),
        ("one source, many nodes", lock((0..many).map(|n| node(n, String::new()))).replace("\"repo\":\"n", "\"repo\":\"same\",\"was\":\"n")),
        ("a million nodes", lock((0..full(1_000_000)).map(|n| node(n, format!("\"b\":\"n{}\"", n + 1))))),
        ("a million short nodes", {
            let nodes: String = (0..full(1_000_000)).map(|n| format!(",\"{n:x}\":{{}}")).collect();
            format!("{{\"nodes\":{{\"root\":{{}}{nodes}}},\"root\":\"root\",\"version\":7}}")
        }),
        ("no such root", "{\"nodes\":{},\"root\":\"root\",\"version\":7}".into()),
        ("a root that is a number", "{\"nodes\":{\"root\":1},\"root\":1,\"version\":7}".into()),
        ("nodes that are a list", "{\"nodes\":[],\"root\":\"root\",\"version\":7}".into()),
        ("a version of the future", "{\"nodes\":{\"root\":{}},\"root\":\"root\",\"version\":1e300}".into()),
        ("lists in lists", nested("[", "]")),
        ("sets in sets", nested("{\"a\":", "}")),
        ("sets in an input", format!("{{\"nodes\":{{\"root\":{{\"inputs\":{{\"a\":{}}}}}}},\"root\":\"root\",\"version\":7}}", nested("{\"a\":", "}"))),
        ("lists never closed", "[".repeat(full(1_000_000))),
        ("the same key again and again", format!("{{\"nodes\":{{{}\"root\":{{}}}},\"root\":\"root\",\"version\":7}}", "\"root\":{},".repeat(many))),
        ("a long string", format!("{{\"nodes\":{{\"root\":{{\"inputs\":{{\"{}\":\"b\"}}}}}},\"root\":\"root\",\"version\":7}}", "a".repeat(full(5_000_000)))),
        ("escapes", "{\"nodes\":{\"root\":{\"inputs\":{\"\\u001b[31m\\n::error::x\":\"\\ud800\"}}},\"root\":\"root\",\"version\":7}".into()),
        ("nothing", String::new()),
        ("NUL", "\0".repeat(1_000)),
        ("marks of a conflict", format!("<<<<<<< HEAD\n{}=======\n>>>>>>> other\n", lock(std::iter::empty()))),
        ("20 MB of blanks", " ".repeat(full(20_000_000))),
        ("30 MB", " ".repeat(30_000_000)),
    ];
    let mut trial = Trial::default();
    for (case, text) in cases {
        for (place, company) in [(Place::new(), "alone"), (Place::among_others(), "among others")] {
            place.put("flake.nix", FLAKE).put("flake.lock", &text);
            let outcome = run(place.path(), &["check", "."]);
            trial.check(&format!("lock: {case}, {company}"), &outcome, wall(), &[0, 1, 3]);
            let outcome = run(place.path(), &["report", ".", "--format", "json"]);
            trial.check(&format!("lock: {case}, {company}, report"), &outcome, wall(), &[0]);
        }
        if case.starts_with("30 MB") || case.starts_with("lists") {
            let place = Place::new();
            place.put("flake.nix", FLAKE).put("flake.lock", &text);
            let outcome = run(place.path(), &["check", "."]);
            assert!(outcome.out.contains("flake.lock"), "{case}: {}", outcome.out);
        }
    }
    trial.end();
}

#[test]
fn configurations() {
    let many = full(20_000);
    let list = |item: &dyn Fn(usize) -> String| (0..many).map(item).collect::<Vec<_>>().join(", ");
    let mut trial = Trial::default();
    for (case, text, codes) in [
        ("lists in lists", format!("exclude = {}\n", nested("[", "]")), &[2][..]),
        ("tables in tables", format!("exclude = {}\n", nested("{ a = ", " }")), &[2]),
        ("a long key", format!("{} = 1\n", vec!["a"; full(100_000)].join(".")), &[2]),
        ("a long table", format!("[{}]\n", vec!["rules"; full(100_000)].join(".")), &[2]),
        ("globs", format!("exclude = [ {} ]\n", list(&|n| format!("\"a{n}/**\""))), &[0]),
        (
            "globs that go back",
            format!(
                "exclude = [ {} ]\n",
                (0..100).map(|_| format!("\"{}b\"", "*a".repeat(50))).collect::<Vec<_>>().join(", ")
            ),
            &[0, 2],
        ),
        ("a glob of alternatives", format!("exclude = [ \"{}\" ]\n", "{a,b}".repeat(full(1_000))), &[0, 2]),
        ("a long glob", format!("exclude = [ \"{}\" ]\n", "a?".repeat(full(400_000))), &[0, 2]),
        ("a deep glob", format!("exclude = [ \"{}\" ]\n", "**/".repeat(full(100_000))), &[0, 2, 3]),
        ("rules that are none", format!("select = [ {} ]\n", list(&|n| format!("\"FA{n}\""))), &[2]),
        ("one rule, again and again", format!("select = [ {} ]\n", list(&|_| "\"FA201\"".into())), &[0, 2]),
        ("a long name of a rule", format!("select = [ \"{}\" ]\n", "a".repeat(900_000)), &[2]),
        ("steering characters", "select = [ \"\\u001b[31m\\n::error::\" ]\n".into(), &[2]),
        ("tables", (0..many).map(|n| format!("[rules.r{n}]\n")).collect(), &[2]),
        ("numbers", "[rules.many-inputs]\nmax = 99999999999999999999\n".into(), &[2]),
        ("lists never closed", "a = [".repeat(many), &[2]),
        ("more than 1 MiB", "# a comment\n".repeat(100_000), &[2]),
        ("comments", "# a\n".repeat(250_000), &[0]),
        ("NUL", "\0".into(), &[2]),
    ] {
        for (place, company) in [(Place::new(), "alone"), (Place::among_others(), "among others")] {
            place.put("a.nix", "{ pkgs }: pkgs.hello\n").put("flake-audit.toml", &text);
            let outcome = run(place.path(), &["check", "."]);
            trial.check(&format!("config: {case}, {company}"), &outcome, wall(), codes);
            assert!(outcome.err.len() < 10_000, "{case}: {} bytes of message", outcome.err.len());
            assert!(!outcome.err.contains('\u{1b}') && !outcome.err.contains("\n::"), "{case}: {}", outcome.err);
        }
    }
    trial.end();
}
