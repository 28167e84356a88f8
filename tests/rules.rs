//! Every example of every rule goes through the whole program: what the carets say is what must be found.

use std::fs;
use std::path::Path;

use flake_audit::judge::{Example, Expected, Rules, as_expected};
use flake_audit::{discover, run};

/// The findings of one rule in an example, as the carets would say them.
fn found(example: &Example, code: &str, root: &Path) -> Result<Vec<(String, Expected)>, String> {
    let mut config = None;
    for file in &example.files {
        let path = root.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        }
        fs::write(&path, &file.text).map_err(|error| error.to_string())?;
        if file.path == "flake-audit.toml" {
            config = Some(path);
        }
    }
    let request = run::Request {
        discover: discover::Request { paths: vec![root.to_path_buf()], ..Default::default() },
        config,
        ..Default::default()
    };
    let audit = run::audit(&request).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for finding in audit.findings.iter().filter(|finding| finding.code == code) {
        let file = audit.sources.file(finding.primary.span.file);
        found.push((file.path.clone(), as_expected(file, finding.primary.span, &finding.message)));
    }
    found.sort();
    Ok(found)
}

fn expected(example: &Example) -> Vec<(String, Expected)> {
    let mut all = Vec::new();
    for file in &example.files {
        all.extend(file.expected.iter().map(|expected| (file.path.clone(), expected.clone())));
    }
    all.sort();
    all
}

#[test]
fn examples_say_what_is_found() {
    let rules = Rules::built_in().expect("the built-in rules are good");
    let mut failures = Vec::new();
    for rule in &rules {
        for example in &rule.examples {
            let root = tempfile::tempdir().expect("a folder");
            let place = format!("{}:{}", rule.path, example.line);
            match found(example, &rule.code, root.path()) {
                Ok(found) if found == expected(example) => {}
                Ok(found) => failures.push(format!(
                    "{place}: the page says\n{:#?}\nbut {} finds\n{found:#?}",
                    expected(example),
                    rule.code
                )),
                Err(error) => failures.push(format!("{place}: {error}")),
            }
        }
    }
    assert!(failures.is_empty(), "{} examples fail:\n{}", failures.len(), failures.join("\n\n"));
}
