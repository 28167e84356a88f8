//! SARIF as code scanning reads it.

use flake_audit::audit::Audit;
use flake_audit::report::Format;
use serde_json::Value;

use crate::build::rules;
use crate::json::rendered;
use crate::samples;

fn log(audit: &Audit) -> Value {
    rendered(Format::Sarif, audit)
}

#[test]
fn it_is_read_back() {
    for audit in samples::every() {
        let log = log(&audit);
        let read: serde_sarif::sarif::Sarif = serde_json::from_value(log.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), log);
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), audit.findings.len());
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), rules().len());
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        // For the validator of the continuous integration.
        if let Some(folder) = std::env::var_os("SARIF_SAMPLES") {
            let name = format!(
                "{}.sarif",
                audit.facts.workspace.root.chars().filter(char::is_ascii_alphanumeric).collect::<String>()
            );
            std::fs::write(std::path::Path::new(&folder).join(name), log.to_string()).unwrap();
        }
    }
}

#[test]
fn every_region_holds_its_snippet() {
    for audit in samples::every() {
        let log = log(&audit);
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let related = result["relatedLocations"].as_array().cloned().unwrap_or_default();
            for location in result["locations"].as_array().unwrap().iter().chain(&related) {
                let physical = &location["physicalLocation"];
                let path = decoded(physical["artifactLocation"]["uri"].as_str().unwrap());
                let file = audit.sources.file(audit.sources.find(&path).unwrap());
                let code = cut(file.text(), &physical["region"]);
                match physical["region"]["snippet"]["text"].as_str() {
                    Some(snippet) => assert_eq!(code, snippet),
                    // What is too long to be read is not repeated.
                    None => assert!(code.len() > 4096, "{code}"),
                }
            }
        }
    }
}

/// The text of a region, found by counting lines and characters anew.
fn cut(text: &str, region: &Value) -> String {
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let offset = |line: usize, column: usize| {
        assert!(line >= 1 && column >= 1, "{region}");
        let before: usize = text.split_inclusive('\n').take(line - 1).map(|line| line.chars().count()).sum();
        before + column - 1
    };
    let start = offset(number("startLine"), number("startColumn"));
    let end = offset(number("endLine"), number("endColumn"));
    assert!(end >= start, "{region}");
    text.chars().skip(start).take(end - start).collect()
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn messages_link_their_related_places() {
    let log = log(&samples::big());
    let result = &log["runs"][0]["results"][1];
    assert_eq!(result["message"]["text"], "`lib` is not defined here. See [needed for this](1).");
    assert_eq!(result["relatedLocations"][0]["id"], 1);
    assert_eq!(result["ruleIndex"], 1);
    assert_eq!(result["level"], "error");
    let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
    assert!(hash.ends_with(":1"), "{hash}");
}

#[test]
fn brackets_of_a_message_are_no_links() {
    let log = log(&samples::hostile());
    let text = log["runs"][0]["results"][3]["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("\\[e") && text.contains("\\](http://x) \\\\."), "{text}");
}

#[test]
fn what_was_not_read_is_told() {
    let log = log(&samples::hostile());
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(told.as_array().unwrap().len(), 1);
    assert!(
        told[0]["message"]["text"].as_str().unwrap().starts_with("Not analysed")
            || told[0]["message"]["text"].as_str().unwrap().starts_with("not analysed")
    );
}
