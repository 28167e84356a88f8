//! The page with pictures: what it shows of a tree is text, and its numbers are those of the JSON.

use std::fs;

use serde_json::Value;

use crate::{FLAKES, flake, json, told, tree};

/// The text of the first element that has an attribute, which holds no other element.
fn cell(page: &str, attribute: &str) -> String {
    let at = page.find(attribute).unwrap_or_else(|| panic!("no {attribute} on the page"));
    let text = &page[at..];
    let text = &text[text.find('>').expect("the end of a tag") + 1..];
    text[..text.find('<').expect("the next tag")].to_owned()
}

fn number(text: &str) -> i64 {
    text.replace(',', "").parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

/// Numbers on the page that were compared.
fn compare(name: &str, page: &str, report: &Value) -> usize {
    let mut compared = 0;
    let root = &report["flakes"][0];
    let some = root["complete"] == true || root["outputs"].as_array().is_some_and(|all| !all.is_empty());
    let followed = root["parsed"] == true && some;
    assert_eq!(page.contains("No verdict"), !followed, "{name}");
    for plan in report["plan"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|plan| followed && plan["flake"] == root["path"])
    {
        for when in ["before", "after"] {
            for key in ["flake_lines", "largest_file_lines", "files", "concerns_in_flake", "lock_nodes"] {
                let shown = number(&cell(page, &format!("data-size=\"{when}.{key}\"")));
                assert_eq!(Some(shown), plan[when][key].as_i64(), "{name}: {when}.{key}");
                compared += 1;
            }
        }
        for step in plan["steps"].as_array().expect("steps") {
            let title = step["title"].as_str().expect("a title");
            assert!(page.contains(title), "{name}: {title}");
        }
    }
    for concern in root["concerns"].as_array().into_iter().flatten().filter(|_| followed) {
        let called = concern["name"].as_str().expect("a name");
        let shown = number(&cell(page, &format!("data-concern=\"{called}\"")));
        assert_eq!(Some(shown), concern["lines"]["exclusive"].as_i64(), "{name}: {called}");
        compared += 1;
    }
    if let Some(nodes) = root["lock"]["nodes"].as_i64() {
        let shown = cell(page, "data-lock=\"0\"");
        assert_eq!(shown.split(' ').next().map(number), Some(nodes), "{name}: lock nodes");
        compared += 1;
    }
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(page.matches("<details class=\"finding\"").count(), findings.len(), "{name}: findings");
    for level in ["error", "warning", "note"] {
        let wanted = findings.iter().filter(|finding| finding["level"] == level).count();
        assert_eq!(page.matches(&format!("data-level=\"{level}\"")).count(), wanted, "{name}: {level}");
        compared += 1;
    }
    compared
}

#[test]
fn numbers_are_those_of_the_json() {
    let mut compared = 0;
    for name in FLAKES {
        let page = told(&["--format", "html"], &flake(name));
        compared += compare(name, &page, &json(&flake(name)));
    }
    assert!(compared >= 70, "{compared}");
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
