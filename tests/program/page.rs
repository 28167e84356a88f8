//! The page with pictures: what it shows of a tree is text, and its numbers are those of the JSON.

use std::fs;

use serde_json::Value;

use crate::{FLAKES, flake, json, told, tree};

/// Every number of the page that says where it is in the JSON, with the text that shows it.
fn shown(page: &str) -> Vec<(&str, &str)> {
    let element = |rest: &str| -> Option<(usize, usize, usize)> {
        let (quote, start) = (rest.find('"')?, rest.find('>')? + 1);
        Some((quote, start, start + rest[start..].find('<')?))
    };
    let pieces = page.split(" data-json=\"").skip(1);
    pieces
        .map(|rest| {
            let (quote, start, end) = element(rest).expect("a tag, text and the next tag");
            (&rest[..quote], &rest[start..end])
        })
        .collect()
}

/// A value as the page shows it: nothing as a dash, a list as its length.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Array(all) => all.len().to_string(),
        Value::Number(number) if number.is_f64() => format!("{:.2}", number.as_f64().expect("a number")),
        other => other.to_string(),
    }
}

/// Numbers on the page that were compared.
fn compare(name: &str, page: &str, report: &Value) -> usize {
    let shown = shown(page);
    for (at, text) in &shown {
        let value = report.pointer(at).unwrap_or_else(|| panic!("{name}: no {at} in the JSON"));
        // What follows a number is its unit.
        let number = text.split(' ').next().unwrap_or_default().replace(',', "");
        assert_eq!(number, words(value), "{name}: {at}");
    }
    let root = &report["flakes"][0];
    let some = root["complete"] == true || root["outputs"].as_array().is_some_and(|all| !all.is_empty());
    let followed = root["parsed"] == true && some;
    assert_eq!(page.contains("No verdict"), !followed, "{name}");
    for (at, plan) in report["plan"].as_array().into_iter().flatten().enumerate() {
        if !followed || plan["flake"] != root["path"] {
            continue;
        }
        for when in ["before", "after"] {
            for key in
                ["flake_lines", "largest_file_lines", "files", "concerns_in_flake", "lock_nodes", "shared_in_flake"]
            {
                let wanted = format!("/plan/{at}/{when}/{key}");
                assert!(shown.iter().any(|(at, _)| *at == wanted), "{name}: {wanted} is not on the page");
            }
        }
        for step in plan["steps"].as_array().expect("steps") {
            let title = step["title"].as_str().expect("a title").replace('`', "");
            let bare = page.replace("<code>", "").replace("</code>", "");
            assert!(bare.contains(&title), "{name}: {title}");
        }
    }
    for table in ["inputs", "coupling", "concerns", "hubs"] {
        let rows = root[table].as_array().expect("rows").len();
        let start = format!("/flakes/0/{table}/");
        let on_page: std::collections::BTreeSet<_> =
            shown.iter().filter_map(|(at, _)| at.strip_prefix(&start)?.split('/').next()).collect();
        assert_eq!(on_page.len(), if followed || table == "inputs" { rows } else { 0 }, "{name}: rows of {table}");
    }
    let lines = root["own_lines"]["total"].as_u64().expect("lines");
    let caption = page.split("<figcaption>today: ").nth(1).expect("today's map").split(' ').next();
    assert_eq!(caption.map(|text| text.replace(',', "")), Some(lines.to_string()), "{name}: lines of the map");
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(page.matches("<details class=\"finding\"").count(), findings.len(), "{name}: findings");
    for level in ["error", "warning", "note"] {
        let wanted = findings.iter().filter(|finding| finding["level"] == level).count();
        assert_eq!(page.matches(&format!("data-level=\"{level}\"")).count(), wanted, "{name}: {level}");
    }
    shown.len()
}

#[test]
fn numbers_are_those_of_the_json() {
    let mut compared = 0;
    for name in FLAKES {
        let page = told(&["--format", "html"], &flake(name));
        compared += compare(name, &page, &json(&flake(name)));
    }
    assert!(compared >= 220, "{compared}");
}

