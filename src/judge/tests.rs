//! Judging hand-built facts: suppression, selection, levels, determinism, hostile rule files.

use std::sync::Arc;

use super::*;
use crate::finding::fingerprints;
use crate::measure::{FileRow, Reached, SkippedRow, SyntaxErrorRow, WithRow};
use crate::source::{FileId, Lines, SourceFile, Span};

/// A workspace of one file with a 30-line `with` at each place where `with a;` is written.
fn workspace(text: &str) -> (Facts, Sources) {
    let sources = Sources::new(vec![SourceFile::new("a.nix".to_owned(), Arc::from(text))]);
    let at = |start: usize, length: usize| Span::new(FileId(0), start as u32..(start + length) as u32);
    let with = |(start, found): (usize, &str)| WithRow {
        at: at(start, found.len()),
        namespace: "a".to_owned(),
        body_lines: 30,
        nested: false,
        outputs_root: false,
        lists_names: false,
    };
    let mut directives = Vec::new();
    for (start, _) in text.match_indices("flake-audit:") {
        let begin = text[..start].rfind(['#', '\n']).unwrap_or(0);
        let end = text[start..].find('\n').map_or(text.len(), |end| start + end);
        directives.push(at(begin, end - begin));
    }
    let file = FileRow {
        file: FileId(0),
        path: "a.nix".to_owned(),
        lines: Lines::default(),
        parsed: true,
        syntax_error: None,
        names: crate::measure::NamesRow::default(),
        unused: crate::measure::UnusedRow::default(),
        reached: Reached::Entry,
        is_flake: false,
        by_flake: false,
        imported: false,
        orphan: None,
        depth: None,
        tracked: None,
        generated: false,
        fixture: false,
        head: at(0, 1),
        withs: text.match_indices("with a;").map(with).collect(),
        impure: Vec::new(),
        directives,
    };
    (Facts { files: vec![file], ..Facts::default() }, sources)
}

fn rules() -> Rules {
    Rules::built_in().expect("the built-in rules are good")
}

fn judged(text: &str, config: &Config) -> (Vec<String>, u32) {
    let (facts, sources) = workspace(text);
    let judged = judge(&rules(), &facts, &[], &sources, config);
    let shown = judged
        .findings
        .iter()
        .map(|finding| format!("{}:{} {}", finding.code, sources.position(finding.primary.span).line, finding.message));
    (shown.collect(), judged.suppressed)
}

const WIDE: &str = "`with a;` covers 30 lines (limit 20)";

#[test]
fn a_finding_is_at_its_place() {
    assert_eq!(judged("\nwith a; b\n", &Config::default()), (vec![format!("FA305:2 {WIDE}")], 0));
}

#[test]
fn a_comment_suppresses_its_line_the_next_or_the_file() {
    for text in [
        "with a; b # flake-audit: ignore[FA305] reason\n",
        "# flake-audit: ignore[wide-with] reason\nwith a; b\n",
        "# flake-audit: ignore[FA3]\n# more words\nwith a; b\n",
        "c\n\n# flake-audit: ignore-file[ FA305 ]\n\nwith a; b\n",
    ] {
        assert_eq!(judged(text, &Config::default()), (vec![], 1), "{text}");
    }
}

#[test]
fn a_comment_covers_nothing_else() {
    let (found, suppressed) = judged("with a; b # flake-audit: ignore[FA305]\nwith a; c\n", &Config::default());
    assert_eq!((found, suppressed), (vec![format!("FA305:2 {WIDE}")], 1));
    let (found, _) = judged("# flake-audit: ignore[FA305]\n\nwith a; c\n", &Config::default());
    let unused = "FA090:1 nothing here needs `ignore[FA305]`".to_owned();
    assert_eq!(found, [unused, format!("FA305:3 {WIDE}")]);
}

