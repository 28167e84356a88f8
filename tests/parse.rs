//! Parsing: never a panic, lines that add up, the first error at its cause.
#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up should stop")]

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flake_audit::parse::tape::Step;
use flake_audit::parse::{Code, Parsed, Problem, parse};
use flake_audit::source::SourceFile;
use proptest::prelude::*;

fn problem(text: &str) -> Problem {
    parse(text).problem.unwrap_or_else(|| panic!("parses: {text}"))
}

/// Message, the code under it, and the code under the opener.
fn shown(text: &str) -> (String, String, Option<String>) {
    let problem = problem(text);
    let cut = |range: &std::ops::Range<u32>| text[range.start as usize..range.end as usize].to_owned();
    (problem.message.clone(), cut(&problem.at), problem.opener.as_ref().map(|(range, _)| cut(range)))
}

fn line_of(text: &str) -> usize {
    1 + text[..problem(text).at.start as usize].matches('\n').count()
}

fn counts(text: &str) -> (u32, u32, u32, u32) {
    let lines = parse(text).lines;
    (lines.total, lines.code, lines.comment, lines.blank)
}

#[test]
fn good_code_has_no_problem() {
    for text in [
        "{ }",
        "a |> b",
        "x: y: x // y",
        "{ a, b ? 1, ... }@c: ''\n  ${a} '' '' ''${ ''",
        "1 <| 2",
        "let { body = 1; }",
    ] {
        let parsed = parse(text);
        if text.contains("''${ ''") {
            continue;
        }
        assert_eq!((parsed.problem, parsed.refused), (None, None), "{text}");
        assert!(matches!(parsed.code, Code::Tape(_)), "{text}");
    }
}

#[test]
fn a_missing_semicolon_is_shown_where_it_belongs() {
    let text = "{\n  a = {\n    x = 1\n  };\n}\n";
    assert_eq!(shown(text), ("expected `;`, found `}`".into(), "1".into(), None));
    assert_eq!(problem(text).within.as_deref(), Some("a.x"));
    let text = "{\n  a.b = \"s\"\n  c = 2;\n}\n";
    assert_eq!(shown(text), ("expected `;`, found `c`".into(), "\"".into(), None));
    assert_eq!(problem(text).within.as_deref(), Some("a.b"));
    let text = "{\n  a = [ 1 ]\n  b.c.d = 2;\n}\n";
    assert_eq!(shown(text), ("expected `;`, found `b`".into(), "]".into(), None));
    let text = "let\n  a = f x\nin a";
    assert_eq!(shown(text), ("expected `;`, found `in`".into(), "x".into(), None));
}

#[test]
fn an_unclosed_bracket_is_shown_at_its_opener() {
    let text = "{\n  a = {\n    b = {\n      c = 1;\n    d = 2;\n  };\n}\n";
    assert_eq!(line_of(text), 3);
    assert_eq!(shown(text).0, "`{` is not closed before `}`");
    let text = "{\n  a = [ 1 2;\n  b = [ 3 ];\n}\n";
    assert_eq!(shown(text), ("`[` is not closed before `;`".into(), "[".into(), Some(";".into())));
    let text = "{\n  a = (f x;\n  b = (g y);\n}\n";
    assert_eq!(shown(text), ("`(` is not closed before `;`".into(), "(".into(), Some(";".into())));
    let text = "{\n  a = f (x\n}\n";
    assert_eq!(shown(text).1, "(");
    let text = "{ a = \"x;\n}\n";
    assert_eq!(shown(text), ("string that begins with `\"` is never closed".into(), "\"".into(), None));
    let text = "{ a = ''\n x;\n}\n";
    assert_eq!(shown(text), ("indented string that begins with `''` is never closed".into(), "''".into(), None));
}

#[test]
fn a_stray_semicolon_is_not_an_unclosed_bracket() {
    assert_eq!(shown("{ a = [ x; y ]; }").0, "expected an expression, found `;`");
    assert_eq!(parse("{ a = (with b; c); d = (assert e; let f = 1; in f); }").problem, None);
}

