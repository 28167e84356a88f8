//! The partial evaluator: it ends, whatever the expression.
#![no_main]

use flake_audit::resolve::evaluate_closed_with_lib;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = evaluate_closed_with_lib(text);
});