#[test]
fn comments_that_do_nothing_are_findings() {
    for (comment, message) in [
        ("ignore[FA305]", "nothing here needs `ignore[FA305]`"),
        ("ignore[FA999]", "`FA999` is no rule; did you mean `FA090`?"),
        ("ignore[wide-wiht]", "`wide-wiht` is no rule; did you mean `wide-with`?"),
        ("ignore[zzzzzzzzz]", "`zzzzzzzzz` is no rule, rule code or family"),
        ("ignore", "suppression comment is malformed: expected the rules in brackets, as in `ignore[FA101]`"),
        ("ignore[FA305", "suppression comment is malformed: the bracket is not closed"),
        ("ignore[]", "suppression comment is malformed: no rule is named"),
        ("igonre[FA305]", "suppression comment is malformed: expected `ignore[…]` or `ignore-file[…]`"),
    ] {
        let (found, _) = judged(&format!("# flake-audit: {comment}\n1\n"), &Config::default());
        assert_eq!(found.len(), 1, "{comment}: {found:?}");
        assert!(found[0].starts_with("FA090:1 "), "{comment}: {found:?}");
        if comment != "ignore[FA999]" {
            assert_eq!(found[0], format!("FA090:1 {message}"), "{comment}");
        }
    }
}

#[test]
fn prose_about_the_tool_is_no_comment_for_it() {
    assert_eq!(judged("# see flake-audit: ignore it\n1\n", &Config::default()), (vec![], 0));
}

#[test]
fn comments_for_rules_that_do_not_run_are_left_alone() {
    let text = "# flake-audit: ignore[FA305]\n1\n";
    let config = Config { select: vec!["FA0".to_owned()], ..Config::default() };
    assert_eq!(judged(text, &config), (vec![], 0));
    assert_eq!(judged(text, &Config::default()).0.len(), 1);
}

#[test]
fn the_rule_about_comments_can_be_suppressed() {
    let text = "# flake-audit: ignore-file[FA090]\n# flake-audit: ignore[FA305]\n1\n";
    assert_eq!(judged(text, &Config::default()), (vec![], 1));
}

#[test]
fn configuration_selects_and_sets_levels() {
    let specs = rules().specs();
    let config = |text: &str| Config::load(text, "flake-audit.toml", &specs).expect("good");
    let text = "with a; b\n";
    for silent in ["ignore = ['FA305']", "select = ['FA1']", "rules.wide-with.level = 'off'", "rules.FA305.max = 30"] {
        assert_eq!(judged(text, &config(silent)), (vec![], 0), "{silent}");
    }
    let (facts, sources) = workspace(text);
    let found = judge(&rules(), &facts, &[], &sources, &config("rules.FA305.level = 'error'"));
    assert_eq!(found.findings[0].level, Level::Error);
}

#[test]
fn what_was_not_analysed_is_said_once() {
    let (mut facts, sources) = workspace("1\n");
    let skipped = |path: &str, file, counts| SkippedRow {
        path: path.to_owned(),
        reason: "permission denied".to_owned(),
        counts,
        file,
    };
    facts.workspace.skipped = vec![
        skipped("a.nix", Some(FileId(0)), true),
        skipped("b", None, true),
        skipped("c", None, false),
        skipped("d", None, true),
    ];
    let found = judge(&rules(), &facts, &[], &sources, &Config::default()).findings;
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["not analysed: permission denied"]);
    // What has no text has no place: the page and the exit code say it.
    facts.workspace.skipped.remove(0);
    assert_eq!(judge(&rules(), &facts, &[], &sources, &Config::default()), Judged::default());
}

#[test]
fn a_syntax_error_in_a_fixture_is_no_finding() {
    let (mut facts, sources) = workspace("{\n");
    let at = Span::new(FileId(0), 0..1);
    facts.files[0].syntax_error =
        Some(SyntaxErrorRow { message: "expected `}`".to_owned(), at, within: None, opener: None, edits: Vec::new() });
    let found = judge(&rules(), &facts, &[], &sources, &Config::default()).findings;
    assert_eq!(found[0].message, "syntax error: expected `}`");
    facts.files[0].fixture = true;
    assert_eq!(judge(&rules(), &facts, &[], &sources, &Config::default()), Judged::default());
}