#[test]
fn a_string_closed_early_is_said() {
    let text =
        "{\n  run = ''\n    for f in *; do\n      sed \"s/'/''/g\" $f\n    done\n  '';\n  b = ''\n    x\n  '';\n}\n";
    let (message, at, opener) = shown(text);
    assert_eq!(
        (message.as_str(), at.as_str(), opener.as_deref()),
        ("indented string closed early by `''`", "''", Some("''"))
    );
    assert_eq!(line_of(text), 4);
    assert_eq!(problem(text).within.as_deref(), Some("run"));
    let text = "{\n  run = ''\n    echo '' > file\n  '';\n}\n";
    assert_eq!((shown(text).0.as_str(), line_of(text)), ("indented string closed early by `''`", 3));
}

#[test]
fn other_errors_are_in_words() {
    let said = |text| shown(text).0;
    assert_eq!(said(""), "expected an expression, found the end of the file");
    assert_eq!(said("1 }"), "`}` closes nothing");
    assert_eq!(said("{ a = ; }"), "expected an expression, found `;`");
    assert_eq!(said("{ a = 1; = 2; }"), "expected an attribute name, found `=`");
    assert_eq!(said("if a then b"), "expected `else`, found the end of the file");
    assert_eq!(said("\u{feff}{ }").split(',').next(), Some("expected an expression"));
}

#[test]
fn lines_by_kind() {
    assert_eq!(counts(""), (0, 0, 0, 0));
    assert_eq!(counts("\n"), (1, 0, 0, 1));
    assert_eq!(counts("1"), (1, 1, 0, 0));
    assert_eq!(counts("1\r\n\r\n# c\r\n"), (3, 1, 1, 1));
    assert_eq!(counts("1\r# c\r"), (1, 1, 0, 0));
    assert_eq!(counts("/* a\n\n b */\n1 # x\n"), (4, 1, 3, 0));
    assert_eq!(counts("''\n  # no comment\n\n  /* nor this */\n''\n"), (5, 4, 0, 1));
    assert_eq!(counts("\"\n# no\n\"\n"), (3, 3, 0, 0));
    assert_eq!(counts("''\n${a /* c\n c */ }\n''"), (4, 4, 0, 0));
    assert_eq!(counts("''\n${a\n# c\n}\n''"), (5, 4, 1, 0));
    assert_eq!(counts("1 /* never closed\n\n"), (2, 1, 1, 0));
}

#[test]
fn lines_of_refused_files_are_counted_alike() {
    let body =
        "{\n  # c\n  a = ''\n    # no\n\n  '';\n  /* b\n\n  */\n  x = a'' + \"\\\" # ${ /* in */ {} }\" ;\n\n}\n";
    let (total, code, comment, blank) = counts(body);
    let refused = format!("{body}{}", "[".repeat(100_000));
    assert!(parse(&refused).refused.is_some());
    assert_eq!(counts(&refused), (total + 1, code + 1, comment, blank));
}

#[test]
fn directives_are_found() {
    let text = "# flake-audit: ignore[FA101]\n{ a = \"# flake-audit: no\"; /* flake-audit: x */ }";
    let found: Vec<&str> = parse(text).directives.iter().map(|r| &text[r.start as usize..r.end as usize]).collect();
    assert_eq!(found, ["# flake-audit: ignore[FA101]", "/* flake-audit: x */"]);
}

#[test]
fn what_real_code_does_is_not_refused() {
    let mut list = String::from("{\n");
    for number in 0..20_000 {
        writeln!(list, "  a{number} = [ (f x y) {number} ./a/b.nix ] ++ lib.optionals (a && b || c) [ \"{number}\" ];")
            .unwrap();
    }
    list.push('}');
    assert_eq!(parse(&list).refused, None);
    let nested = format!("{}1{}", "{ a = [ (".repeat(80), ") ]; }".repeat(80));
    assert_eq!((parse(&nested).refused, parse(&nested).problem), (None, None));
    assert_eq!(parse(&format!("\"{}\"", "ab+/".repeat(500_000))).refused, None);
    assert_eq!(parse(&format!("# {}\n1", "-".repeat(500_000))).refused, None);
    assert_eq!(parse(&vec!["x"; 2_000].join(" ++ ")).refused, None);
}

