//! Rule files of a project.
#![no_main]

use flake_audit::judge::Rules;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Rules::with_own([("own.md", text)]);
});
