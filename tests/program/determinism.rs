//! One thread and four give the same bytes, and so does another day.

use crate::{root, told};

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