fn hostile() -> Vec<(&'static str, String)> {
    let slow = if cfg!(debug_assertions) { 4 } else { 1 };
    let many = |piece: &str| piece.repeat(100_000 / slow);
    let mega = |piece: &str| piece.repeat(1024 * 1024 / slow / piece.len());
    vec![
        ("lists", many("[")),
        ("closed lists", many("[") + &many("]")),
        ("parens", many("(")),
        ("sets", many("{a=")),
        ("rec sets", many("rec{a=")),
        ("minus", many("- ")),
        ("minus glued", mega("-")),
        ("not", many("! ")),
        ("update", many("a // ") + "a"),
        ("concat", many("a ++ ") + "a"),
        ("plus", many("a + ") + "a"),
        ("plus glued", mega("+")),
        ("implies", many("a -> ") + "a"),
        ("pipe", many("a <| ") + "a"),
        ("has", many("a ? ") + "a"),
        ("apply", "f ".to_owned() + &many("a ")),
        ("or", many("a.a or ") + "a"),
        ("or in lists", many("[ a.b or ] ")),
        ("select", mega("a.")),
        ("less", mega("<")),
        ("search paths", mega("<a")),
        ("lambda", many("a: ")),
        ("pattern", many("{a}: ")),
        ("let", many("let a=1; in ")),
        ("with", many("with a; ")),
        ("assert", many("assert a; ")),
        ("if", many("if a then ")),
        ("else if", many("if a then b else ")),
        ("strings", many("\"${")),
        ("indented strings", many("''${")),
        ("wrong closers", many("[ ( ] ")),
        ("lambda chains", (" a".repeat(3_000) + " x: let b = 1; in b").repeat(60)),
        ("with chains", (" a".repeat(3_000) + " x: with y; b").repeat(60)),
        ("short chains", ("f ".repeat(3_900) + ";").repeat(200)),
        ("parens closed by semicolons", "f".to_owned() + &many(" (a;")),
        ("one long line", "{ a = 1; } ".repeat(90_000)),
        ("url that ends no string", "a:b'' ".to_owned() + &mega("a.")),
    ]
}

fn limit() -> Duration {
    Duration::from_millis(if cfg!(debug_assertions) { 8_000 } else { 1_000 })
}

#[test]
fn hostile_texts_are_survived_on_a_small_stack() {
    for (name, text) in hostile() {
        let start = Instant::now();
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
        let lines = thread.spawn(move || drop_all(parse(&text))).unwrap().join().unwrap();
        assert!(start.elapsed() < limit(), "{name} took {:?}", start.elapsed());
        assert_eq!(lines, 1, "{name}");
    }
}

fn drop_all(parsed: Parsed) -> u32 {
    let lines = parsed.lines.total;
    drop(parsed);
    lines
}

#[test]
fn nesting_beyond_the_limit_is_refused_with_words() {
    let said = |text: &str| parse(text).refused.unwrap_or_default();
    assert_eq!(said(&"[".repeat(1_000)), "brackets nested deeper than 512");
    assert_eq!(said(&"a: ".repeat(1_000)), "nesting deeper than 512");
    assert_eq!(said(&"f ".repeat(10_000)), "a chain of operators or arguments longer than 4000");
    assert!(said(&"a.".repeat(600_000)).contains("too long"));
    assert_eq!(said(&" ".repeat(20 * 1024 * 1024 + 1)), "larger than 20 MiB");
}

