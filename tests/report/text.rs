//! The page for a person.

use flake_audit::audit::Audit;
use flake_audit::finding::{Label, Level};
use flake_audit::report::{Format, Options, explain, list_rules, plans, render};
use unicode_width::UnicodeWidthStr as _;

use crate::build::rules;
use crate::samples;

fn page(audit: &Audit, options: Options) -> String {
    let mut out = Vec::new();
    render(Format::Text, audit, &rules(), &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn at_width(width: usize) -> Options {
    Options { width, ..Options::default() }
}

#[test]
fn a_big_flake() {
    insta::assert_snapshot!("big_100", page(&samples::big(), at_width(100)));
    insta::assert_snapshot!("big_60", page(&samples::big(), at_width(60)));
    insta::assert_snapshot!("big_verbose", page(&samples::big(), Options { verbose: true, ..at_width(100) }));
    insta::assert_snapshot!("big_quiet", page(&samples::big(), Options { quiet: true, ..at_width(100) }));
}

#[test]
fn other_trees() {
    insta::assert_snapshot!("healthy", page(&samples::healthy(), at_width(100)));
    insta::assert_snapshot!("unparsed", page(&samples::unparsed(), at_width(80)));
    insta::assert_snapshot!("many_100", page(&samples::many(), at_width(100)));
    insta::assert_snapshot!("many_60", page(&samples::many(), at_width(60)));
    insta::assert_snapshot!("no_flake", page(&samples::no_flake(), at_width(100)));
    insta::assert_snapshot!("hostile", page(&samples::hostile(), at_width(100)));
}

#[test]
fn plans_rules_and_explanations() {
    let mut out = Vec::new();
    plans(&samples::big(), &at_width(100), &mut out).unwrap();
    insta::assert_snapshot!("plan", String::from_utf8(out).unwrap());
    let mut out = Vec::new();
    list_rules(&rules(), &at_width(72), &mut out).unwrap();
    insta::assert_snapshot!("rules", String::from_utf8(out).unwrap());
    let mut out = Vec::new();
    explain(&rules()[2], &at_width(72), &mut out).unwrap();
    insta::assert_snapshot!("explain", String::from_utf8(out).unwrap());
}

#[test]
fn nothing_that_steers_a_terminal_is_printed() {
    for audit in samples::every() {
        for verbose in [false, true] {
            for quiet in [false, true] {
                let text = page(&audit, Options { verbose, quiet, ..at_width(100) });
                assert_plain(&text);
            }
        }
        let mut out = Vec::new();
        plans(&audit, &at_width(100), &mut out).unwrap();
        assert_plain(&String::from_utf8(out).unwrap());
    }
}

fn assert_plain(text: &str) {
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
    });
    assert_eq!(bad, None, "{text}");
}

#[test]
fn no_line_is_wider_than_the_page() {
    for audit in samples::every() {
        for width in [40, 60, 72, 80, 100, 120] {
            for verbose in [false, true] {
                let text = page(&audit, Options { verbose, ..at_width(width) });
                // The line of a place (`┌─ path:1:2`) is whole, so that it can be clicked.
                for line in text.lines().filter(|line| !line.contains("┌─")) {
                    assert!(line.width() <= width, "{} > {width}: {line}\n{text}", line.width());
                    assert!(!line.ends_with(' '), "{line:?}");
                }
            }
        }
    }
}

#[test]
fn colours_change_nothing_but_colours() {
    for audit in samples::every() {
        let plain = page(&audit, at_width(100));
        let colored = page(&audit, Options { color: true, ..at_width(100) });
        assert_ne!(plain, colored);
        assert_eq!(plain, anstream::adapter::strip_str(&colored).to_string());
    }
}

#[test]
fn a_flake_that_does_not_parse_gets_no_verdict() {
    let text = page(&samples::unparsed(), at_width(100));
    assert!(text.contains("SYNTAX ERROR") && !text.contains("VERDICT") && !text.contains("bogus"), "{text}");
}

#[test]
fn lines_near_each_other_are_drawn_together() {
    let text = "{\n  a = 1;\n  b = 2;\n  c = 3;\n\n\n  d = 4;\n}\n";
    let sources = crate::build::sources(&[("x.nix", text.into())]);
    let at = |code| crate::build::span(&sources, "x.nix", code);
    let mut one = crate::build::finding("FA1", "x", Level::Warning, "several places", at("a"), "first");
    one.related = ["c", "d", "b"]
        .iter()
        .map(|code| Label { span: at(code), text: format!("this is {code}") })
        .collect();
    let mut audit = crate::build::audit("x", sources, vec![]);
    audit.findings = vec![one];
    insta::assert_snapshot!("near_lines", page(&audit, at_width(60)));
}
