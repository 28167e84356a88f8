//! One thread and four give the same bytes, and so does another day.

use std::path::Path;

use flake_audit::report::{Format, Options, render};
use flake_audit::run::{Request, audit};

use crate::{root, told};

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

/// The reports of a tree of which so many bytes of text are kept; `between` happens after the audit.
fn reports(tree: &Path, kept: Option<usize>, between: impl Fn()) -> Vec<Vec<u8>> {
    let mut request = Request { kept, ..Request::default() };
    request.discover.paths = vec![tree.to_path_buf()];
    let audit = audit(&request).expect("an audit");
    between();
    let options = Options { verbose: true, ..Options::default() };
    let report = |format| {
        let mut bytes = Vec::new();
        render(format, &audit, &audit.rules, &options, &mut bytes).expect("memory to write to");
        bytes
    };
    FORMATS.map(report).into()
}

/// Of a large workspace most is read and lowered again where it is asked for.
#[test]
fn what_is_kept_changes_nothing() {
    let flakes = root().join("tests/flakes");
    let all = reports(&flakes, None, || ());
    assert!(all.iter().map(Vec::len).sum::<usize>() > 100_000);
    for kept in [0, 20_000] {
        for (format, (all, some)) in FORMATS.iter().zip(all.iter().zip(reports(&flakes, Some(kept), || ()))) {
            assert!(*all == some, "{format:?} with {kept} bytes kept");
        }
    }
}

/// What changes or goes between two readings of it leaves its findings without code, and breaks nothing.
#[test]
fn files_may_change_before_they_are_read_again() {
    let code = "{ outputs = { self, nixpkgs }: let é = 1; b = with { }; 1; in { packages.x.y = undefined; a = (; }; }";
    for after in [Some("{ }"), Some("é"), None] {
        let tree = tempfile::tempdir().expect("a directory");
        let file = tree.path().join("flake.nix");
        std::fs::write(&file, code.replace("a = (; ", "")).expect("a file");
        std::fs::write(tree.path().join("broken.nix"), code).expect("a file");
        let change = || match after {
            Some(text) => std::fs::write(&file, text).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        };
        let reports = reports(tree.path(), Some(0), change);
        assert!(reports.iter().all(|report| !report.is_empty() || after.is_none()), "{after:?}");
    }
}

#[test]
fn threads_change_nothing() {
    let flakes = root().join("tests/flakes");
    for format in ["text", "json", "sarif"] {
        let one = told(&["--format", format, "--verbose", "--threads", "1"], &flakes);
        assert!(one.len() > 1000, "{format}");
        for threads in ["2", "4", "4", "4"] {
            assert!(
                one == told(&["--format", format, "--verbose", "--threads", threads], &flakes),
                "{format} {threads}"
            );
        }
    }
    let plan = told(&["plan", "--threads", "1"], &flakes);
    assert_eq!(plan, told(&["plan", "--threads", "4"], &flakes));
}

#[test]
fn the_place_of_the_tree_changes_nothing() {
    let large = crate::flake("large");
    let there = told(&["--format", "json", &large.display().to_string()], &root());
    assert_eq!(there, told(&["--format", "json"], &large));
}