#[test]
fn a_comparison_is_the_trend() {
    let folder = tree(&[("flake.nix", b"{ outputs = { self }: let old = 1; in { lib = 1; }; }\n")]);
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]);
        let output = git.args(arguments).current_dir(folder.path()).output().expect("git starts");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "a"]);
    let now = "{\n  outputs = { self }:\n    let <b> = 1; in { lib = 1; };\n}\n".replace("<b>", "\"new<b>\"");
    fs::write(folder.path().join("flake.nix"), now).expect("written");
    assert!(!told(&["--format", "html"], folder.path()).contains("id=\"trend\""));
    let page = told(&["report", "--format", "html", "--compare", "HEAD"], folder.path());
    let report = told(&["report", "--format", "json", "--compare", "HEAD"], folder.path());
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert!(compare("trend", &page, &report) > 10);
    let numbers = report["comparison"]["metrics"].as_array().expect("metrics").len();
    assert!(numbers > 0);
    assert_eq!(page.matches("data-json=\"/comparison/metrics/").count(), 2 * numbers);
    assert_eq!(page.matches(" data-new").count(), report["comparison"]["new"].as_array().expect("new").len());
    assert!(page.contains("id=\"trend\"") && page.contains("href=\"#trend\"") && !page.contains("new<b>"));
    assert!(page.contains("1 finding gone") && page.contains("1 finding new"), "{}", report["comparison"]);
}

const HOSTILE: &str = r#"{
  description = "</title><script>alert(1)</script>";
  inputs."<img src=x onerror=alert(2)>".url = "github:a/b\"><script>alert(3)</script>";
  # ]]></style><script>alert(4)</script> '"`
  outputs = { self, ... }@inputs: let "</svg><script>alert(5)</script>" = builtins.elemAt [
      "one" "two"
      "three" "four"
    ] 1; in {
    packages.x86_64-linux."\" onload=\"alert(6)" = "</script><script>alert(7)</script>";
    packages.x86_64-linux."<b>x</b>" = import ./. + (import (./. + "/x"));
    checks.x86_64-linux."javascript:alert(8)" = import ./evil.nix;
  };
}
"#;

#[test]
fn what_the_tree_says_is_text() {
    let folder = tree(&[("flake.nix", HOSTILE.as_bytes()), ("evil.nix", b"\"\x1b[31m \xe2\x80\xae\"")]);
    let nasty = folder.path().join("<script>alert('f')</script>&\"'");
    // Not every file system has such names.
    if fs::create_dir_all(&nasty).is_ok() {
        fs::write(nasty.join("a\u{1b}[31m.nix"), "{ x = 1; }").expect("written");
    }
    let page = told(&["--format", "html"], folder.path());
    assert_eq!(page.matches("<script").count(), 1, "only our own");
    assert_eq!(page.matches("</script").count(), 1, "only our own");
    assert!(page.contains("&lt;script&gt;alert(4)"), "the code is there as text");
    for bad in ["<img", "<b>x", "onload=\"alert", "\u{1b}", "\u{202e}", " style=\"", "href=\"javascript", "src=\""] {
        assert!(!page.contains(bad), "{bad}");
    }
    for kind in ["concerns", "inputs", "files"] {
        let svg = told(&["graph", kind], folder.path());
        assert!(!svg.contains("<script") && !svg.contains("<img") && !svg.contains('\u{1b}'), "{svg}");
        for format in ["mermaid", "dot"] {
            let text = told(&["graph", kind, "--format", format], folder.path());
            assert!(!text.contains("<script") && !text.contains("<img") && !text.contains('\u{1b}'), "{text}");
            assert!(text.lines().all(|line| line.matches('"').count() % 2 == 0), "{text}");
        }
    }
}

#[test]
fn the_page_is_one_file_that_asks_nobody() {
    for name in FLAKES {
        let page = told(&["--format", "html"], &flake(name));
        assert!(page.len() < 2 * 1024 * 1024, "{name}: {} bytes", page.len());
        assert!(page.contains("default-src 'none'"), "{name}");
        for asks in [" src=", "<link", "@import", "url(http", "<iframe", "<object", "xlink:href"] {
            assert!(!page.contains(asks), "{name}: {asks}");
        }
        // Complete without the script: every section, and a table for each picture.
        for id in ["verdict0", "map0", "coupling0", "inputs0", "files0", "plan0", "findings", "code"] {
            assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{name}: {id}");
        }
        let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{name}: an id twice");
        for link in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(once.binary_search(&link).is_ok(), "{name}: #{link} leads nowhere");
        }
    }
}

#[test]
fn a_picture_alone_brings_its_style() {
    for kind in ["concerns", "inputs", "files"] {
        let svg = told(&["graph", kind], &flake("large"));
        assert!(svg.contains("xmlns=\"http://www.w3.org/2000/svg\"") && svg.contains("<style>"), "{svg}");
        assert!(svg.contains("--ink:") && !svg.contains("href"), "{svg}");
    }
    let dot = told(&["graph", "concerns", "--format", "dot"], &flake("large"));
    assert!(dot.starts_with("digraph concerns {") && dot.contains("dev shells") && dot.contains(" lines\""), "{dot}");
    let mermaid = told(&["graph", "files", "--format", "mermaid"], &flake("large"));
    assert!(mermaid.starts_with("flowchart LR\n") && mermaid.contains("[\"flake.nix\"]"), "{mermaid}");
}
