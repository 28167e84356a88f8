//! Lowering, names, what is unused and what would be cut: whatever the text.
#![no_main]

use flake_audit::parse::parse;
use flake_audit::resolve::{Wanted, lower};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let names = lower(parse(text).code, text, Wanted { code: false, cuts: true }).names;
    for at in names.definitions.iter().map(|definition| definition.at) {
        assert!(text.get(at.start as usize..at.end as usize).is_some(), "{at:?} is no place in the text");
    }
});
