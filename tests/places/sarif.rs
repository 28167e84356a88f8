//! SARIF as code scanning takes it: paths of every name, more findings than it takes, identity that stays.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{flake_audit, repository, write};

/// A flake with something to find in it, and a fault of two places.
const FLAKE: &str = "{\n  inputs.nixpkgs.url = \"nixpkgs\";\n  outputs =\n    { self, nixpkgs }:\n    let\n      /* größe */ unused = 1;\n    in\n    {\n      lib = import ./lib.nix;\n    };\n}\n";

fn log_of(tree: &Path) -> Value {
    let output = Command::new(flake_audit()).args(["--format", "sarif"]).arg(tree).output();
    let log: Value = serde_json::from_slice(&output.expect("the program starts").stdout).expect("JSON");
    log["runs"][0].clone()
}

fn results(run: &Value) -> Vec<Value> {
    run["results"].as_array().cloned().expect("results")
}

/// Every physical location of a result.
fn places(result: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut open = vec![result.clone()];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                found.extend(map.get("physicalLocation").cloned());
                open.extend(map.into_values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    found
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).expect("digits"), 16).expect("a number"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The text of a region, found by counting lines and characters anew.
fn cut(text: &str, region: &Value) -> String {
    let number = |key: &str| usize::try_from(region[key].as_u64().expect("a number")).expect("small");
    let offset = |line: usize, column: usize| {
        let before: usize = text.split_inclusive('\n').take(line - 1).map(|line| line.chars().count()).sum();
        before + column - 1
    };
    let start = offset(number("startLine"), number("startColumn"));
    let end = offset(number("endLine"), number("endColumn"));
    text.chars().skip(start).take(end - start).collect()
}

#[test]
fn paths_of_every_name_lead_to_their_code() {
    let names = ["plain", "with space", "größe/大", "a#b?c", "100%", "x+y&z=1;'(2)", "tilde~@[1]"];
    let files: Vec<(String, &str)> = names.iter().map(|name| (format!("{name}/flake.nix"), FLAKE)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    let tree = repository(&files);
    let mut seen = BTreeSet::new();
    for result in results(&log_of(tree.path())) {
        for place in places(&result) {
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(uri.is_ascii() && !uri.contains([' ', '#', '?', '[', ']', '\\']), "{uri}");
            assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
            let text = fs::read_to_string(tree.path().join(decoded(uri))).expect("the file");
            assert_eq!(cut(&text, &place["region"]), place["region"]["snippet"]["text"], "{uri}");
            if let Some(context) = place.get("contextRegion") {
                let around = cut(&text, context);
                assert_eq!(around, context["snippet"]["text"], "{uri}");
                assert!(around.contains(place["region"]["snippet"]["text"].as_str().expect("text")), "{uri}");
            }
            seen.insert(decoded(uri));
        }
    }
    assert_eq!(seen.len(), names.len(), "{seen:?}");
}

#[test]
fn a_directory_of_a_repository_has_the_repositorys_paths() {
    let tree = repository(&[("services/api/flake.nix", FLAKE), ("flake.nix", FLAKE)]);
    let whole = log_of(tree.path());
    assert_eq!(whole["automationDetails"]["id"], "flake-audit/");
    let part = log_of(&tree.path().join("services/api"));
    assert_eq!(part["automationDetails"]["id"], "flake-audit/services/api/");
    assert!(!results(&part).is_empty());
    for result in results(&part) {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(uri, "services/api/flake.nix");
    }
}

/// What code scanning knows an alert by: rule, path, hash of the line.
fn identities(run: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let identity = |result: &Value| {
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        (text(&result["ruleId"]), text(uri), text(&result["partialFingerprints"]["primaryLocationLineHash"]))
    };
    results(run).iter().map(identity).collect()
}

#[test]
fn an_alert_is_the_same_when_lines_move() {
    let tree = repository(&[("flake.nix", FLAKE)]);
    let before = log_of(tree.path());
    let above: String = (0..50).fold(String::new(), |mut text, n| {
        let _ = writeln!(text, "# line {n} that was not there before");
        text
    });
    write(tree.path(), "flake.nix", &format!("{above}{FLAKE}"));
    let after = log_of(tree.path());
    assert!(identities(&before).len() >= 3, "{before:#}");
    assert_eq!(identities(&before), identities(&after));
    let own = |run: &Value| -> Vec<Value> {
        results(run).iter().map(|result| result["partialFingerprints"]["flakeAudit/v1"].clone()).collect()
    };
    assert_eq!(own(&before), own(&after));
}

#[test]
#[ignore = "needs the SARIF validator: tests/run.sh"]
fn thirty_thousand_findings_are_cut_to_what_is_taken() {
    let mut files = Vec::new();
    for file in 0..602 {
        let mut text = String::from("let\n");
        for name in 0..50 {
            let _ = writeln!(text, "  unused{file}x{name} = {name};");
        }
        text.push_str("in\n{ }\n");
        files.push((format!("modules/größe {file}#/part.nix"), text));
    }
    // One error and notes among them: the error stays, whatever else goes.
    files.push((
        "zz/flake.nix".to_owned(),
        "{ inputs.a.url = \"path:/home/a\"; outputs = { a, ... }: { }; }\n".to_owned(),
    ));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = repository(&files);
    let log = tree.path().join("log.sarif");
    let output = Command::new(flake_audit()).arg("--quiet").arg("--output").arg(&log).arg(tree.path()).output();
    let found = String::from_utf8(output.expect("the program starts").stdout).expect("UTF-8").lines().count();
    assert!(found > 30_000, "{found}");
    let run = crate::run(&log);
    let results = results(&run);
    assert_eq!(results.len(), 25_000);
    assert!(results.iter().any(|result| result["level"] == "error"));
    let told = &run["invocations"][0]["toolExecutionNotifications"];
    assert!(told[0]["message"]["text"].as_str().is_some_and(|text| text.contains("findings are left out")), "{told}");
    let packed = Command::new("gzip").arg("--stdout").arg(&log).output().expect("gzip").stdout.len();
    assert!(packed < 10_000_000, "{packed}");
    crate::assert_valid(&[&log]);
}
