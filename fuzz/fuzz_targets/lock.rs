//! Lock files.
#![no_main]

use flake_audit::resolve::lock::{chains, duplicates, parse_lock};
use flake_audit::source::FileId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match parse_lock(text, FileId(0)) {
        Ok(lock) => {
            let _ = (duplicates(&lock), chains(&lock));
        }
        Err(error) => {
            let inside = |at: flake_audit::source::Span| text.get(at.range()).is_some();
            assert!(error.span.is_none_or(inside), "{:?} is no place in the text", error.span);
        }
    }
});