#[test]
fn places_are_one_line_and_order_does_not_depend_on_threads() {
    let (mut facts, sources) = workspace(&"with a;\n b\n".repeat(50));
    for with in &mut facts.files[0].withs {
        with.at.end += 3;
    }
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| judge(&rules(), &facts, &[], &sources, &Config::default()))
    };
    let one = on(1);
    assert_eq!(one, on(4));
    assert_eq!(one.findings.len(), 50);
    for finding in &one.findings {
        assert_eq!(sources.slice(finding.primary.span), "with a;");
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let names = |text: &str| {
        let (facts, sources) = workspace(text);
        let found = judge(&rules(), &facts, &[], &sources, &Config::default()).findings;
        fingerprints(&found, &sources)
    };
    let before = names("with a; b\nwith a; c\n");
    assert_eq!(before, names("\n\n# words\nwith a; b\n\nwith a; c\n"));
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert!(before.iter().all(|name| name.len() == 16));
}

const GOOD: &str = "+++\ncode = \"XX001\"\nid = \"x\"\ntitle = \"t\"\nlevel = \"note\"\nconfidence = \"low\"\n\
    default = true\nsince = \"1\"\nfor = \"flake\"\nat = \"head\"\nwhen = \"flake.lines > max\"\n\
    message = \"{flake.lines} over {max}\"\n[options]\nmax = 3\n+++\nText.\n";

fn refused(from: &str, to: &str) -> String {
    let text = GOOD.replace(from, to);
    assert!(from.is_empty() || text != GOOD, "nothing replaced: {from}");
    match load::rule("rules/x.md", &text) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_users_rule_is_loaded_or_refused_at_its_place() {
    assert_eq!(refused("Text", "Words"), "accepted");
    for (from, to, part) in [
        ("flake.lines > max", "flake.lnies > max", "did you mean `flake.lines`"),
        ("flake.lines > max", "flake.lnies > max", "rules/x.md:11:9"),
        ("{max}", "{mx}", "unknown name `mx`"),
        ("\"flake\"", "\"flak\"", "unknown table `flak`"),
        ("\"head\"", "\"haed\"", "unknown anchor of `flake` `haed`"),
        ("since", "snice", "unknown key of a rule `snice`"),
        ("level = \"note\"", "level = 3", "expected a string, found an integer"),
        ("max = 3", "max = 3.5", "found a float"),
        ("max = 3", "Max = 3", "an option is small letters"),
        ("XX001", "xx1", "a code is capital letters"),
        ("id = \"x\"", "id = \"y\"", "must be called `y.md`"),
        ("message", "check = \"wide-with\"\nmessage", "either `when` or `check`"),
        ("+++\nText", "Text", "between two lines of `+++`"),
        ("since = \"1\"", "since = ", "error"),
        ("Text.", "```nix bda\n```", "`bda` is neither"),
    ] {
        let error = refused(from, to);
        assert!(error.contains(part), "{to}: {error}");
    }
}

#[test]
fn rule_files_of_any_bytes_are_refused_without_a_panic() {
    let escape = refused("title = \"t\"", "title = \"\u{1b}[31m\"");
    assert!(!escape.contains('\u{1b}'), "{escape}");
    for cut in 0..GOOD.len() {
        let _ = load::rule("rules/x.md", &GOOD[..cut]);
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes[cut] = b'{';
        let _ = load::rule("rules/x.md", &String::from_utf8_lossy(&bytes));
        let odd = format!("{}\u{0}é\u{202e}{}", &GOOD[..cut], &GOOD[cut..]);
        let _ = load::rule("rules/x.md", &odd);
    }
}

#[test]
fn a_code_or_id_is_taken_once() {
    let error = Rules::from_files([("rules/x.md", GOOD), ("other/x.md", GOOD)]).expect_err("taken");
    assert!(error.to_string().contains("is taken by rules/x.md"), "{error}");
}
