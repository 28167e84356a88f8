//! The formats of other places: annotations, summaries, Code Quality, `JUnit`, review comments. What their own tools
//! say of them is in `tests/tools/`.

use flake_audit::audit::Audit;
use flake_audit::finding::{Edit, Fix, Level};
use flake_audit::report::{Format, Options, plans_in_markdown, render};
use serde_json::Value;

use crate::build::{audit, finding, flake, nth, rules, sources};
use crate::samples;

fn shown(format: Format, audit: &Audit) -> String {
    let mut out = Vec::new();
    render(format, audit, &rules(), &Options::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// An audit of one file whose every line has a finding of each of `levels`.
fn crowded(lines: usize, levels: &[Level]) -> Audit {
    let text: String = (0..lines).flat_map(|n| [format!("line{n}"), "\n".to_owned()]).collect();
    let sources = sources(&[("flake.nix", text)]);
    let row = flake(&sources, ".");
    let mut crowd = audit("crowd", sources, vec![row]);
    for n in 0..lines {
        for level in levels {
            let at = nth(&crowd.sources, "flake.nix", "line", n);
            let mut one = finding("FA101", "oversized-flake", *level, &format!("fault {n}"), at, "");
            one.subject = format!("{n} {level:?}");
            crowd.findings.push(one);
        }
    }
    crowd
}

#[test]
fn annotations_are_ten_of_a_kind_and_the_last_counts_the_rest() {
    let told = shown(Format::Github, &crowded(25, &[Level::Note, Level::Error]));
    let of = |kind: &str| told.lines().filter(|line| line.starts_with(kind)).count();
    assert_eq!((of("::error "), of("::notice "), told.lines().count()), (10, 10, 20));
    assert!(
        told.lines()
            .nth(9)
            .unwrap()
            .ends_with("::16 more errors: the job summary or the log of `flake-audit check` has them all"),
        "{told}"
    );
    assert!(told.starts_with(
        "::error file=flake.nix,line=1,endLine=1,col=1,endColumn=4,title=FA101 oversized-flake::fault 0\n"
    ));
    let ten = shown(Format::Github, &crowded(10, &[Level::Warning]));
    assert!(ten.lines().count() == 10 && !ten.contains("more warnings"), "{ten}");
}

#[test]
fn no_name_and_no_message_makes_a_command() {
    for audit in samples::every() {
        let told = shown(Format::Github, &audit);
        for line in told.lines() {
            let (command, text) = line[2..].split_once("::").unwrap();
            assert!(line.starts_with("::") && !command.contains(['\r', '\n']), "{line}");
            let known = ["error ", "warning ", "notice "].iter().any(|kind| command.starts_with(kind));
            assert!(known && !text.contains('\u{1b}'), "{line}");
        }
        assert!(told.lines().count() <= audit.findings.len());
    }
}

#[test]
fn paths_are_those_of_the_repository() {
    let mut audit = crowded(1, &[Level::Error]);
    audit.prefix = "sub, dir".to_owned();
    assert!(shown(Format::Github, &audit).contains("file=sub%2C dir/flake.nix,"));
    assert!(shown(Format::Gitlab, &audit).contains("\"path\": \"sub, dir/flake.nix\""));
    assert!(shown(Format::Rdjsonl, &audit).contains("\"path\":\"sub, dir/flake.nix\""));
    assert!(shown(Format::Junit, &audit).contains("<testsuite name=\"sub, dir/flake.nix\""));
    assert!(shown(Format::Markdown, &audit).contains("<code>sub, dir/flake.nix&#58;1</code>"));
}

#[test]
fn a_summary_stays_below_a_mebibyte_and_counts_what_it_leaves_out() {
    let mut crowd = crowded(1_500, &[Level::Note, Level::Error]);
    for finding in &mut crowd.findings {
        finding.message.push_str(&" and on".repeat(60));
    }
    let page = shown(Format::Markdown, &crowd);
    assert!(page.len() < 1_000_000 && page.len() > 400_000, "{}", page.len());
    assert!(page.contains("findings do not fit here"), "{}", &page[page.len() - 400..]);
    assert!(page.find("| note |").is_none_or(|note| page.rfind("| error |").unwrap() < note), "the worst first");
    assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
}

#[test]
fn a_page_has_no_markup_of_the_tree() {
    for audit in samples::every() {
        let mut plan = Vec::new();
        plans_in_markdown(&audit, &mut plan).unwrap();
        for page in [shown(Format::Markdown, &audit), String::from_utf8(plan).unwrap()] {
            let known = ["<code>", "</code>", "<br>", "<details>", "</details>", "<summary>", "</summary>"];
            let rest = known.iter().fold(page.clone(), |rest, tag| rest.replace(tag, ""));
            assert!(!rest.contains('<') && !rest.contains('@') && !rest.contains('\u{1b}'), "{page}");
            // The only links are those to the rules.
            assert_eq!(
                rest.matches("](").count(),
                rest.matches("](https://github.com/FlexNetOS/flake-audit/blob/").count()
            );
        }
    }
}

#[test]
fn code_quality_has_what_gitlab_documents() {
    for audit in samples::every() {
        let issues: Value = serde_json::from_str(&shown(Format::Gitlab, &audit)).unwrap();
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.len(), audit.findings.len());
        let mut prints: Vec<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), issues.len(), "a fingerprint that two share hides one of them");
    }
}

#[test]
fn junit_fails_what_the_gate_fails() {
    let mut audit = crowded(3, &[Level::Note, Level::Warning]);
    assert!(shown(Format::Junit, &audit).contains("<testsuites name=\"flake-audit\" tests=\"6\" failures=\"3\""));
    audit.config.fail_on = Level::Note;
    assert_eq!(shown(Format::Junit, &audit).matches("<failure ").count(), 6);
    audit.findings.clear();
    assert!(shown(Format::Junit, &audit).contains("tests=\"1\" failures=\"0\""));
}

#[test]
fn a_fix_is_one_suggestion_in_bytes() {
    let text = "{ größe = 1; }\n{ b = 2; }\n".to_owned();
    let sources = sources(&[("flake.nix", text.clone())]);
    let row = flake(&sources, ".");
    let mut audit = audit("fix", sources, vec![row]);
    let at = nth(&audit.sources, "flake.nix", "= 1", 0);
    let mut one = finding("FA101", "oversized-flake", Level::Note, "a", at, "");
    let edit = |code: &str, text: &str| Edit { span: nth(&audit.sources, "flake.nix", code, 0), text: text.into() };
    one.fix = Some(Fix { title: "do".into(), safe: true, edits: vec![edit("1", "10"), edit("{ b = 2; }\n", "")] });
    audit.findings.push(one);
    let line: Value = serde_json::from_str(&shown(Format::Rdjsonl, &audit)).unwrap();
    // ö and ß are two bytes each.
    assert_eq!(line["location"]["range"]["start"]["column"], 11);
    let suggestion = &line["suggestions"][0];
    assert_eq!(suggestion["text"], "10; }\n");
    assert_eq!(suggestion["range"]["start"], serde_json::json!({ "line": 1, "column": 13 }));
    assert_eq!(suggestion["range"]["end"], serde_json::json!({ "line": 3, "column": 1 }));
}
