//! Whole small trees, from the walk to every format: `flake.nix`, `a.nix`, `flake.lock`, `flake-audit.toml` and a rule,
//! with a form feed between them. Suppression comments, messages and the escaping of each format are on the way.
#![no_main]

use std::fs;

use flake_audit::report::{Format, Options, render};
use flake_audit::run::{Request, audit};
use libfuzzer_sys::fuzz_target;

const FILES: [&str; 5] = ["flake.nix", "a.nix", "flake.lock", "flake-audit.toml", ".flake-audit/rules/own.md"];
const FORMATS: [Format; 9] = [
    Format::Text,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Markdown,
    Format::Gitlab,
    Format::Junit,
    Format::Rdjsonl,
    Format::Html,
];

fuzz_target!(|bytes: &[u8]| {
    let tree = tempfile::tempdir().expect("a directory");
    fs::create_dir_all(tree.path().join(".flake-audit/rules")).expect("a directory");
    for (path, text) in FILES.iter().zip(bytes.split(|byte| *byte == 0x0c)) {
        fs::write(tree.path().join(path), text).expect("a file");
    }
    // One thread, and nothing kept: the longer way.
    let mut request = Request { threads: Some(1), kept: Some(0), ..Request::default() };
    request.discover.paths = vec![tree.path().to_path_buf()];
    let Ok(audit) = audit(&request) else { return };
    for finding in &audit.findings {
        let span = finding.primary.span;
        let text = audit.sources.file(span.file).text();
        assert!(text.get(span.range()).is_some(), "{}: {span:?} is no place in the file", finding.code);
    }
    for format in FORMATS {
        let mut out = Vec::new();
        render(format, &audit, &audit.rules, &Options::default(), &mut out).expect("memory to write to");
        let told = String::from_utf8(out).expect("text");
        assert!(!told.contains('\u{1b}'), "an escape passes through in {format:?}");
    }
});
