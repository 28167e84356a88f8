//! The guard, the verdict, the first syntax error at its place, and the lines: whatever the text.
#![no_main]

use flake_audit::parse::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = parse(text);
    let lines = parsed.lines;
    assert_eq!(lines.total, lines.code + lines.comment + lines.blank);
    let places = parsed.problem.iter().flat_map(|problem| {
        let edits = problem.edits.iter().map(|edit| &edit.at);
        edits.chain([&problem.at]).chain(problem.opener.iter().map(|(at, _)| at))
    });
    for at in places.chain(&parsed.directives).chain([&parsed.remarks.head]) {
        assert!(text.get(at.start as usize..at.end as usize).is_some(), "{at:?} is no place in the text");
    }
});