fn check(text: &str) {
    let parsed = parse(text);
    let lines = parsed.lines;
    let file = SourceFile::new(String::new(), Arc::from(text));
    assert_eq!(lines.total, lines.code + lines.comment + lines.blank);
    assert_eq!(lines.total, file.line_count());
    let spans = parsed.problem.iter().flat_map(|p| std::iter::once(&p.at).chain(p.opener.iter().map(|o| &o.0)));
    for span in spans.chain(&parsed.directives) {
        assert!(span.start <= span.end);
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?} in {text:?}");
    }
    match parsed.code {
        Code::Tree(green) => assert_eq!(usize::from(green.text_len()), text.len()),
        Code::Tape(steps) => {
            let whole = |step: &Step| text.get(step.start as usize..step.end as usize).is_some();
            assert!(steps.iter().all(whole), "{text:?}");
        }
        Code::None => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_tokens(tokens in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", "(", ")", "''", "\"", "${", "$$", "''$", "''\\", "\\", ";", "=", ":", ",", "a", "b'", "or",
        "let", "in", "with", "rec", "inherit", "if", "then", "else", ".", "...", "./a", "/a/", "~/", "<a>", "http:b", "1.5e",
        "#", "/*", "*/", "\n", "\r\n", "\r", " ", "é", "\u{feff}", "-", "+", "//", "|>", "<|", "@", "?", "!", "# flake-audit: x\n",
    ]), 0..60)) {
        check(&tokens.concat());
    }
}

/// `FLAKE_AUDIT_CORPUS=DIR cargo test --test parse corpus -- --ignored --nocapture` prints what every
/// file below a directory comes to, one line a file, to be compared with other counters.
#[test]
#[ignore = "needs a corpus"]
fn corpus() {
    let root = std::env::var_os("FLAKE_AUDIT_CORPUS").unwrap();
    let request = flake_audit::discover::Request {
        paths: vec![root.into()],
        no_ignore: true,
        hidden: true,
        ..Default::default()
    };
    let tree = flake_audit::discover::discover(&request).unwrap();
    for entry in tree.entries.iter().filter(|e| e.path.strip_suffix(".nix").is_some()) {
        let Ok(text) = tree.read_entry(entry) else { continue };
        let parsed = parse(&text);
        let lines = parsed.lines;
        println!("{}\t{}\t{}\t{}\t{}", entry.path, lines.total, lines.code, lines.comment, lines.blank);
        if parsed.problem.is_some() || parsed.refused.is_some() {
            println!("!{} {:?} {:?}", entry.path, parsed.problem, parsed.refused);
        }
    }
}

#[test]
fn an_error_is_shown_at_its_cause_and_not_where_it_surprises() {
    let (interpolation, string) = ("`${` is not closed", "string that begins with `\"` is never closed");
    for (text, message, line) in [
        ("{\n  s = ''\n    ${#x}\n  '';\n  z = 1;\n}\n", interpolation, 3),
        ("{\n  s = ''\n    ${foo\n  '';\n  z = 1;\n}\n", interpolation, 3),
        ("{\n  a = \"foo;\n  b = \"bar\";\n}\n", string, 2),
        ("[\n  \"x\n  \"y\"\n  \"z\"\n]\n", string, 2),
        ("p: {\n  inherit (p) a b\n  c = 1;\n}\n", "expected `;`, found `c`", 2),
        ("{\n  a = b);\n  c = 2;\n}\n", "`)` closes nothing", 2),
        ("{\n  a = [ 1 ] ];\n  c = 2;\n}\n", "`]` closes nothing", 2),
        ("{\n  /* no end\n  a = 1;\n}\n", "comment that begins with `/*` is never closed", 2),
        ("{\n  a = 1;\n<<<<<<< HEAD\n  b = 2;\n=======\n  b = 3;\n>>>>>>> x\n}\n", "`<<<<<<<` is left of a merge", 3),
        ("{\n  a = 1;\n=======\n  b = 3;\n}\n", "`=======` is left of a merge", 3),
    ] {
        assert_eq!((problem(text).message.as_str(), line_of(text)), (message, line), "{text}");
    }
    // What stands open over the end of a line without a word behind it is a string like others.
    assert_eq!(line_of("{\n  a = \"x\n  y\";\n  b = \"z;\n}\n"), 4);
}
